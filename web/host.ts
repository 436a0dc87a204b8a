/** What the runtime needs of the browser and WebAssembly cannot do itself. */

/** Not asked of `document`: Python of a worker may put the page's one there. */
const isPage = "Window" in globalThis;

/** What relative addresses are relative to: a worker finds it behind its own address. */
const page = (): string => (isPage ? document.baseURI : location.hash.slice(1));

/** An address with all that it is relative to. */
export const absolute = (url: string): string => new URL(url, page()).href;

/** `import()`, which has no counterpart in WebAssembly. */
export const importModule = (url: string): Promise<unknown> => import(absolute(url));

/** The folder that this file is in. */
export const base = new URL("./", import.meta.url).href;

/** What a value that was thrown has to say. */
export const words = (error: any): string =>
  typeof error?.message === "string" ? error.message : String(error ?? "unknown error");

/** The text at an address; fails with facts (crates/core/src/facts.rs). */
export const fetchText = async (address: string): Promise<string> => {
  const failed = (...facts: unknown[]) => facts.join("\0");
  const response = await fetch(address).catch((error) => error);
  if (!(response instanceof Response)) throw failed("PY0001", "network", address, words(response));
  if (!response.ok) throw failed("PY0001", "status", address, response.status, response.statusText);
  const bytes = await response.arrayBuffer().catch((error) => {
    throw failed("PY0001", "network", address, words(error));
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { badByte } = await import(base + "errors.js");
    throw failed("PY0003", "encoding", address, badByte(new Uint8Array(bytes)));
  }
};

/** The page's own name, as its author knows it. */
const pageName = (): string => {
  const name = location.pathname.replace(/.*\//, "") || "index.html";
  try {
    // `other page.html`, not `other%20page.html`.
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};

/** What messages about failures depend on; see web/errors/errors.ts. */
export const known = { page: isPage ? pageName() : "", scripts: [] as string[][], placed: [] as string[][] };

/** Remembers a script that was in the page from the start, as it is before anything is done to it. */
export const noteScript = (element: Element): void => {
  known.scripts.push([element.localName, element.getAttribute("type") ?? "", element.textContent!]);
};

/** Remembers what an interpreter is given. */
export const notePlaced = (...placed: string[]): void => void known.placed.push(placed);

let told: Promise<unknown> = Promise.resolve();

/** Tells people about a failure, after those before it. Gives its message. */
export const report = (facts: string): Promise<string> => {
  const telling = told.then(async () => {
    try {
      const { tell } = await import(base + "errors.js");
      return await tell(base, facts, known);
    } catch (error) {
      const [code, , ...fields] = facts.split("\0");
      return showPlainly(code!, `${fields.join(": ")}\n(there is more to say, but: ${words(error)})`);
    }
  });
  told = telling;
  return telling;
};

/** Settles when all failures so far have been told. */
export const allTold = (): Promise<unknown> => told;

/** Shows a message without any help. Gives it. */
export const showPlainly = (code: string, words: string): string => {
  const text = `(${code}): ${words}`;
  console.error(text);
  const banner = document.createElement("div");
  banner.className = "py-error";
  banner.role = "alert";
  banner.dataset.code = code;
  banner.style.cssText = "border:1px solid #c0392b;background:#fdecea;color:#611a15;padding:1em;white-space:pre-wrap";
  banner.textContent = text;
  (document.body ?? document.documentElement).append(banner);
  return text;
};

/**
 * Calls `tell` with what Python says about an exception that JavaScript met: Python that runs later, in a timer or an
 * event, fails outside of any script.
 */
export const listenForErrors = (tell: (text: string) => void): void => {
  const listen = (name: string, property: string) =>
    addEventListener(name, (event) => {
      const error = (event as any)[property];
      const text = words(error);
      // An exception of a worker has the name that it has in Python.
      const isPython = error?.name === "PythonError" || text.startsWith("Traceback (most recent call last)");
      if (isPython || text.includes("borrowed proxy was automatically destroyed")) {
        event.preventDefault();
        tell(text);
      }
    });
  listen("error", "error");
  listen("unhandledrejection", "reason");
};

/** Fires an event that pages listen to. */
export const fire = (target: EventTarget, name: string, detail: unknown, bubbles: boolean): void => {
  target.dispatchEvent(new CustomEvent(name, { bubbles, detail }));
};

const found = new WeakSet<Element>();

/** The elements below a node that match and were not found before, itself included and shadow roots too. */
export const findNew = (node: Node, selector: string): Element[] =>
  [node, ...rootsBelow(node)]
    .flatMap((root, index) => {
      // The node is there twice: as an element that may match itself, and as the root of a tree.
      if (!index) return node instanceof Element && node.matches(selector) ? [node] : [];
      return [...(root as Partial<ParentNode>).querySelectorAll?.<Element>(selector) ?? []];
    })
    .filter((element) => !found.has(element) && found.add(element));

/** A node and every shadow root below it: the trees that have to be searched and observed one by one. */
const rootsBelow = (node: Node): Node[] => {
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

/** Tells about every node that comes into the page from now on, shadow roots included. */
export const observe = (tell: (node: Node) => void): void => {
  const observer = new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      for (const node of addedNodes) if (node instanceof Element) tell(node);
      // A `type` that is set late makes a script of what was none.
      if (type === "attributes") tell(target);
    }
  });
  const watch = (root: Node) =>
    observer.observe(root, { childList: true, subtree: true, attributeFilter: ["type"] });
  rootsBelow(document).forEach(watch);
  // No observer of the document sees inside shadow roots.
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options: ShadowRootInit) {
    const root = attachShadow.call(this, options);
    watch(root);
    return root;
  };
};

/** Looks an element up by id, else by selector, in the tree that `from` is in. */
export const findTarget = (from: Element, target: string): Element | null | undefined => {
  const root = from.getRootNode() as Partial<Document>;
  try {
    return root.getElementById?.(target) ?? root.querySelector?.(target);
  } catch {
    return null;
  }
};

/** A new element for the output of a script, after it or, where the script is no content, at the end of the page. */
export const makeOutput = (script: Element, tag: string): Element => {
  const output = document.createElement(tag);
  if (document.head.contains(script) && document.body) document.body.append(output);
  else script.after(output);
  return output;
};

/** Takes the code out of an element, which shows output in its place. */
export const takeCode = (element: HTMLElement, code: string): void => {
  setProperty(element, "srcCode", code);
  setProperty(element, "executed", true);
  element.textContent = "";
  element.style.display = "block";
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

/**
 * The configuration that the page has for a language, or for the script of a worker, as it is written: the request for
 * `setup.js`. Undefined when there is none.
 */
export const findConfig = (kind: string, worker?: Element): object | undefined => {
  const find = (selector: string) => [...document.querySelectorAll(selector)];
  const own = worker?.hasAttribute("config");
  const main = (tag: string) => `${tag}[config]:not([worker])`;
  let elements = find(`${kind}-config`);
  let attributes = find(`${main(`script[type=${kind}]`)},${main(`${kind}-script`)}`);
  // A worker's own configuration is read by the page's parser, too.
  const parser = [...elements, ...attributes].find((element) => element.matches("[config-parser]"));
  if (own) elements = [], attributes = [worker!];
  const written = (element: Element) => ({
    src: element.getAttribute("src"),
    type: element.getAttribute("type"),
    text: element.textContent,
    html: element.firstElementChild && element.innerHTML,
    value: element.getAttribute("config"),
    parser: (own ? parser ?? element : element).getAttribute("config-parser"),
  });
  if (!elements.length && !attributes.length) return;
  return {
    language: kind,
    worker: !!worker,
    own,
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
  bridge.library = base + "pyodide/python_stdlib.zip";
  if (!globalThis.document) bridge.page = page();
  // Our own copy of Pyodide comes with its library compiled.
  const options = kind === "py" ? { stdLibURL: `${base}pyodide/python_stdlib_compiled.zip` } : {};
  const surroundings = { base, address, options, bridge, progress };
  const chunk = () => import(base + "setup.js");
  let running: unknown;
  // For Python that installs more while it runs: a promise, with what went wrong as its words.
  bridge.install = async (...names: string[]) => (await chunk()).install(kind, names, surroundings, running);
  const setup = config ? await (await chunk()).configure(config, surroundings) : surroundings;
  return { ...setup, install: async (interpreter: unknown) => ((running = bridge.interpreter = interpreter), setup.install?.(interpreter)) };
};

/** A worker that waits for its first message. Workers have to come from the page's own site; code need not. */
export const spawnWorker = (base: string, name: string, kind: string, serviceWorker?: string): PythonWorker => {
  const address = base + "worker.js";
  const foreign = new URL(address).origin !== location.origin;
  const source = `import ${JSON.stringify(address)}`;
  const entry = foreign ? URL.createObjectURL(new Blob([source], { type: "text/javascript" })) : address;
  const worker = new Worker(`${entry}#${document.baseURI}`, { type: "module", name }) as PythonWorker;
  const { terminate } = worker;
  const given: Record<string, unknown> = {};
  let open: Life | undefined;
  const life: Promise<Life> = import(base + "workers.js").then(({ adopt }) => adopt(worker, base, name, given, terminate, kind, serviceWorker));
  life.then((is) => (open = is), () => {});
  lives.set(worker, life);
  const later = (name: "terminate" | "interrupt" | "unstuck") => () => { open ? open[name]() : life.then((is) => is[name]()) };
  const ready = life.then((is) => is.outcome).then(() => worker);
  ready.catch(() => {});
  // What is asked before all of the bridge is there waits for it.
  const sync = new Proxy(given, {
    get: (_, key) =>
      typeof key !== "string" || key === "then" ? undefined
      : open ? open.sync[key]
      : (...args: unknown[]) => life.then((is) => (is.sync[key] as Function)(...args)),
    set: (_, key, value) => Reflect.set(open ? open.sync : given, key, value),
    has: (_, key) => key in (open ? open.sync : given),
    deleteProperty: (_, key) => Reflect.deleteProperty(open ? open.sync : given, key),
  });
  return Object.assign(worker, {
    sync, ready, terminate: later("terminate"), interrupt: later("interrupt"), unstuck: later("unstuck"),
  });
};

/** A worker that runs Python. */
export interface PythonWorker extends Worker {
  /** Functions that both sides give each other. */
  readonly sync: Record<string, any>;
  /** Settles when its code has run. */
  readonly ready: Promise<PythonWorker>;
  /** Raises `KeyboardInterrupt` in its Python. */
  interrupt(): void;
  /** Makes `sync.isStuck()` true: a loop that asks can end. */
  unstuck(): void;
}

/** What `workers.js` knows of a worker. */
interface Life {
  readonly sync: Record<string, unknown>;
  readonly outcome: Promise<void>;
  terminate(): void;
  interrupt(): void;
  unstuck(): void;
  begin(hear: (text: string) => void, target: () => unknown, runtime: WebAssembly.Module, job: Job): void;
  /** There is nothing to run, or nobody to run it. */
  fail(error: unknown): void;
}

const lives = new WeakMap<Worker, Promise<Life>>();

/** Ends a worker that cannot get its work. */
export const failWorker = (worker: Worker, error: unknown): unknown => lives.get(worker)?.then((life) => life.fail(error));

let compiled: Promise<WebAssembly.Module>;

/** The runtime, compiled once for the page and all its workers. */
export const runtimeModule = (address?: string): Promise<WebAssembly.Module> =>
  (compiled ??= WebAssembly.compileStreaming(fetch(address!)));

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
export const beginJob = (worker: Worker, hear: (text: string) => void, target: () => unknown, ...job: Job): void => {
  // Without its chunk nothing of a worker works; an empty message tells so.
  Promise.all([lives.get(worker)!, runtimeModule()]).then(([life, runtime]) => life.begin(hear, target, runtime, job), () => hear(""));
};

/** A language's output, which pages and plugins may redirect, and functions that follow where it goes. */
export const makeIo = (complain: (line: string) => void) => {
  const io = { stdout: (line: unknown) => console.log(line), stderr: (line: unknown) => complain(String(line)) };
  return { io, stdout: (line: unknown) => io.stdout(line), stderr: (line: unknown) => io.stderr(line) };
};
/** What main-thread plugins and `event.detail.wrap` get for an interpreter; `tell` gets what its code raises. */
export const makeWrap = (
  type: string,
  interpreter: any,
  bridge: { config: string },
  io: object,
  tell: (text: string) => void,
) => {
  const runner = (name: string) => (code: string) => {
    try {
      return interpreter[name](code);
    } catch (error) {
      tell(words(error));
    }
  };
  const [run, runAsync] = [runner("runPython"), runner("runPythonAsync")];
  return { type, interpreter, config: JSON.parse(bridge.config), io, run, runAsync };
};

/** The chunk that goes with an interpreter; see `Start` in web/package.ts. */
export const importEngine = (kind: string): Promise<unknown> => import(`${base}${kind}.js`);
