/**
 * The module entry: what a page loads as `core.js`.
 *
 * It does three things in one tick: asks for the runtime, asks for the interpreters that the page will need, and
 * hands out the exports. All else is the runtime's (crates/web).
 */
import { initSync, start } from "pyrite-glue";
import { base, chunk, keyed } from "./base";
import type { Kind } from "./boot";
import { config as configs, deferred, lanes, type Placed, prepare, raised, readConfigs, runJob, running, startEngine } from "./engines";
import { hooks as ownHooks, lazily } from "./extend";
import { known, report, showPlainly, words } from "./host";
import { fetchCode } from "./imports";
import { type Coming, KEY, kept, shared as everywhere } from "./shared";
import { failWorker, type PythonWorker, spawnEarly, spawnWorker } from "./spawn";

declare const VERSION: string;
/** Put in by `cargo xtask dist`: whether all pages have a snapshot, and not only those that ask for it. */
declare const SNAPSHOT: boolean;

interface WorkerOptions {
  /** Whether `await` may stand anywhere in the code. */
  readonly async?: boolean;
  /** Its configuration: an object, TOML or JSON as text, or the address of a file. That of the page does not count. */
  readonly config?: object | string;
  /** What addresses in a configuration that is not in a file are relative to; the page if left out. */
  readonly configURL?: string;
  /** The interpreter's version. */
  readonly version?: string;
  /** A service worker for pages on hosts without isolation headers. */
  readonly serviceWorker?: string;
  readonly service_worker?: string;
  /** The name under which `pyscript.workers` has it. */
  readonly name?: string;
  /** The code itself, which chunks have at hand: some policies let nothing be fetched that is in no file. */
  readonly code?: string;
}

/**
 * `await PyWorker(file)` gives the worker once its code has run, `new PyWorker(file)` at once. Relative addresses are
 * relative to the page.
 */
interface WorkerFactory {
  (file: string, options?: WorkerOptions): Promise<PythonWorker>;
  new (file: string, options?: WorkerOptions): PythonWorker;
}

type Modules = typeof import("./editor/modules");

interface Exports {
  readonly version: string;
  readonly TYPES: ReadonlyMap<Kind, string>;
  /** Resolves once the runtime has looked at the page; rejects when it could not be loaded. */
  readonly ready: Promise<void>;
  /** Runs a file in a worker with Pyodide. */
  readonly PyWorker: WorkerFactory;
  /** Runs a file in a worker with MicroPython. */
  readonly MPWorker: WorkerFactory;
  /** What runs the first script of a type, once there is one; see extras/defined.ts. */
  whenDefined(type: string): Promise<unknown>;
  /** Functions and code that run around every script. */
  readonly hooks: typeof ownHooks;
  /** What is configured for each language. */
  readonly config: typeof configs;
  /** Settles when that is known; absent on pages that configure nothing. */
  configured?: Promise<unknown>;
}

const shared: Record<symbol, Exports | undefined> = everywhere;

/** Files whose arrival decides when the first line of Python runs. */
const NEEDED: Record<Kind, readonly [code: string[], data: string[]]> = {
  py: [
    ["py.js", "pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs"],
    ["pyodide/pyodide.asm.wasm", "pyodide/python_stdlib_compiled.zip", "pyodide/pyodide-lock.json", "pyodide/python_stdlib_rest.bin"],
  ],
  mpy: [["mpy.js", "micropython/micropython.mjs"], ["micropython/micropython.wasm"]],
};

/** Asks for a file before anybody needs it: a module, or what the page is going to fetch. */
const hint = (address: string, module?: boolean) => {
  const link = document.createElement("link");
  link.rel = module ? "modulepreload" : "preload";
  link.href = address;
  link.crossOrigin = "anonymous";
  if (!module) link.as = "fetch";
  document.head.append(link);
};

const file = (path: string) => keyed(base + path);
const modules = (...paths: string[]) => paths.forEach((path) => hint(file(path), true));

/** The same for code of a worker: the browser has it then, and no page is warned that it did not need it. */
const keep = (address: string) => void fetch(address).then((answer) => answer.blob()).catch(() => {});

const ahead = { here: {} as Coming, worker: {} as Coming, modules: {} as Record<string, Promise<WebAssembly.Module | void>> };

/** The same for data, which come once: for this page, or for its first worker. */
const bring = (address: string, whose: Coming) => {
  const fetched = async () => {
    const answer = await fetch(address);
    return answer.ok ? answer.arrayBuffer() : undefined;
  };
  whose[address] = kept(address).catch(() => {}).then((found) => found || fetched()).catch(() => undefined);
};

/** The same for an interpreter's WebAssembly. */
const compile = (address: string) =>
  (ahead.modules[address] = kept(address).then((bytes) => WebAssembly.compile(bytes!)).catch(() => hint(address)));

const ADDRESS = /^\S+\.(toml|json)(\?\S*)?$/;
const find = (selector: string) => [...document.querySelectorAll(selector)];

/** Imports of modules that may be in the part of Python's library for which starts do not wait (library.ts). */
const RARE = /^\s*(from|import) +(?!(pyscript|js|asyncio|json|math|time|random|re|os|sys)\b)/m;

/** Whether anything is configured. */
const prefetch = (): boolean => {
  // Another interpreter, or a variant, may be configured; then only the runtime knows which. What a file says is not
  // known here.
  const configs = find("py-config,mpy-config,[config]");
  const other = configs.some(({ outerHTML }) => /interp|debug|ulab|src=|\.(toml|json)/.test(outerHTML));
  let toml;
  let snapshot = SNAPSHOT;
  let packages = false;
  for (const element of configs) {
    const text = (element.getAttribute("src") ?? element.getAttribute("config") ?? element.textContent!).trim();
    if (ADDRESS.test(text)) hint(text);
    toml ||= !/^\{|\.json/.test(text);
    snapshot ||= /snapshot/.test(text);
    packages ||= /packages/.test(text) || ADDRESS.test(text);
  }
  if (configs[0]) hint(file(toml ? "parts/config.wasm" : "parts/config-json.wasm"));
  const worker = find("[worker]")[0];
  if (worker) {
    const isolated = globalThis.crossOriginIsolated;
    modules("workers.js", "bridge.js", ...(isolated ? [] : ["ladder.js"]));
    hint(file("bridge.wasm"));
    keep(file("worker.js") + (isolated ? "&isolated" : ""));
  }
  if (snapshot) {
    NEEDED.py[0].push("snapshot.js");
    NEEDED.py[1].unshift("pyodide/snapshot.bin");
  }
  for (const kind of ["py", "mpy"] as const) {
    const scripts = find(`script[type=${kind}],${kind}-script`);
    for (const script of scripts) {
      const src = script.getAttribute("src");
      if (src) hint(src);
    }
    if (other || !scripts[0]) continue;
    const whole = packages || scripts.some(({ textContent }) => RARE.test(textContent!));
    const page = scripts.some((script) => !script.hasAttribute("worker"));
    const [code, data] = NEEDED[kind];
    for (const path of code) page ? modules(path) : keep(file(path));
    const chunks = [...code, "bridge.js", ...(configs[0] ? ["setup.js"] : [])];
    if (worker && scripts.includes(worker)) spawnEarly(worker, kind, chunks.map(file));
    for (const path of data) {
      // Packages that were installed before bring a lock of their own.
      const isLater =
        /rest/.test(path) ? !whole || (snapshot && !packages)
        : /lock/.test(path) ? packages
        : snapshot && !packages && /stdlib/.test(path);
      if (isLater) continue;
      const address = file(path);
      // A worker has its WebAssembly from the page.
      if (/wasm/.test(path)) snapshot ? compile(address) : hint(address);
      else if (page && !/snapshot/.test(path)) hint(address);
      else bring(address, page ? ahead.here : ahead.worker);
    }
  }
  return !!configs[0];
};

/** Without the runtime nothing else can show a message. */
const fail = (error: unknown) => {
  const hint = "hint: copy the whole folder of the distribution";
  showPlainly("PY3002", `Pyrite could not be started from ${base}: ${words(error)}\n${hint}`);
};

/** The runtime's way to place code of a file; set once it is there. */
type Place = (kind: Kind, address: string, code: string) => Placed;

/** The request for `setup.js` that these options are, if they are one; see `Asked` in web/setup/config.ts. */
const requested = (language: Kind, { config, configURL, version }: WorkerOptions): object | undefined =>
  config || version ? { language, worker: true, page: document.baseURI, config, configURL, version } : undefined;

const workerFactory = (kind: Kind, placer: Promise<Place>): WorkerFactory =>
  function (file: string, options: WorkerOptions = {}) {
    const worker = spawnWorker(options.name ?? file, kind, options.serviceWorker ?? options.service_worker);
    const run = async () => {
      const place = await placer;
      const address = new URL(file, document.baseURI).href;
      const code = options.code ?? await fetchCode(address, (message) => failWorker(worker, new Error(message)));
      if (typeof code === "string") void runJob(worker, place(kind, address, code), !!options.async, requested(kind, options));
    };
    run().catch((error) => failWorker(worker, error));
    // A worker is no promise, so that it can be given by one.
    return new.target ? worker : worker.ready;
  } as unknown as WorkerFactory;

const begin = (): Exports => {
  const { promise, resolve, reject } = deferred<Place>();
  const ready = promise.then(() => {});
  // Chunks get what pages get, and more.
  const exports = {
    version: VERSION,
    TYPES: new Map<Kind, string>([["py", "pyodide"], ["mpy", "micropython"]]),
    ready,
    PyWorker: workerFactory("py", promise),
    MPWorker: workerFactory("mpy", promise),
    whenDefined: lazily("defined", "whenDefined"),
    hooks: ownHooks,
    config: configs,
    running, lanes, raised, report, startEngine, known, ahead,
  };
  shared[KEY] = exports;
  // First of all: a browser asks a host for six files at a time, and without this one nothing begins.
  const runtime = WebAssembly.compileStreaming(fetch(file("pyrite.wasm")));
  const parsed = new Promise<unknown>((done) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done);
    else done(0);
  });
  if (prefetch()) (exports as Exports).configured = parsed.then(readConfigs);
  runtime
    .then(async (module) => {
      initSync({ module });
      await parsed;
      prepare();
      const place = start(known.page) as unknown as Place;
      Object.assign(exports, { place });
      resolve(place);
    })
    .catch((error) => {
      fail(error);
      reject(error);
    });
  ready.catch(() => {});
  const own = [...document.scripts].find(({ src }) => src === import.meta.url)?.getAttribute("offline");
  // What the page loads first comes first.
  if (own) addEventListener("py:all-done", () => void chunk("offline.js").then(({ keep }) => keep(own)), { once: true });
  return exports;
};

export const { version, TYPES, ready, whenDefined, PyWorker, MPWorker, hooks, config } = shared[KEY] ?? begin();

/** A type of scripts of your own: `await define("type", { interpreter: "micropython", hooks })`. */
export const define = lazily("define", "define");
/** Runs Python that is given to it, in a worker of its own. */
export const donkey = lazily("donkey", "donkey");
/** CodeMirror's modules, of which editors are made: each a promise, and loaded when the first is asked for. */
export const codemirror = {} as { readonly [name in keyof Modules]: Promise<ReturnType<Modules[name]>> };
for (const name of "core state python language view commands".split(" "))
  Object.defineProperty(codemirror, name, { enumerable: true, get: lazily("editor", name) });
/** An absolute address. */
export const relative_url = (url: string, base: string = location.href): string => new URL(url, base).href;
/** The address of the interpreter that a configuration names, if it does. */
export const offline_interpreter = (config?: { interpreter?: string }): string | undefined =>
  config?.interpreter && relative_url(config.interpreter);
/** Python that an interpreter needs before it knows `pyscript`: ours know it. */
export const stdlib = "";
export const optional = "";
/** Python that lets `input()` fail. Ours asks, so no script gets it unless a page adds it to the hooks. */
export const inputFailure = "input=None";

// Who imports `config` can read it at once.
await shared[KEY]!.configured;
