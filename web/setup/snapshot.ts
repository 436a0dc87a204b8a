/**
 * Starts Pyodide from a snapshot of its memory, which web/tools/make-snapshot.mjs has made: a chunk that only pages which
 * ask for it load (`snapshot.js`). Whatever goes wrong, Pyodide starts as usual, and the console says why.
 */
import repair from "../../python/page/restored.py";
import { keyed } from "../base";
import type { Built } from "./built";
import { words } from "../host";

/** What a build has written here, if it has made snapshots of its own. */
const built = (import.meta as { pyrite?: Built }).pyrite;

/** What stands in front of the snapshot's data. */
interface Head {
  /** The memory's, in bytes. */
  readonly size: number;
  /** The bytes of what Pyodide itself has in front of its memory. */
  readonly head: number;
  /** Where the module's own data end, from which the snapshot is the difference. */
  readonly end: number;
  /** What their words come to. */
  readonly check: number;
  /** Where the pointer to a function of the engine stands. */
  readonly trampoline: number;
  /** What is another byte where Pyodide may not stand still: where, and which. */
  readonly suspending: readonly [at: number, byte: number];
  readonly pages: readonly [at: number, length: number][];
}

/** The parts of Emscripten's module that are used here. */
interface Module {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly HEAP32: Int32Array;
  readonly wasmTable: WebAssembly.Table;
  readonly __PyRuntime: number;
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  readonly HEAPU32: Uint32Array;
  _sbrk(bytes: number): number;
  readonly _timezone: number;
  readonly _daylight: number;
  readonly _tzname: number;
  __tzset_js(timezone: number, daylight: number, winter: number, summer: number): void;
}

interface Settings {
  readonly preRun: ((module: Module) => void)[];
}

interface Pyodide {
  readonly _module: Module;
  runPython(code: string, options?: object): any;
}

type Load = (options: Options) => Promise<Pyodide>;

interface Options {
  readonly createPyodideModule?: (settings: Settings) => Promise<unknown>;
  readonly [name: string]: unknown;
}

/** The snapshot as Pyodide wants it, still without the module's own data. */
const unfold = (data: ArrayBuffer): [head: Head, image: Uint8Array<ArrayBuffer>] => {
  const length = new DataView(data).getUint32(0, true);
  const head: Head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  const image = new Uint8Array(head.head + head.size);
  let at = 4 + length;
  const next = (to: number, bytes: number) => {
    image.set(new Uint8Array(data, at, bytes), to);
    at += bytes;
  };
  next(0, head.head);
  for (const [to, bytes] of head.pages) next(head.head + to, bytes);
  return [head, image];
};

/** Puts what a module has in its memory before it runs into the snapshot of a memory that has run. */
const complete = ([head, image]: readonly [Head, Uint8Array<ArrayBuffer>], module: Module): void => {
  const { HEAP32, wasmTable } = module;
  const at = head.trampoline >>> 2;
  const trampoline = HEAP32[at]!;
  // In engines that have none, what comes after it is still where it is in others.
  if (!trampoline) wasmTable.grow(1);
  HEAP32[at] = 0;
  const own = new Uint32Array(module.HEAPU8.slice(0, head.end).buffer);
  // Python has asked for more memory before the snapshot was made.
  if (module.HEAPU8.length < head.size) module._sbrk(head.size - module._sbrk(0));
  if (module.HEAPU8.length !== head.size) throw new Error("its memory has another size");
  const words = new Uint32Array(image.buffer, head.head, head.size / 4);
  let sum = 0;
  for (let i = 0; i < own.length; i++) {
    const word = own[i]!;
    sum = (Math.imul(sum, 31) + word) | 0;
    words[i]! ^= word;
  }
  if (sum !== head.check) throw new Error("it was made of another Pyodide");
  words[at] = trampoline;
  if (!("Suspending" in WebAssembly)) image[head.head + head.suspending[0]] = head.suspending[1];
};

const restore = async (data: ArrayBuffer, load: Load, options: Options): Promise<Pyodide> => {
  const snapshot = unfold(data);
  const create = options.createPyodideModule!;
  const createPyodideModule = (settings: Settings) => {
    settings.preRun.push((module) => complete(snapshot, module));
    return create(settings);
  };
  const pyodide = await load({ ...options, createPyodideModule, _loadSnapshot: snapshot[1] });
  // The time zone and the language are those of this browser. C's own `tzset` does nothing the second time.
  const { HEAPU32, _timezone, _daylight, _tzname } = pyodide._module;
  pyodide._module.__tzset_js(_timezone, _daylight, HEAPU32[_tzname >>> 2]!, HEAPU32[(_tzname >>> 2) + 1]!);
  const language = (navigator.language ?? "C").replace("-", "_") + ".UTF-8";
  const globals = pyodide.runPython("{}");
  pyodide.runPython(repair, { globals });
  globals.get("restored")(language);
  globals.destroy();
  return pyodide;
};

const fetched = async (base: string, packages: readonly string[]): Promise<ArrayBuffer> => {
  const made = built?.snapshots;
  const path = made ? made[[...new Set(packages)].sort().join("\n")] : "pyodide/snapshot.bin";
  if (!path) throw new Error(`the build has none with these packages: ${packages.join(", ") || "none"}`);
  const answer = await fetch(keyed(base + path));
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.arrayBuffer();
};

/** Fetches the snapshot for pages that ask for these packages; gives the way to load Pyodide from it. */
export const begin = (base: string, packages: readonly string[] = []): ((load: Load, options: Options) => Promise<Pyodide>) => {
  const fetching = fetched(base, packages);
  fetching.catch(() => {});
  return async (load, options) => {
    try {
      return await restore(await fetching, load, options);
    } catch (error) {
      console.warn(`Pyrite: Pyodide starts without its snapshot: ${words(error)}`);
      return load(options);
    }
  };
};
