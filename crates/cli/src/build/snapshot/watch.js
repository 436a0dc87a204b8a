// What an import changes beside memory, which a snapshot cannot keep.

/** Why an import cannot be kept that asks the system for random bytes. */
const RANDOM = "it asks the system for random bytes, which would be the same on each visit";
/** The same for one that makes functions. Linking a library does so, too. */
const FUNCTIONS = "it makes functions for the engine";

/** What Rust's standard library seeds hashes with; Python's own are the same on each visit, too. */
const SEED = 16;
/** Among how many of the innermost functions of WebAssembly the one is that asks for random bytes. */
const NEAR = 5;

/** How many random bytes compiled libraries have asked for at once. What Python asks for is seen in Python (imports.py). */
let drawn = 0;
Error.stackTraceLimit = 20;
const draw = crypto.getRandomValues;
crypto.getRandomValues = (view) => {
  const calls = new Error().stack.split("\n").filter((line) => line.includes("wasm-function"));
  if (calls.slice(0, NEAR).some((line) => !line.includes("pyodide.asm.wasm"))) drawn = Math.max(drawn, view.byteLength);
  return draw.call(crypto, view);
};

/** What the engine holds, by the reason why an import that changes it cannot be kept. */
const held = ({ _module: module, _api }) => {
  let objects = 0;
  try {
    _api.serializeHiwireState();
  } catch {
    objects = 1;
  }
  return {
    "it keeps a file open": module.FS.streams.filter(Boolean).length,
    "it holds objects of JavaScript": objects,
    [FUNCTIONS]: module.wasmTable.length - module.freeTableIndexes.length,
  };
};

/** Begins to watch; what it gives tells why what has been done since cannot be kept, or nothing. `links`: whether that was expected. */
export const watch = (pyodide) => {
  const before = held(pyodide);
  drawn = 0;
  return (links) => {
    if (drawn > SEED) return RANDOM;
    const after = held(pyodide);
    return Object.keys(after).find((why) => after[why] !== before[why] && !(links && why === FUNCTIONS)) ?? "";
  };
};
