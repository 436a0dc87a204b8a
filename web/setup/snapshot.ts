/**
 * Starts Pyodide from a snapshot of its memory, which web/tools/make-snapshot.mjs has made: a chunk that only pages which
 * ask for it load (`snapshot.js`). Whatever goes wrong, Pyodide starts as usual, and the console says why.
 */
import { chunk, keyed } from "../base";
import type { Built } from "./built";
import { type Link, type Linking, fetched as libraries } from "./compiled";
import type { Library } from "../library";
import type { Extent } from "../tools/extent.mjs";
import { kept, taken } from "../shared";
import { words } from "../host";

/** Put in by `cargo xtask dist`: whether all pages have a snapshot. */
declare const SNAPSHOT: boolean;

/** What a build has written here, if it has made snapshots of its own, or code of scripts. */
const built = (import.meta as { pyrite?: Built }).pyrite;

/** What stands in front of the snapshot's data. */
interface Head {
  /** The memory's, in bytes. */
  readonly size: number;
  /** The bytes of what Pyodide itself has in front of its memory. */
  readonly head: number;
  /** Where the module's own data end, from which the snapshot is the difference. */
  readonly end: number;
  /** Where the pointer to a function of the engine stands. */
  readonly trampoline: number;
  /** What is another byte where Pyodide may not stand still: where, and which. */
  readonly suspending: readonly [at: number, byte: number];
  readonly pages: readonly [at: number, length: number][];
  /** The standard library's archive, of which nothing is read for a start. */
  readonly library: Extent;
}

/** The parts of Emscripten's module that are used here. */
interface Module extends Linking {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly HEAP32: Int32Array;
  readonly __PyRuntime: number;
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  readonly HEAPU32: Uint32Array;
  readonly API: { restoreSnapshot(snapshot: Uint8Array): unknown };
  addRunDependency(name: string): void;
  removeRunDependency(name: string): void;
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
  pyimport(name: string): any;
}

type Load = (options: Options) => Promise<Pyodide>;

interface Options {
  readonly createPyodideModule?: (settings: Settings) => Promise<unknown>;
  readonly [name: string]: unknown;
}

/** A snapshot as it comes. */
interface Snapshot {
  readonly head: Head;
  /** What Pyodide itself has in front of a memory. */
  readonly front: Uint8Array;
  /** The pages, one after the other. */
  readonly data: Uint8Array<ArrayBuffer>;
}

const read = (file: ArrayBuffer): Snapshot => {
  const length = new DataView(file).getUint32(0, true);
  const head: Head = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 4, length)));
  // Pyodide looks at its words.
  const front = new Uint8Array(file.slice(4 + length, 4 + length + head.head));
  return { head, front, data: new Uint8Array(file, 4 + length + head.head) };
};

/** Prepares a module that has not run for the memory of one that has; gives what puts that in. */
const prepare = async ({ head, data }: Snapshot, module: Module, link: Link | undefined): Promise<() => void> => {
  const { HEAP32, wasmTable } = module;
  const at = head.trampoline >>> 2;
  const trampoline = HEAP32[at]!;
  // In engines that have none, what comes after it is still where it is in others.
  if (!trampoline) wasmTable.grow(1);
  HEAP32[at] = 0;
  const open = await link?.(module);
  const initial = new Uint32Array(module.HEAPU8.slice(0, head.end).buffer);
  // Python has asked for more memory before the snapshot was made.
  if (module.HEAPU8.length < head.size) module._sbrk(head.size - module._sbrk(0));
  if (module.HEAPU8.length !== head.size) throw new Error("its memory has another size");
  return () => {
    const { HEAPU8: heap } = module;
    const words = new Uint32Array(heap.buffer);
    // What has run since has left its traces.
    words.set(initial);
    heap.fill(0, head.end, module._sbrk(0));
    let from = 0;
    for (const [to, bytes] of head.pages) {
      heap.set(data.subarray(from, from + bytes), to);
      from += bytes;
      for (let i = to / 4; i < initial.length && i < (to + bytes) / 4; i++) words[i]! ^= initial[i]!;
    }
    words[at] = trampoline;
    if (!("Suspending" in WebAssembly)) heap[head.suspending[0]] = head.suspending[1];
    open?.();
  };
};

/** Loads Pyodide with what comes meanwhile. */
const restore = async (
  coming: Promise<Snapshot>,
  link: Link | undefined,
  load: Load,
  options: Options,
  library: Library | undefined,
): Promise<Pyodide> => {
  const create = options.createPyodideModule!;
  // Known in time for those who read it: when its memory is being prepared.
  const extent: [number, number, number] = [0, 0, 0];
  library?.skip(extent);
  const createPyodideModule = (settings: Settings) => {
    const hooks = settings.preRun.splice(0);
    settings.preRun.push((module) => {
      let put: (() => unknown) | undefined;
      let failed: unknown;
      const { API } = module;
      const { restoreSnapshot } = API;
      const ready = async () => {
        const snapshot = await coming;
        Object.assign(extent, snapshot.head.library);
        for (const hook of hooks) hook(module);
        const place = await prepare(snapshot, module, link);
        put = () => {
          // Fails if it was made of another Pyodide.
          const state = restoreSnapshot(snapshot.front);
          place();
          return state;
        };
      };
      // Emscripten would wait for ever if this failed now.
      module.addRunDependency("snapshot");
      ready()
        .catch((error) => (failed = error))
        .then(() => module.removeRunDependency("snapshot"));
      API.restoreSnapshot = () => {
        if (!put) throw failed;
        return put();
      };
    });
    return create(settings);
  };
  // Pyodide only has to know that there is one.
  const pyodide = await load({ ...options, createPyodideModule, _loadSnapshot: new Uint8Array() });
  // The time zone and the language are those of this browser. C's own `tzset` does nothing the second time.
  const { HEAPU32, _timezone, _daylight, _tzname } = pyodide._module;
  pyodide._module.__tzset_js(_timezone, _daylight, HEAPU32[_tzname >>> 2]!, HEAPU32[(_tzname >>> 2) + 1]!);
  const language = (navigator.language ?? "C").replace("-", "_") + ".UTF-8";
  pyodide.pyimport("_pyrite_restored").restored(language);
  return pyodide;
};

/** Whether what was unpacked is kept for later visits. A page of a build has its snapshot sent ahead, packed, in any case. */
const isKept = !built?.snapshots || !("Window" in globalThis);

const CACHE = "pyrite-snapshots";

/** How many files a site keeps: each is about 10 MB. */
const MOST = 6;

const fetched = async (address: string): Promise<ArrayBuffer> => {
  // A browser takes three times as long for what it has to unpack.
  const file = (await taken(address)) ?? (isKept && (await kept(address).catch(() => {})));
  if (file) return file;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.arrayBuffer();
};

/** Keeps what this start was made of, in the place of what had another key. */
const keep = async (...addresses: string[]): Promise<void> => {
  if (!isKept) return;
  const cache = await caches.open(CACHE);
  const path = (url: string) => url.split("?")[0];
  for (const address of addresses) {
    if (await caches.match(address)) continue;
    // The browser has it, and if it has not, it is not asked for again.
    const answer = await fetch(address, { cache: "only-if-cached", mode: "same-origin" });
    if (!answer.ok) continue;
    const all = await cache.keys();
    const old = all.filter(({ url }, i) => path(url) === path(address) || i <= all.length - MOST);
    for (const request of old) await cache.delete(request);
    await cache.put(address, answer);
  }
};

/** One that did not do is fetched again. */
const forget = async (address: string): Promise<unknown> => (await caches.open(CACHE)).delete(address);

/**
 * Fetches the snapshot for pages that ask for these packages, and the code of their scripts where a build has made that; gives
 * the way to load Pyodide with both.
 */
export const begin = (
  base: string,
  packages?: readonly string[],
): ((load: Load, options: Options, library?: Library) => Promise<Pyodide>) => {
  const scripts = built?.scripts && chunk("scripts.js").then((chunk) => chunk.begin(base, built.scripts));
  // Without, they are compiled as everywhere.
  const adding = scripts ? scripts.catch(() => undefined) : undefined;
  const isWanted = SNAPSHOT || packages || built?.snapshots;
  const names = [...new Set(packages)].sort();
  const path = built?.snapshots ? built.snapshots[names.join("\n")] : "pyodide/snapshot.bin";
  const address = keyed(base + path);
  const coming = isWanted && path ? fetched(address).then(read) : undefined;
  coming?.catch(() => {});
  const started = async (load: Load, options: Options, library?: Library) => {
    try {
      if (isWanted && !path) throw new Error(`the build has none with these packages: ${names.join(", ") || "none"}`);
      const compiled = built?.libraries?.[path!];
      // Not before: now what packages have fetched is there for those who ask.
      if (!coming) return load(options);
      const pyodide = await restore(coming, compiled && libraries(base, compiled), load, options, library);
      // When the first script has begun.
      setTimeout(() => void keep(address, keyed(base + "pyodide/pyodide.asm.wasm")).catch(() => {}), 99);
      return pyodide;
    } catch (error) {
      void forget(address).catch(() => {});
      console.warn(`Pyrite: Pyodide starts without its snapshot: ${words(error)}`);
      library?.skip();
    }
    return load(options);
  };
  return async (load, options, library) => {
    const pyodide = await started(load, options, library);
    await (await adding)?.(pyodide);
    return pyodide;
  };
};
