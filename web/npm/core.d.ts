/** What `core.js` exports. The guide says more: docs/javascript.md. */

/** `py` is Pyodide, `mpy` is MicroPython. */
export type Kind = "py" | "mpy";

export interface WorkerOptions {
  /** Whether `await` may stand anywhere in the code; it may not if left out. */
  readonly async?: boolean;
  /** Its configuration: an object, TOML or JSON as text, or the address of a file. */
  readonly config?: object | string;
  /** What addresses in a configuration that is not in a file are relative to. */
  readonly configURL?: string;
  readonly version?: string;
  /** A service worker for pages on hosts without isolation headers. */
  readonly serviceWorker?: string;
  readonly service_worker?: string;
  /** The name under which `pyscript.workers` has it. */
  readonly name?: string;
}

/** A worker that runs Python. */
export interface PythonWorker extends Worker {
  /** Functions that both sides give each other. */
  readonly sync: Record<string, any>;
  /** Settles when its code has run. */
  readonly ready: Promise<PythonWorker>;
  /** Raises `KeyboardInterrupt` in its Python. */
  interrupt(): void;
  /** Makes `sync.isStuck()` true in it. */
  unstuck(): void;
}

/** With `new` the worker at once, without it a promise of the worker once its code has run. */
export interface WorkerFactory {
  (file: string, options?: WorkerOptions): Promise<PythonWorker>;
  new (file: string, options?: WorkerOptions): PythonWorker;
}

/** Where lines of output go; both can be replaced. */
export interface Io {
  stdout: (line: any) => void;
  stderr: (line: any) => void;
  /** Makes of a function that takes lines one that takes bytes as they come; `end`: the byte that ends a line. */
  readonly buffered?: (tell: (line: string) => void, end?: number) => (bytes: number | Uint8Array) => void;
}

/** An interpreter of the page. */
export interface Wrap {
  readonly type: string;
  /** Pyodide's or MicroPython's own object. */
  readonly interpreter: any;
  readonly config: Record<string, any>;
  readonly io: Io;
  run(code: string): any;
  runAsync(code: string): Promise<any>;
}

/** The wrapper as hooks get it. */
export interface HookWrap extends Wrap {
  readonly XWorker: WorkerFactory;
  runEvent(name: string, event: Event): Promise<void>;
}

/** The wrapper as hooks in workers get it. */
export type WorkerWrap = Pick<HookWrap, "type" | "interpreter" | "io" | "config" | "run" | "runAsync" | "runEvent">;

/** What hooks in workers get of their worker. */
export interface XWorker {
  readonly sync: Record<string, any>;
  /** The page's, where the worker can reach it. */
  readonly window: any;
  readonly document: any;
  postMessage(message: any): void;
}

type Names = "onBeforeRun" | "onBeforeRunAsync" | "onAfterRun" | "onAfterRunAsync";
type CodeNames = "codeBeforeRun" | "codeBeforeRunAsync" | "codeAfterRun" | "codeAfterRunAsync";
type MainHook = (wrap: HookWrap, script: Element) => unknown;
type WorkerHook = (wrap: WorkerWrap, xworker: XWorker) => unknown;

export interface Hooks {
  readonly main: { readonly onWorker: Set<(wrap: null, worker: PythonWorker) => unknown>; readonly onReady: Set<MainHook> } & {
    readonly [name in Names]: Set<MainHook>;
  } & { readonly [name in CodeNames]: Set<string> };
  readonly worker: { readonly onReady: Set<WorkerHook> } & { readonly [name in Names]: Set<WorkerHook> } & {
    readonly [name in CodeNames]: Set<string>;
  };
}

type OneOrMore<T> = T | Iterable<T>;

export interface TypeOptions {
  readonly interpreter: "pyodide" | "micropython" | Kind;
  readonly config?: object | string;
  readonly configURL?: string;
  readonly version?: string;
  /** Types with the same name here share an interpreter. */
  readonly env?: string;
  readonly parser?: (text: string) => object | PromiseLike<object>;
  readonly onerror?: (error: any, element?: Element) => void;
  readonly hooks?: {
    readonly main?: {
      readonly onWorker?: OneOrMore<(wrap: null, worker: PythonWorker) => unknown>;
      readonly onReady?: OneOrMore<(wrap: HookWrap, element: Element) => unknown>;
    } & { readonly [name in Names]?: OneOrMore<(wrap: HookWrap, element: Element) => unknown> } & {
      readonly [name in CodeNames]?: OneOrMore<string | (() => string)>;
    };
  };
}

export interface DonkeyOptions {
  readonly type?: Kind | "pyodide" | "micropython";
  /** Whether names stay from one piece of code to the next. */
  readonly persistent?: boolean;
  /** Where a terminal shows what is printed: an id or a selector. */
  readonly terminal?: string;
  readonly config?: object | string;
  readonly serviceWorker?: string;
}

export interface Donkey {
  execute(code: string): Promise<void>;
  evaluate(code: string): Promise<any>;
  process(code: string): Promise<void>;
  clear(): Promise<void>;
  reset(): Promise<void>;
  kill(): Promise<void>;
}

// @ts-ignore Without CodeMirror's own types these are `any`; they come with the package `codemirror`.
type Core = typeof import("codemirror");
// @ts-ignore
type State = typeof import("@codemirror/state");
// @ts-ignore
type Python = typeof import("@codemirror/lang-python");
// @ts-ignore
type Language = typeof import("@codemirror/language");
// @ts-ignore
type View = typeof import("@codemirror/view");
// @ts-ignore
type Commands = typeof import("@codemirror/commands");

/** CodeMirror's modules, which editors are made of; the first that is asked for loads all of them. */
export interface CodeMirror {
  readonly core: Promise<Core>;
  readonly state: Promise<State>;
  readonly python: Promise<Python>;
  readonly language: Promise<Language>;
  readonly view: Promise<View>;
  readonly commands: Promise<Commands>;
}

export declare const version: string;
export declare const TYPES: ReadonlyMap<Kind, string>;
/** Resolves once the runtime has looked at the page; rejects when it could not be loaded. */
export declare const ready: Promise<void>;
export declare const PyWorker: WorkerFactory;
export declare const MPWorker: WorkerFactory;
export declare const hooks: Hooks;
/** What the page configures for each language. */
export declare const config: Readonly<Partial<Record<Kind, Record<string, any>>>>;
export declare function whenDefined(type: string): Promise<any>;
export declare function define(type: string | null, options: TypeOptions): Promise<void>;
export declare function donkey(options?: DonkeyOptions): Promise<Donkey>;
export declare const codemirror: CodeMirror;
export declare function relative_url(url: string, base?: string): string;
export declare function offline_interpreter(config?: { interpreter?: string }): string | undefined;
export declare const stdlib: string;
export declare const optional: string;
export declare const inputFailure: string;
