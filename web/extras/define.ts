/** Types of scripts that a page defines itself: `define("type", { interpreter, hooks })`. */
import { boot, type Kind } from "../boot";
import { absolute, fetchText, findNew, findTarget, makeOutput, observe, type Top } from "../host";
import { factory, type Parts } from "../parts";
import { adopt as listen } from "./attributes";
import { startAnother } from "./another";
import { call } from "./call";
import { known } from "./defined";
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
  readonly envs: Map<string, Promise<{ engine: any; bridge: Record<string, unknown>; io: Wrap["io"] }>>;
}
const shared: Shared = { envs: new Map() };

const words = (error: any): string => (typeof error?.message === "string" ? error.message : String(error));

const list = (hook: unknown): any[] =>
  hook === undefined || hook === null ? [] : typeof hook === "string" || typeof hook === "function" ? [hook] : [...(hook as Iterable<unknown>)];

/** The interpreter of the page's own scripts. */
const ofPage = async (parts: Parts, kind: Kind) => {
  if (!(await parts.startEngine(kind))) throw failure("PY3001", `The page's interpreter for ${kind} did not start`, "what was told before says why");
  const { engine, given } = parts.lanes[kind];
  return { engine: engine!, bridge: { config: JSON.stringify(given.config) }, io: given.io as Wrap["io"] };
};

/** Names of that interpreter: ours, and PyScript's. */
const isOfPage = (kind: Kind, env: string): boolean => env === kind || env === `${kind}-script`;

/** Starts the interpreter of an environment, once. */
const start = (parts: Parts, kind: Kind, env: string, { config, configURL, version, parser }: Options) => {
  // Both languages may have one of a name.
  const key = `${kind} ${env}`;
  let starting = shared.envs.get(key);
  if (!starting) {
    const io = {
      stdout: (line: unknown) => console.log(line),
      stderr: (line: unknown) => void parts.report(`PY4001\0stderr\0${kind}\0${line}`),
    };
    const begin = async () => {
      if (isOfPage(kind, env)) return ofPage(parts, kind);
      const given = parser && typeof config === "string" ? await parser(config) : config;
      const request = given || version
        ? { language: kind, worker: true, page: document.baseURI, config: given, configURL, version }
        : undefined;
      const bridge: Record<string, any> = { target: () => bridge.engine?.current()?.target ?? null };
      const progress = (what: string) => void dispatchEvent(new CustomEvent(`${env}:progress`, { detail: what }));
      const [stdout, stderr] = [(line: string) => io.stdout(line), (line: string) => io.stderr(line)];
      const engine = await (kind === "mpy" ? startAnother(request, bridge, stdout, stderr, progress) : boot(kind, request, bridge, stdout, stderr, progress));
      bridge.engine = engine;
      return { engine, bridge, io };
    };
    shared.envs.set(key, (starting = begin()));
    starting.catch(() => {});
    if (!isOfPage(kind, env)) add(parts, env, starting.then(({ engine }) => ({ kind, interpreter: engine.interpreter })));
  }
  return starting;
};

/** The names that a page has given to types. */
const defined = new Set<string>();

export const define = async (parts: Parts, type: string | null, options: Options = {}, plain = false): Promise<void> => {
  const { interpreter, hooks = {}, onerror } = options;
  if (!interpreter) throw new TypeError("Unspecified interpreter");
  const kind = KINDS[interpreter];
  if (!kind) throw new TypeError(`The interpreter ${JSON.stringify(interpreter)} is not known: use "pyodide" or "micropython"`);
  if (type !== null && (defined.has(type) || (type in KINDS && !plain) || !/^[a-z][\w.-]*$/i.test(type))) {
    throw new Error(/^[a-z][\w.-]*$/i.test(type) ? `<script type="${type}"> already registered` : `${JSON.stringify(type)} cannot be the name of a type`);
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

  /** What an element asks for, where that is not the same for all of a type. */
  const asked = (element?: Element): Options => {
    const own = (what: string) => (plain && element?.getAttribute(what)) || undefined;
    return { ...options, env: own("env") ?? env, config: own("config") ?? options.config, version: own("version") ?? options.version };
  };
  const starting = (element?: Element) => {
    const options = asked(element);
    return start(parts, kind, options.env!, options);
  };

  const wrapper = async (element?: Element): Promise<Wrap> => {
    const { engine, bridge, io } = await starting(element);
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
      known(parts, name).resolve(wrap);
      if (element) tell("ready", element, false);
      await each("onReady", wrap, element);
      if (plain) await play(element!);
      if (element) tell("done", element, false);
    } catch (error) {
      // The interpreter did not start; these are facts.
      if (onerror) onerror(error, element);
      else void parts.report(words(error));
    }
  };

  /** Runs a script as those of the page are run, in its own interpreter. */
  const play = async (element: Element): Promise<void> => {
    const { engine } = await starting(element);
    const src = element.getAttribute("src");
    const code = src ? await fetchText(absolute(src)) : (element.textContent ?? "");
    const [, , file, blankLines] = parts.place(kind, src ?? name, code);
    const isAsync = !/^(false|0|no)$/i.test(element.getAttribute("async") ?? "");
    const place = element.getAttribute("target");
    let output: Element | null | undefined;
    const target = () => {
      output ??= place ? findTarget(element, place) : makeOutput(element, `${name}-script`);
      if (output && !output.id) output.id = `${name}-${outputs++}`;
      return output;
    };
    Object.defineProperty(element, "target", { get: target, configurable: true });
    await engine.run(code, file, +blankLines, isAsync, element, () => {}).catch((error: unknown) => raised(error, element));
  };

  const inWorker = async (element: Element): Promise<void> => {
    // PyScript's raw types had the address in this attribute.
    const src = (plain && element.getAttribute("worker")) || element.getAttribute("src");
    const address = src ?? URL.createObjectURL(new Blob([element.textContent ?? ""]));
    const { config, configURL, version } = asked(element);
    const worker = new (factory(parts, kind))(address, {
      name: element.getAttribute("name") ?? (element.id || name),
      async: !/^(false|0|no)$/i.test(element.getAttribute("async") ?? ""),
      config,
      configURL,
      version,
    });
    Object.defineProperty(element, "xworker", { value: worker, configurable: true });
    known(parts, name).resolve({ type: name, xworker: worker });
    await each("onWorker", null, worker as unknown as Element);
    // The page tells what goes wrong in it.
    await worker.ready.catch(() => {});
    if (!src) URL.revokeObjectURL(address);
  };

  if (type === null) return take();
  const selector = `script[type="${CSS.escape(type)}"],${CSS.escape(type)}-script`;
  let before: Promise<unknown> = Promise.resolve();
  const look = (tops: Top[]) => {
    // In the order of the page, one after the other.
    for (const element of findNew(tops, selector)) before = before.then(() => take(element));
    for (const top of tops) listen(parts, top, [type]);
  };
  look(observe(look));
};

/** How many outputs have got an id. */
let outputs = 0;

let told = false;

/**
 * `<script type="pyodide">` and `<script type="micropython">`: one interpreter for each `env`. And addresses of `latest`,
 * which give something else tomorrow: the first one is told of, in PyScript's words.
 */
export const adopt = async (parts: Parts, { type, src }: HTMLScriptElement): Promise<void> => {
  if (!(type in KINDS)) {
    if (told || !/\bpyscript\.net\/latest\//.test(src)) return;
    told = true;
    console.warn(
      "Loading scripts from latest is deprecated and will be removed soon. Please use a specific version instead.\n" +
        `  ${src}\nhint: put the number of a release in the place of \`latest\`, as in https://pyscript.net/releases/2025.11.2/`,
    );
    return;
  }
  if (!defined.has(type)) await define(parts, type, { interpreter: type }, true);
};
