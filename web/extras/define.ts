/** Types of scripts that a page defines itself: `define("type", { interpreter, hooks })`. */
import { boot, type Kind } from "../boot";
import { findNew, observe } from "../host";
import { factory, type Parts } from "../parts";
import { adopt } from "./attributes";
import { call } from "./call";
import { add } from "./environments";
import { failure } from "./failure";

type Maybe<T> = T | PromiseLike<T>;

/** What a page gets of its interpreter. */
interface Wrap {
  readonly type: string;
  readonly interpreter: any;
  readonly config: object;
  readonly io: { stdout: (line: unknown) => void; stderr: (line: unknown) => void };
  readonly XWorker: unknown;
  run(code: string): unknown;
  runAsync(code: string): Promise<unknown>;
  runEvent(path: string, event: Event): Promise<void>;
}

type OnHook = (wrap: Wrap | null, element?: Element) => Maybe<unknown>;
type CodeHook = string | (() => string);
type Hooks = Record<string, OnHook | CodeHook | Iterable<OnHook | CodeHook> | undefined>;

export interface Options {
  readonly interpreter?: string;
  readonly config?: object | string;
  readonly configURL?: string;
  readonly version?: string;
  /** Types with the same name here share an interpreter. */
  readonly env?: string;
  readonly parser?: (text: string) => Maybe<object>;
  readonly onerror?: (error: unknown, element?: Element) => void;
  readonly hooks?: { readonly main?: Hooks; readonly worker?: Hooks };
}

const KINDS: Record<string, Kind> = { pyodide: "py", py: "py", micropython: "mpy", mpy: "mpy" };

interface Shared {
  readonly types: Map<string, { readonly promise: Promise<unknown>; resolve(wrap: unknown): void }>;
  readonly envs: Map<string, Promise<{ engine: any; bridge: Record<string, unknown>; io: Wrap["io"] }>>;
}
const shared: Shared = { types: new Map(), envs: new Map() };

const words = (error: any): string => (typeof error?.message === "string" ? error.message : String(error));

const known = (type: string) => {
  let entry = shared.types.get(type);
  if (!entry) {
    let resolve!: (wrap: unknown) => void;
    const promise = new Promise((ok) => (resolve = ok));
    shared.types.set(type, (entry = { promise, resolve }));
  }
  return entry;
};

const list = (hook: unknown): any[] =>
  hook === undefined || hook === null ? [] : typeof hook === "string" || typeof hook === "function" ? [hook] : [...(hook as Iterable<unknown>)];

/** Resolves to the wrapper of the first element of a type. */
export const whenDefined = (_: Parts, type: string): Promise<unknown> => known(type).promise;

/** The page's MicroPython: it keeps its tables in the page's global scope, so a page cannot have two of them. */
const micropython = async (parts: Parts) => {
  if (!(await parts.startEngine("mpy"))) throw failure("PY3001", "MicroPython did not start", "what was told before says why");
  const { engine, given } = parts.lanes.mpy;
  return { engine: engine!, bridge: { config: JSON.stringify(given.config) }, io: given.io as Wrap["io"] };
};

/** Starts the interpreter of an environment, once. */
const start = (parts: Parts, kind: Kind, env: string, { config, configURL, version, parser }: Options) => {
  let starting = shared.envs.get(env);
  if (!starting) {
    const io = {
      stdout: (line: unknown) => console.log(line),
      stderr: (line: unknown) => void parts.report(`PY4001\0stderr\0${kind}\0${line}`),
    };
    const begin = async () => {
      if (kind === "mpy") return micropython(parts);
      const given = parser && typeof config === "string" ? await parser(config) : config;
      const request = given || version
        ? { language: kind, worker: true, page: document.baseURI, config: given, configURL, version }
        : undefined;
      const bridge: Record<string, unknown> = {};
      const progress = (what: string) => void dispatchEvent(new CustomEvent(`${env}:progress`, { detail: what }));
      const engine = await boot(kind, request, bridge, (line) => io.stdout(line), (line) => io.stderr(line), progress);
      return { engine, bridge, io };
    };
    shared.envs.set(env, (starting = begin()));
    starting.catch(() => {});
    add(parts, env, starting.then(({ engine }) => ({ kind, interpreter: engine.interpreter })));
  }
  return starting;
};

/** The names that a page has given to types. */
const defined = new Set<string>();

export const define = async (parts: Parts, type: string | null, options: Options = {}): Promise<void> => {
  const { interpreter, hooks = {}, onerror } = options;
  if (!interpreter) throw new TypeError("Unspecified interpreter");
  const kind = KINDS[interpreter];
  if (!kind) throw new TypeError(`The interpreter ${JSON.stringify(interpreter)} is not known: use "pyodide" or "micropython"`);
  if (type !== null && (defined.has(type) || type in KINDS || !/^[a-z][\w.-]*$/i.test(type))) {
    throw new Error(/^[a-z][\w.-]*$/i.test(type) ? `<script type="${type}"> already registered` : `${JSON.stringify(type)} cannot be the name of a type`);
  }
  if (kind === "mpy" && (options.config || options.version)) {
    throw new TypeError("a page has one MicroPython, which its types share: configure it with <mpy-config>, or define a type of Pyodide");
  }
  const name = type ?? `define-${defined.size}`;
  defined.add(name);
  const env = options.env ?? name;

  /** Calls hooks, one after the other; one that fails is told of and does not stop the others. */
  const each = async (what: string, ...args: [Wrap | null, Element?]) => {
    for (const hook of list(hooks.main?.[what])) {
      try {
        await hook(...args);
      } catch (error) {
        failed(`The hook ${name}.${what} failed`, error, args[1]);
      }
    }
  };
  const failed = (what: string, error: unknown, element?: Element) => {
    if (onerror) return onerror(error, element);
    const hint = "the page goes on as if there were no such hook";
    void parts.report(["PY4002", hint, "", "", (error as Error)?.stack ?? "", `(PY4002): ${what}: ${words(error)}`].join("\0"));
  };
  const raised = (error: unknown, element?: Element) => {
    if (onerror) onerror(error, element);
    else parts.raised(kind, words(error));
  };

  const wrapper = async (element?: Element): Promise<Wrap> => {
    const { engine, bridge, io } = await start(parts, kind, env, options);
    const { interpreter } = engine;
    const codes = (what: string) => list(hooks.main?.[what]).map((hook) => (typeof hook === "function" ? hook() : hook) as string);
    const wrap: Wrap = {
      type: name,
      interpreter,
      io,
      config: JSON.parse(bridge.config as string),
      XWorker: factory(parts, kind),
      run(code) {
        for (const hook of list(hooks.main?.onBeforeRun)) hook(wrap, element);
        try {
          for (const before of codes("codeBeforeRun")) interpreter.runPython(before);
          const result = interpreter.runPython(code);
          for (const after of codes("codeAfterRun")) interpreter.runPython(after);
          return result;
        } catch (error) {
          return raised(error, element);
        } finally {
          for (const hook of list(hooks.main?.onAfterRun)) hook(wrap, element);
        }
      },
      async runAsync(code) {
        await each("onBeforeRunAsync", wrap, element);
        try {
          for (const before of codes("codeBeforeRunAsync")) await interpreter.runPythonAsync(before);
          const result = await interpreter.runPythonAsync(code);
          for (const after of codes("codeAfterRunAsync")) await interpreter.runPythonAsync(after);
          return result;
        } catch (error) {
          return raised(error, element);
        } finally {
          await each("onAfterRunAsync", wrap, element);
        }
      },
      async runEvent(path, event) {
        try {
          await call(interpreter, path, event);
        } catch (error) {
          raised(error, element);
        }
      },
    };
    return wrap;
  };

  const tell = (what: string, element: Element, worker: boolean) =>
    element.dispatchEvent(new CustomEvent(`${name}:${what}`, { bubbles: true, detail: { worker } }));

  /** Looks after an element of the type. */
  const take = async (element?: Element): Promise<void> => {
    try {
      if (element?.hasAttribute("worker")) return await inWorker(element);
      const wrap = await wrapper(element);
      known(name).resolve(wrap);
      if (element) tell("ready", element, false);
      await each("onReady", wrap, element);
      if (element) tell("done", element, false);
    } catch (error) {
      // The interpreter did not start; these are facts.
      if (onerror) onerror(error, element);
      else void parts.report(words(error));
    }
  };

  const inWorker = async (element: Element): Promise<void> => {
    const src = element.getAttribute("src");
    const address = src ?? URL.createObjectURL(new Blob([element.textContent ?? ""]));
    const { config, configURL, version } = options;
    const worker = new (factory(parts, kind))(address, {
      name: element.getAttribute("name") ?? (element.id || name),
      async: !/^(false|0|no)$/i.test(element.getAttribute("async") ?? ""),
      config,
      configURL,
      version,
    });
    Object.defineProperty(element, "xworker", { value: worker, configurable: true });
    known(name).resolve({ type: name, xworker: worker });
    await each("onWorker", null, worker as unknown as Element);
    // The page tells what goes wrong in it.
    await worker.ready.catch(() => {});
    if (!src) URL.revokeObjectURL(address);
  };

  if (type === null) return take();
  const selector = `script[type="${CSS.escape(type)}"],${CSS.escape(type)}-script`;
  let before: Promise<unknown> = Promise.resolve();
  const look = (node: Node) => {
    // In the order of the page, one after the other.
    for (const element of findNew(node, selector)) before = before.then(() => take(element));
    if (node.nodeType === Node.DOCUMENT_NODE || node.nodeType === Node.ELEMENT_NODE) adopt(parts, node, [type]);
  };
  observe(look);
  look(document);
};
