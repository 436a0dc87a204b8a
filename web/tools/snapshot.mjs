/**
 * How a snapshot of Pyodide's memory is made: the same in Node.js, for the distribution (make-snapshot.mjs), and in a
 * browser, for a site with its packages (crates/cli/src/build/snapshot). web/setup/snapshot.ts is the reader.
 *
 * A browser has the module's data segments already, so what is written is the difference from them, without the pages
 * that are zero.
 */

import { link } from "./link.mjs";

/** In bytes; what is zero in all of one is left out. */
const PAGE = 4096;

/** What must not be the same for all who visit a page, or belongs to this machine; web/setup/snapshot.ts puts it right. */
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
# What all of this is lives as long as the page. Looking through it is a tenth of a start.
gc.freeze()
del gc
`;

/** What a library is to Python, which has opened it: by which number, and whether others see what is in it. */
const held = ({ LDSO }, name) => {
  const library = LDSO.loadedLibsByName[name];
  const [handle] = Object.entries(LDSO.loadedLibsByHandle).find(([, one]) => one === library) ?? [];
  return { name, handle: handle && Number(handle), global: library?.global };
};

/** Makes a module of what puts right what must not be the same. */
const REMEMBER = `
import sys
sys.modules["_pyrite_restored"] = type(sys)("_pyrite_restored")
exec(compile(repair, "restored.py", "exec"), sys.modules["_pyrite_restored"].__dict__)
del repair, sys
`;

/** Fills what is free with zeros, which compress. */
const clean = (module) => {
  const { _malloc: take, _free: give, _malloc_footprint: footprint } = module;
  const taken = [];
  for (let size = 1 << 20; size >= 64; size >>= 1) {
    for (let grown = false; !grown; ) {
      const before = footprint();
      const at = take(size);
      grown = footprint() > before;
      // The memory is another one when it has grown.
      module.HEAPU8.fill(0, at, at + size);
      taken.push(at);
    }
  }
  taken.forEach((at) => give(at));
};

/**
 * Starts Python and gives its memory. `prepare` is given Pyodide when it has started; what it does is kept. `options` are
 * for Pyodide's loader. `repair`: the Python that a page runs when it has the memory back (python/page/restored.py).
 * `libraries` are there when Python starts: names and code (link.mjs).
 */
export const make = async ({ loadPyodide, create, options, repair, prepare = () => {}, libraries = [] }) => {
  let initial;
  let trampoline;
  /** Where memory and table ended when each library was there. */
  const ends = [];
  let failed;
  const createPyodideModule = (settings) => {
    settings.preRun.push((module) => {
      trampoline = module.__PyRuntime + module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
      // Engines without garbage-collected types have no trampoline in their table; what comes after it has to be where it
      // is in others.
      if (!module.HEAP32[trampoline >>> 2]) module.wasmTable.grow(1);
      module.HEAP32[trampoline >>> 2] = 0;
      const finish = () => (initial = module.HEAPU8.slice());
      if (!libraries.length) return finish();
      module.addRunDependency("libraries");
      const linking = link(module, libraries, (end) => ends.push(end));
      const unlinked = (error) => (failed = Object.assign(new Error(error.message), { library: libraries[ends.length].name }));
      linking.catch(unlinked).then(finish).then(() => module.removeRunDependency("libraries"));
    });
    return create(settings);
  };
  const pyodide = await loadPyodide({
    ...options,
    _makeSnapshot: true,
    _sysExecutable: "./this.program",
    createPyodideModule,
    // A hash seed that differs between visits cannot be had: strings keep their hashes.
    env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0", LANG: "C.UTF-8" },
  }).catch((error) => { throw failed ?? error; });
  if (failed) throw failed;
  pyodide.globals.set("repair", repair);
  pyodide.runPython(REMEMBER);
  await prepare(pyodide);
  pyodide.runPython(FORGET);
  const module = pyodide._module;
  clean(module);
  // What functions have left that have ended.
  module.HEAPU8.fill(0, module.___stack_low, module.stackSave());
  const snapshot = pyodide.makeMemorySnapshot();
  const [, offset] = new Uint32Array(snapshot.buffer, 0, 2);
  const heap = snapshot.subarray(offset);
  new DataView(heap.buffer, heap.byteOffset).setUint32(trampoline, 0, true);
  return { head: snapshot.slice(0, offset), heap, initial, trampoline, methods: module._methods, linked: libraries.map(({ name }, i) => ({ ...held(module, name), ends: ends[i] })) };
};

/**
 * The bytes of a snapshot. `suspending` is what is another byte where Pyodide may not stand still: where, and which;
 * `library`: where in the standard library's archive the second file's bytes begin and end, and the bytes of all of it.
 */
export const packed = ({ head, heap, initial, trampoline }, suspending, library) => {
  const end = (initial.findLastIndex((byte) => byte) + PAGE) & -PAGE;
  const pages = [];
  const data = [];
  for (let at = 0; at < heap.length; at += PAGE) {
    // Beyond the end of the initial memory there is nothing to compare with.
    const page = heap.slice(at, at + PAGE).map((byte, i) => byte ^ initial[at + i]);
    if (page.every((byte) => !byte)) continue;
    const last = pages.at(-1);
    if (last && last[0] + last[1] === at) last[1] += PAGE;
    else pages.push([at, PAGE]);
    data.push(page);
  }
  const text = new TextEncoder().encode(JSON.stringify({ size: heap.length, head: head.length, end, trampoline, suspending, pages, library }));
  const bytes = new Uint8Array(4 + text.length + head.length + data.length * PAGE);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  let at = 4;
  for (const part of [text, head, ...data]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** What stands in front of a snapshot's data. */
export const headOf = (bytes) => {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
};

/** Whether it may stand still (JavaScript Promise Integration) is a flag in its memory, set from what is there at the start. */
export const pretend = (able) => {
  // Never called here: nothing waits while a snapshot is made.
  WebAssembly.Suspending = function (inner) { return inner; };
  WebAssembly.promising = (inner) => inner;
  if (!able) delete WebAssembly.Suspending;
};
