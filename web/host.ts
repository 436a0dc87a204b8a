/** What the runtime needs of the browser and WebAssembly cannot do itself. */
export { withInstantiation } from "./instantiate";
export { Runner } from "./micropython";
export { keepCallbacks } from "./pyodide";

/** `import()`, which has no counterpart in WebAssembly. */
export const importModule = (url: string): Promise<unknown> =>
  import(new URL(url, globalThis.document?.baseURI ?? location.href).href);

/** Tells about every shadow root that is attached from now on: no observer of the document sees inside them. */
export const onShadowRoot = (tell: (root: ShadowRoot) => void): void => {
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options: ShadowRootInit) {
    const root = attachShadow.call(this, options);
    tell(root);
    return root;
  };
};

/** A node and every shadow root below it: the trees that have to be searched and observed one by one. */
export const rootsBelow = (node: Node): Node[] => {
  const roots = [node];
  for (const root of roots) {
    if (root instanceof Element && root.shadowRoot) roots.push(root.shadowRoot);
    if (!root.firstChild) continue;
    for (const element of (root as ParentNode & Node).querySelectorAll("*")) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
    }
  }
  return roots;
};

/** `document.currentScript` is the script of ours that runs now, if any, else the browser's own answer. */
export const overrideCurrentScript = (current: () => Element | undefined): void => {
  const own = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript");
  Object.defineProperty(document, "currentScript", {
    configurable: true,
    get: () => current() ?? own?.get?.call(document) ?? null,
  });
};

/** Pages may wait for `customElements.whenDefined("py-script")`. */
export const defineElement = (name: string): void => {
  if (!customElements.get(name)) customElements.define(name, class extends HTMLElement {});
};

/** Gives an element a property that pages can read and not lose by accident. */
export const setProperty = (element: Element, name: string, value: unknown): void => {
  Object.defineProperty(element, name, { value, configurable: true });
};

/** Styles that no content security policy forbids. */
export const adoptStyles = (css: string): void => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
};

/**
 * The configuration that the page has for a language, or for the script of a worker, as it is written: the request for
 * `setup.js`. Undefined when there is none.
 */
export const findConfig = (kind: string, worker?: Element): object | undefined => {
  const find = (selector: string) => [...document.querySelectorAll(selector)];
  const own = worker?.hasAttribute("config");
  const main = (tag: string) => `${tag}[config]:not([worker])`;
  const elements = own ? [] : find(`${kind}-config`);
  const attributes = own ? [worker!] : find(`${main(`script[type=${kind}]`)},${main(`${kind}-script`)}`);
  const written = (element: Element) => ({
    src: element.getAttribute("src"),
    type: element.getAttribute("type"),
    text: element.textContent,
    value: element.getAttribute("config"),
    parser: element.getAttribute("config-parser"),
  });
  if (!elements.length && !attributes.length) return;
  return {
    language: kind,
    worker: !!worker,
    page: document.baseURI,
    elements: elements.map(written),
    attributes: attributes.map(written),
  };
};

/** What an interpreter is started with and given. */
export interface Configured {
  readonly address: string;
  readonly options: object;
  install(interpreter: unknown): Promise<unknown>;
}

/** Understands what `findConfig` gave, and begins with what it asks for. `bridge` becomes the module `_pyscript`. */
export const configure = async (
  kind: string,
  config: object | undefined,
  base: string,
  bridge: Record<string, unknown>,
  progress: (what: string) => void,
): Promise<Configured> => {
  const name = kind === "py" ? "pyodide" : "micropython";
  const address = `${base}${name}/${name}.mjs`;
  bridge.config = JSON.stringify({ type: kind });
  bridge.js_import = importModule;
  bridge.base = base;
  // Our own copy of Pyodide comes with its library compiled.
  const options = kind === "py" ? { stdLibURL: `${base}pyodide/python_stdlib_compiled.zip` } : {};
  const surroundings = { base, address, options, bridge, progress };
  const chunk = () => import(base + "setup.js");
  let running: unknown;
  // For Python that installs more while it runs: a promise, with what went wrong as its words.
  bridge.install = async (...names: string[]) => (await chunk()).install(kind, names, surroundings, running);
  const setup = config ? await (await chunk()).configure(config, surroundings) : surroundings;
  return { ...setup, install: async (interpreter: unknown) => ((running = interpreter), setup.install?.(interpreter)) };
};

/** A worker that waits for its first message. Workers have to come from the page's own site; code need not. */
export const spawnWorker = (base: string, name: string): Worker => {
  const address = base + "worker.js";
  const foreign = new URL(address).origin !== location.origin;
  const source = `import ${JSON.stringify(address)}`;
  const entry = foreign ? URL.createObjectURL(new Blob([source], { type: "text/javascript" })) : address;
  const worker = new Worker(entry, { type: "module", name });
  const bridge = openBridge(base);
  bridge.catch(() => {});
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  lives.set(worker, { bridge, end });
  const { terminate } = worker;
  worker.terminate = () => {
    terminate.call(worker);
    bridge.then((page) => page.close(), () => {});
    end();
  };
  Object.assign(worker, { sync: lateSync(bridge, ended) });
  return worker;
};

/** What belongs to a worker: its bridge, and what to call when its code has run. */
const lives = new WeakMap<Worker, { bridge: Promise<Page & BridgeStart>; end: () => void }>();

/** The first letters of messages that tell the end; see `Message` in crates/web/src/worker.rs. */
const ENDS = /^([dxf]|$)/;

let compiled: Promise<WebAssembly.Module>;

/** The runtime, compiled once for the page and all its workers. */
export const runtimeModule = (address?: string): Promise<WebAssembly.Module> =>
  (compiled ??= WebAssembly.compileStreaming(fetch(address!)));

/** The page's end of a bridge; see `bridge.ts`. */
interface Page {
  readonly sync: Record<string, unknown>;
  readonly init: unknown;
  readonly transfer: Transferable[];
  /** Fails what waits for the worker, and forgets what it knew. */
  close(): void;
}

/** How a worker finds its end of the bridge. */
export interface BridgeStart {
  readonly address: string;
  readonly module: WebAssembly.Module;
  readonly init: unknown;
}

let bridgeFiles: Promise<[{ openPage(module: WebAssembly.Module): Page }, WebAssembly.Module]> | undefined;

/** Opens a bridge to a new worker; its files are fetched for the first one. */
const openBridge = async (base: string): Promise<Page & BridgeStart> => {
  const address = base + "bridge.js";
  bridgeFiles ??= Promise.all([
    import(address),
    WebAssembly.compileStreaming(fetch(base + "bridge.wasm")),
  ]);
  const [{ openPage }, module] = await bridgeFiles;
  const page = openPage(module);
  const { sync, init, transfer } = page;
  return { sync, init, transfer, address, module, close: () => page.close() };
};

/**
 * `worker.sync`, which can be used before the bridge is open. A function that the worker has not given yet is called
 * once its code has run (`ended`).
 */
const lateSync = (page: Promise<Page>, ended: Promise<void>): Record<string, unknown> => {
  const own = new Map<string, unknown>();
  const later = (name: string) => async (...args: unknown[]) => {
    const { sync } = await page;
    const call = () => (sync[name] as (...args: unknown[]) => unknown)(...args);
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TypeError && error.message.startsWith(`sync.${name} is not a function`))) throw error;
      await ended;
      return call();
    }
  };
  return new Proxy(Object.create(null), {
    get: (_, name) => (typeof name !== "string" || name === "then" ? undefined : (own.get(name) ?? later(name))),
    set: (_, name, value) => {
      own.set(String(name), value);
      page.then(({ sync }) => (sync[String(name)] = value), () => {});
      return true;
    },
    has: (_, name) => own.has(String(name)),
  });
};

/** The name under which a worker asks for the element that shows its output. */
export const TARGET = "__pyrite_target__";

/** What a worker is sent first. */
export interface Start {
  /** The runtime, compiled by the page. */
  readonly runtime: WebAssembly.Module;
  /** Where the worker tells what happens; its own messages are left to those who write pages. */
  readonly port: MessagePort;
  /** Absent where its files could not be loaded. */
  readonly bridge: BridgeStart | undefined;
  readonly job: Job;
}

/** The arguments of the runtime's `start_worker`, but the first. */
export type Job = [
  language: string,
  base: string,
  code: string,
  file: string,
  blankLines: number,
  async: boolean,
  config?: object,
];

/** Gives a worker its runtime and its work. */
export const beginJob = async (
  worker: Worker,
  hear: (text: string) => void,
  target: () => unknown,
  ...job: Job
): Promise<void> => {
  const { port1, port2: port } = new MessageChannel();
  const { bridge: opening, end } = lives.get(worker)!;
  port1.onmessage = ({ data }) => {
    hear(data);
    if (ENDS.test(data)) end();
  };
  // What its code leaves uncaught has a message and is told by the worker; one that cannot be loaded has none.
  worker.addEventListener("error", ({ message }) => {
    if (!message) hear(""), end();
  });
  const runtime = await runtimeModule();
  const page = await opening.catch(() => undefined);
  if (page) page.sync[TARGET] = target;
  const bridge = page && { address: page.address, module: page.module, init: page.init };
  worker.postMessage({ runtime, port, bridge, job } satisfies Start, [port, ...(page?.transfer ?? [])]);
};

type Run = (code: string) => unknown;

/** What main-thread plugins and `event.detail.wrap` get for an interpreter. */
export const makeWrap = (type: string, interpreter: unknown, bridge: { config: string }, run: Run, runAsync: Run, io: object) => ({
  type,
  interpreter,
  config: JSON.parse(bridge.config),
  io,
  run,
  runAsync,
});
