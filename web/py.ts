/** What goes with Pyodide: a chunk that is loaded with it (`py.js`). */
import files from "pyrite-package/py.json";
import { base, chunk, keyed } from "./base";
import { withInstantiation } from "./instantiate";
import { lend } from "./lend";
import { type Library, library } from "./library";
import { type Interpreter, type Start, install } from "./package";
import { keepCallbacks } from "./pyodide";
import { type Ahead, KEY, shared } from "./shared";

export { compiled } from "./instantiate";

/** Put in by `cargo xtask dist`: whether all pages have a snapshot, and not only those that ask for it. */
declare const SNAPSHOT: boolean;

/** Put in by `cargo xtask dist`: the generation of Pyodide, such as 314, for whose Python the package is compiled. */
declare const PYODIDE: string;

/** `python/pyodide/_pyrite.py`. */
interface Python {
  run(code: string, file: string, blankLines: number, script: unknown): void;
  run_async(code: string, file: string, blankLines: number, script: unknown, begun: () => void): PromiseLike<void>;
  current(): unknown;
  lacks(...modules: string[]): boolean;
}

/**
 * Loads Pyodide, which puts the addresses of its files together by itself, and makes a small WebAssembly module for each
 * JavaScript function in its table, most of which are alike.
 */
const loading = async <T>(load: () => Promise<T>, standard?: Library): Promise<T> => {
  const own = globalThis.fetch;
  const { Module } = WebAssembly;
  const known: Record<string, WebAssembly.Module> = {};
  const once = new Proxy(Module, { construct: (_, [bytes]) => (bytes.length < 99 ? (known[bytes] ??= new Module(bytes)) : new Module(bytes)) });
  const fetch: typeof own = async (input, init) =>
    standard?.answer(String(input)) ?? own(input instanceof Request ? input : keyed(String(input)), init);
  globalThis.fetch = fetch;
  WebAssembly.Module = once;
  try {
    return await load();
  } finally {
    if (globalThis.fetch === fetch) globalThis.fetch = own;
    if (WebAssembly.Module === once) WebAssembly.Module = Module;
  }
};

/** Whether files can be fetched at once, which only modules at an address of their own can. */
const FETCHES = base.startsWith("http");

/** The modules that code imports, as far as can be told without Python. */
const imported = (code: string): string[] => Array.from(code.matchAll(/^\s*(?:from|import)\s+(\w+)/gm), ([, name]) => name!);

/** Starts the interpreter whose module is at `address`. */
export const start: Start = async (address, options, stdout, stderr) => {
  const own = address.startsWith(base);
  const folder = address.replace(/[^/]*$/, "") || "./";
  const [{ loadPyodide }, asm] = await Promise.all([
    import(keyed(address)),
    // A configuration may ask for another version, which has other files.
    own ? import(keyed(folder + "pyodide.asm.mjs")) : undefined,
  ]);
  const standard = own ? library(folder) : undefined;
  const createPyodideModule =
    asm &&
    ((settings: { preRun: unknown[] }) => {
      settings.preRun.push(standard!.place);
      return asm.default(settings);
    });
  // A snapshot is loaded in a way of its own. A build that has made some writes that here.
  const {
    via = own && (SNAPSHOT || (import.meta as { pyrite?: object }).pyrite)
      ? (await chunk("snapshot.js")).begin(base)
      : (load: Function, given: object) => load(given),
    ...rest
  } = options as { via?: (load: Function, given: object, standard: unknown) => Promise<Interpreter> };
  const { modules }: Partial<Ahead> = shared[KEY]?.ahead ?? {};
  const withAhead = lend((address) => modules?.[address]);
  // Pyodide only warns about WebAssembly that cannot be instantiated, and never settles.
  const interpreter: Interpreter = await withAhead(() => new Promise((resolve, reject) => {
    const load = () => loading<Interpreter>(() => via(loadPyodide, { createPyodideModule, ...rest, indexURL: folder, stdout, stderr }, standard), standard);
    // Another interpreter may be starting as well; only Pyodide links libraries while it runs.
    withInstantiation<Interpreter>(folder + "pyodide.asm.wasm", load, (imports) => "GOT.func" in imports, { failed: reject }).then(resolve, reject);
  }));
  const { version } = interpreter as { version?: string };
  const fit = version?.startsWith(PYODIDE + ".") ? files : (await chunk("sources.js")).files;
  let python: Python | undefined;
  return {
    interpreter,
    install(bridge) {
      bridge.library_there = standard?.whole;
      install(interpreter, fit, bridge, 99);
      python = interpreter.pyimport("_pyrite") as any;
      keepCallbacks(interpreter as any, bridge, python as any);
    },
    async run(code, file, blankLines, async, script, begun) {
      // Better to wait for it here than in an import, which lets nothing else happen.
      if (standard && (!FETCHES || python!.lacks(...imported(code)))) await standard.whole();
      // When this code has run: who knows what comes after it.
      else setTimeout(() => standard?.whole());
      // The event loop starts a coroutine later, so Python says itself when it has begun.
      if (async) return python!.run_async(code, file, blankLines, script, begun);
      python!.run(code, file, blankLines, script);
    },
    current: () => python?.current(),
  };
};
