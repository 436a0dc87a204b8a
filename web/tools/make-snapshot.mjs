/**
 * Writes a snapshot of Pyodide's memory, as it is once Python has started: `node make-snapshot.mjs LIBRARY.zip OUT.bin`.
 *
 * A browser has the module's data segments already, so what is written is the difference from them, without the pages
 * that are zero. web/snapshot.ts is the reader.
 */
import { writeFileSync } from "node:fs";

/** In bytes; what is zero in all of one is left out. */
const PAGE = 4096;

const [library, output] = process.argv.slice(2);
const { loadPyodide } = await import("pyodide");
const { default: create } = await import("pyodide/pyodide.asm.mjs");

/** Whether it may stand still (JavaScript Promise Integration) is a flag in its memory, set from what is there at the start. */
const pretend = (able) => {
  // Never called here: nothing waits while a snapshot is made.
  WebAssembly.Suspending = function (inner) { return inner; };
  WebAssembly.promising = (inner) => inner;
  if (!able) delete WebAssembly.Suspending;
};

/** What must not be the same for all who visit a page, or belongs to this machine; web/snapshot.ts puts it right. */
const FORGET = `
import os, sys
for name in list(os.environ):
    if name not in ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PWD", "USER", "LOGNAME", "_", "PYTHONINSPECT"):
        del os.environ[name]
# Each start adds it.
sys.path.remove("")
if "random" in sys.modules:
    sys.modules["random"].seed(0)
del name, os, sys
import gc
gc.collect()
del gc
`;

/** Fills what is free with zeros, which compress. */
const clean = ({ _malloc: take, _free: give, _malloc_footprint: footprint, HEAPU8 }) => {
  const taken = [];
  for (let size = 1 << 20; size >= 64; size >>= 1) {
    for (let grown = false; !grown; ) {
      const before = footprint();
      const at = take(size);
      grown = footprint() > before;
      HEAPU8.fill(0, at, at + size);
      taken.push(at);
    }
  }
  taken.forEach((at) => give(at));
};

const make = async (able) => {
  pretend(able);
  let initial;
  let trampoline;
  const createPyodideModule = (settings) => {
    settings.preRun.push((module) => {
      trampoline = module.__PyRuntime + module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
      // Engines without garbage-collected types have no trampoline in their table; what comes after it has to be where it
      // is in others.
      if (!module.HEAP32[trampoline >>> 2]) module.wasmTable.grow(1);
      module.HEAP32[trampoline >>> 2] = 0;
      initial = module.HEAPU8.slice();
    });
    return create(settings);
  };
  const pyodide = await loadPyodide({
    _makeSnapshot: true,
    _sysExecutable: "./this.program",
    createPyodideModule,
    stdLibURL: library,
    // A hash seed that differs between visits cannot be had: strings keep their hashes.
    env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0", LANG: "C.UTF-8" },
  });
  pyodide.runPython(FORGET);
  const module = pyodide._module;
  clean(module);
  // What functions have left that have ended.
  module.HEAPU8.fill(0, module.___stack_low, module.stackSave());
  const snapshot = pyodide.makeMemorySnapshot();
  const [, offset] = new Uint32Array(snapshot.buffer, 0, 2);
  const heap = snapshot.subarray(offset);
  new DataView(heap.buffer, heap.byteOffset).setUint32(trampoline, 0, true);
  if (heap.length !== initial.length) throw new Error("Python has grown its memory; a snapshot has to have the size of a new one");
  return { head: snapshot.slice(0, offset), heap, initial, trampoline, methods: module._methods };
};

const { head, heap, initial, trampoline, methods } = await make(true);
const without = (await make(false)).heap;

// Where it may not stand still, one method of Pyodide's is another.
const suspending = [];
for (let at = methods; at < methods + 4096; at++) if (heap[at] !== without[at]) suspending.push([at, without[at]]);
if (suspending.length !== 1) throw new Error(`Pyodide has changed what depends on JavaScript Promise Integration: ${suspending}`);

const end = (initial.findLastIndex((byte) => byte) + PAGE) & -PAGE;
const words = new Uint32Array(initial.buffer, 0, end / 4);
const check = words.reduce((sum, word) => (Math.imul(sum, 31) + word) | 0, 0);
const pages = [];
const data = [];
for (let at = 0; at < heap.length; at += PAGE) {
  const page = heap.slice(at, at + PAGE).map((byte, i) => byte ^ initial[at + i]);
  if (page.every((byte) => !byte)) continue;
  const last = pages.at(-1);
  if (last && last[0] + last[1] === at) last[1] += PAGE;
  else pages.push([at, PAGE]);
  data.push(page);
}
const text = Buffer.from(JSON.stringify({ size: heap.length, head: head.length, end, check, trampoline, suspending: suspending[0], pages }));
const length = Buffer.alloc(4);
length.writeUInt32LE(text.length);
writeFileSync(output, Buffer.concat([length, text, head, ...data]));
