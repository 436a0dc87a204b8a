/**
 * The module entry: what a page loads as `core.js`.
 *
 * It does three things in one tick: asks for the runtime, asks for the interpreters that the page will need, and
 * hands out the exports. All else is the runtime's (crates/web).
 */
import init, { start } from "pyrite-glue";
import { runtimeModule } from "./host";

declare const VERSION: string;

/** Languages and the interpreters that run them, in the order in which a page's scripts are handled. */
type Kind = "py" | "mpy";

interface Exports {
  readonly version: string;
  readonly TYPES: ReadonlyMap<Kind, string>;
  /** Resolves once the runtime has looked at the page; rejects when it could not be loaded. */
  readonly ready: Promise<void>;
  whenDefined(kind: Kind): Promise<unknown>;
}

/** PyScript's own key: whichever copy comes first serves the page. */
const KEY = Symbol.for("@pyscript/core");
const shared = globalThis as unknown as Record<symbol, Exports | undefined>;
const base = new URL("./", import.meta.url).href;

/** Files whose arrival decides when the first line of Python runs. */
const NEEDED: Record<Kind, readonly [modules: string[], data: string[]]> = {
  py: [
    ["pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs"],
    ["pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip", "pyodide/pyodide-lock.json", "python/py.json"],
  ],
  mpy: [["micropython/micropython.mjs"], ["micropython/micropython.wasm", "python/mpy.json"]],
};

/** Asks for a file before anybody needs it. */
const hint = (rel: string, path: string) => {
  const link = document.createElement("link");
  link.rel = rel;
  link.href = base + path;
  link.crossOrigin = "anonymous";
  if (rel === "preload") link.as = "fetch";
  document.head.append(link);
};

const prefetch = () => {
  // Another interpreter may be configured; then only the runtime knows which.
  if (document.querySelector("py-config,mpy-config,script[config],py-script[config],mpy-script[config]")) return;
  for (const kind of ["py", "mpy"] as const) {
    if (document.querySelector(`script[type=${kind}]:not([worker]),${kind}-script:not([worker])`)) {
      const [modules, data] = NEEDED[kind];
      for (const path of modules) hint("modulepreload", path);
      for (const path of data) hint("preload", path);
    }
  }
};

/** Without the runtime nothing can show a message but this. */
const fail = (error: unknown) => {
  const text =
    `(PY3002): Pyrite could not be started from ${base}: ${error}\n` +
    "hint: its files may be missing or blocked; copy the whole folder of the distribution";
  console.error(text);
  const banner = document.createElement("div");
  banner.className = "py-error";
  banner.role = "alert";
  banner.dataset.code = "PY3002";
  banner.style.cssText = "border:1px solid #c0392b;background:#fdecea;color:#611a15;padding:1em;white-space:pre-wrap";
  banner.textContent = text;
  (document.body ?? document.documentElement).append(banner);
};

const begin = (): Exports => {
  const { promise, resolve, reject } = Promise.withResolvers?.<void>() ?? deferred();
  const exports: Exports = {
    version: VERSION,
    TYPES: new Map<Kind, string>([["py", "pyodide"], ["mpy", "micropython"]]),
    ready: promise,
    whenDefined: (kind) => promise.then(() => wraps[kind].promise),
  };
  shared[KEY] = exports;
  prefetch();
  const parsed = new Promise<void>((done) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => done());
    else done();
  });
  runtimeModule(base + "pyrite.wasm")
    .then((module) => init({ module_or_path: module }))
    .then(() => parsed)
    .then(() => {
      start(base, (kind: Kind, wrap: unknown) => wraps[kind].resolve(wrap));
      resolve();
    })
    .catch((error) => {
      fail(error);
      reject(error);
    });
  promise.catch(() => {});
  return exports;
};

/** `Promise.withResolvers` for engines that lack it. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((ok, no) => ((resolve = ok), (reject = no)));
  return { promise, resolve, reject };
}

const wraps = { py: deferred<unknown>(), mpy: deferred<unknown>() };

const { version, TYPES, ready, whenDefined } = shared[KEY] ?? begin();
export { version, TYPES, ready, whenDefined };
