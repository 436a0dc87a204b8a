/** Workers of the page: made here, and looked after by `workers.js`, which pages without any do not load. */
import type { Kind } from "./boot";
import { base, chunk, keyed } from "./base";

/** A thread that waits for its first message. Workers have to come from the page's own site; code need not. */
const thread = (name: string): { readonly worker: Worker; readonly lost: Promise<void> } => {
  // With isolation it has to come with other headers, which a browser would keep with it.
  const address = keyed(base + "worker.js") + (globalThis.crossOriginIsolated ? "&isolated" : "");
  const foreign = new URL(address).origin !== location.origin;
  const source = `import ${JSON.stringify(address)}`;
  const entry = foreign ? URL.createObjectURL(new Blob([source], { type: "text/javascript" })) : address;
  const worker = new Worker(`${entry}#${document.baseURI}`, { type: "module", name });
  // What cannot be loaded may say so before anybody is there who looks after it.
  return { worker, lost: new Promise((tell) => worker.addEventListener("error", ({ message }) => { message || tell() })) };
};

/** The thread of the page's first worker, until the runtime asks for it. */
let early: (ReturnType<typeof thread> & { readonly name: string }) | undefined;

const takeEarly = () => {
  const thread = early;
  early = undefined;
  return thread;
};

/** Begins with a script's worker before its code is known. It loads these modules, and so does the page what it needs for workers. */
export const spawnEarly = (script: Element, kind: Kind, modules: string[]): void => {
  // The last is what the runtime is going to call it.
  const name = nameOf(script) || kind + "-w0";
  try {
    early = { ...thread(name), name };
  } catch {
    // The runtime tries again, and tells.
    return;
  }
  early.worker.postMessage({ ahead: modules });
  void chunk("workers.js").then(({ load }) => load(), () => {});
  // Its script may have no code; a later one of this name gets a thread that lives.
  addEventListener("py:all-done", () => takeEarly()?.worker.terminate(), { once: true });
};

/** What a script's worker is called. */
export const nameOf = (script: Element): string => script.getAttribute("name") ?? script.id;

/** A worker that waits for its first message. */
export const spawnWorker = (name: string, kind: string, serviceWorker?: string): PythonWorker => {
  const { worker: own, lost } = (early?.name === name && takeEarly()) || thread(name);
  const worker = own as PythonWorker;
  const { terminate } = worker;
  const given: Record<string, unknown> = {};
  let open: Life | undefined;
  const life: Promise<Life> = chunk("workers.js").then(({ adopt }) => adopt(worker, name, given, terminate, lost, kind, serviceWorker));
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
  begin(hear: (text: string) => void, target: () => unknown, job: Job): void;
  /** There is nothing to run, or nobody to run it. */
  fail(error: unknown): void;
}

const lives = new WeakMap<Worker, Promise<Life>>();

/** Ends a worker that cannot get its work. */
export const failWorker = (worker: Worker, error: unknown): unknown => lives.get(worker)?.then((life) => life.fail(error));

/** What a worker has to do; see web/worker.ts. */
export type Job = [kind: Kind, code: string, file: string, blankLines: number, async: boolean, config?: object, hooks?: object];

/** Gives a worker its work. */
export const beginJob = (worker: Worker, hear: (text: string) => void, target: () => unknown, job: Job): void => {
  // Without its chunk nothing of a worker works; an empty message tells so.
  lives.get(worker)!.then((life) => life.begin(hear, target, job), () => hear(""));
};
