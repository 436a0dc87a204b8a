/** The interpreters of a page: each starts once, runs what the runtime gives it, and is known by what pages get of it. */
import { base, chunk } from "./base";
import { type Bridge, boot, type Kind } from "./boot";
import { hooked, lazily } from "./extend";
import { allTold, findConfig, listenForErrors, report, setProperty, words } from "./host";
import type { Engine } from "./package";
import { beginJob, nameOf, spawnWorker } from "./spawn";

/** A promise with its ends; not every engine has `Promise.withResolvers`. */
export const deferred = <T>() => {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((ok, no) => ((resolve = ok), (reject = no)));
  return { promise, resolve, reject };
};

/** Code as an interpreter is given it. `number`: which of the page's first scripts it stands in, if in one. */
export type Placed = [language: string, number: string, file: string, blankLines: string, code: string];

/** Tells of an exception of Python; the language is empty when it is not known. */
export const raised = (language: string, text: string): void => void report(`PY4000\0python\0${language}\0${text}`);

/** What there is once per language. */
const lane = () => ({
  started: undefined as Promise<boolean> | undefined,
  engine: undefined as Engine | undefined,
  /** What pages get of the interpreter, once it has started. */
  wrap: deferred<unknown>(),
  /** The first script in a worker, as pages get it. */
  worker: deferred<unknown>(),
  given: undefined as any,
  /** Settles when the last script so far has begun. */
  turn: undefined as Promise<void> | undefined,
  /** The script that began last. */
  latest: undefined as Element | undefined,
  /** Lines of standard error that wait to be shown together. */
  complaints: "",
});
export const lanes = { py: lane(), mpy: lane() };

/** How many scripts of the main thread have not ended. */
let open = 0;
export const running = (): number => open;

/** What pages configure for each language. */
export const config: Partial<Record<Kind, object>> = {};

let known: Promise<{ later: Promise<unknown> } | void> | undefined;

/** Reads what the page configures. */
export const readConfigs = (): Promise<unknown> =>
  (known = chunk("setup.js").then(({ settings }) => settings(findConfig, config), () => {}));

/** Who waits for that, in order to add hooks for example, has run. */
const heard = async (): Promise<unknown> => (await known)?.later;

/** Fires an event that pages listen to. */
const fire = (target: EventTarget, name: string, detail?: unknown, bubbles = false): void => {
  target.dispatchEvent(new CustomEvent(name, { bubbles, detail }));
};

/** Fires an event on a script. */
const dispatch = (kind: Kind, what: string, script: Element, worker: boolean): void =>
  fire(script, `${kind}:${what}`, worker ? { worker } : { worker, script, wrap: lanes[kind].given }, true);

const progress = (kind: Kind) => (what: string) => fire(globalThis, kind + ":progress", what);

/** Every script of the page has ended, one way or the other. */
export const allDone = (): void => void dispatchEvent(new Event("py:all-done"));

/**
 * Takes a line of standard error. The console has it at once; the page shows lines that come together as one message. A
 * traceback is told as any other, when it is complete.
 */
const complain = (kind: Kind, line: string): void => {
  const lane = lanes[kind];
  if (!lane.complaints)
    queueMicrotask(() => {
      void report(`PY4001\0stderr\0${kind}\0${lane.complaints}`);
      lane.complaints = "";
    });
  lane.complaints += line + "\n";
  if (!lane.complaints.includes("Traceback (most")) console.error(line);
};

/** Starts an interpreter, once; whether it did. */
export const startEngine = (kind: Kind): Promise<boolean> => (lanes[kind].started ??= start(kind));

const start = async (kind: Kind): Promise<boolean> => {
  const lane = lanes[kind];
  const request = findConfig(kind);
  // Pages and plugins may redirect where it goes.
  const io = { stdout: (line: unknown) => console.log(line), stderr: (line: unknown) => complain(kind, String(line)) };
  const bridge: Bridge = {
    target: () => {
      const script = lane.engine?.current() ?? lane.latest;
      return script ? (script as any).target : null;
    },
  };
  try {
    const [stdout, stderr] = [(line: unknown) => io.stdout(line), (line: unknown) => io.stderr(line)];
    lane.engine = await boot(kind, request, bridge, stdout, stderr, progress(kind));
  } catch (facts) {
    void report(words(facts));
    return false;
  }
  const { interpreter } = lane.engine;
  const told = (error: unknown) => raised(kind, words(error));
  const run = (code: string) => {
    try {
      return interpreter.runPython(code);
    } catch (error) {
      told(error);
    }
  };
  const runAsync = async (code: string) => interpreter.runPythonAsync(code);
  const given = JSON.parse(bridge.config as string);
  if (request) config[kind] = given;
  lane.given = { type: kind, interpreter, config: given, io, run, runAsync: (code: string) => runAsync(code).catch(told) };
  lane.wrap.resolve(lane.given);
  return true;
};

/** A script's place in the queue of its language. */
interface Turn {
  /** Settles when the script before has begun. */
  readonly before: Promise<void> | undefined;
  /** Lets the next one begin. */
  readonly begun: () => void;
}

export const nextTurn = (kind: Kind): Turn => {
  const before = lanes[kind].turn;
  const { promise, resolve } = deferred<void>();
  lanes[kind].turn = promise;
  open++;
  return { before, begun: resolve };
};

const hasTerminal = (script: Element) => script.hasAttribute("terminal");
const terminal = (): Promise<typeof import("./terminal/terminal")> => chunk("terminal.js");

/** Runs code on behalf of a script. */
export const run = async ([language, , file, blankLines, code]: Placed, async: boolean, script: Element, { begun }: Turn): Promise<void> => {
  const kind = language as Kind;
  const lane = lanes[kind];
  await heard();
  const hooks = hooked() && (await lazily("hooks", "onPage")(kind, script, async));
  dispatch(kind, "ready", script, false);
  lane.latest = script;
  try {
    const engine = hasTerminal(script) ? await (await terminal()).onPage(kind, script, lane.engine!) : lane.engine!;
    await (hooks ? hooks(engine) : engine).run(code, file, +blankLines, async, script, begun);
  } catch (error) {
    raised(kind, words(error));
  }
};

/** Runs code in a worker of its own, to its end. */
export const runInWorker = async (placed: Placed, async: boolean, script: Element, output: () => unknown): Promise<void> => {
  const kind = placed[0] as Kind;
  const config = findConfig(kind, script);
  const worker = spawnWorker(nameOf(script), kind, script.getAttribute("service-worker") ?? undefined);
  setProperty(script, "xworker", worker);
  lanes[kind].worker.resolve({ type: kind, xworker: worker });
  if (hasTerminal(script)) await terminal().then((chunk) => chunk.inWorker(kind, script, worker)).catch((error) => raised(kind, words(error)));
  return runJob(worker, placed, async, config, script, output);
};

/** Gives a worker its work and hears from it, to its end; see web/worker.ts for its side. */
export const runJob = (
  worker: Worker,
  [language, , file, blankLines, code]: Placed,
  async: boolean,
  config?: object,
  script?: Element,
  output: () => unknown = () => null,
): Promise<void> =>
  new Promise(async (ended) => {
    const kind = language as Kind;
    const hear = (text: string) => {
      const [what, rest] = [text[0], text.slice(1)];
      if (what === "p") return progress(kind)(rest);
      if (what === "e") return complain(kind, rest);
      if (what === "r") return script && dispatch(kind, "ready", script, true);
      if (what === "x" || what === "u") raised(kind, rest);
      // Nothing but an end comes from a worker whose code could not be loaded.
      else if (what !== "d") void report(rest || "PY3004\0worker\0" + base);
      // What stands beside its code may fail without an end of it.
      if (what !== "u" && what !== "h") ended();
    };
    const begin = (hooks?: object) => beginJob(worker, hear, output, [kind, code, file, +blankLines, async, config, hooks]);
    await heard();
    if (hooked()) lazily("hooks", "forWorker")(kind, worker).then(begin, () => begin());
    else begin();
  });

/** Tells that a script has ended, after all that there is to say of it. One with a turn lets the next one begin. */
export const finish = async (kind: Kind, script: Element, turn?: Turn): Promise<void> => {
  if (turn) open--;
  // What went wrong is seen before the script is called done.
  await allTold();
  dispatch(kind, "done", script, !turn);
  // One that is not async is done before the next begins, and whatever happened, that one must not wait for ever.
  turn?.begun();
};

/** Makes known to the page what it may ask of its interpreters. */
export const prepare = (): void => {
  listenForErrors((text) => raised("", text));
  // Pages may wait for `customElements.whenDefined("py-script")`.
  for (const kind in lanes)
    if (!customElements.get(kind + "-script")) customElements.define(kind + "-script", class extends HTMLElement {});
  // `document.currentScript` is the script of ours that runs now, if any, else the browser's own answer.
  const own = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript");
  Object.defineProperty(document, "currentScript", {
    configurable: true,
    get: () => lanes.py.engine?.current() ?? lanes.mpy.engine?.current() ?? own?.get?.call(document) ?? null,
  });
};
