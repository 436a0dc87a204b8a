/** Workers as the page sees them, from the first message to the end; loaded by pages that have some. */
import { base, chunk, keyed } from "../base";
import { KEY, shared } from "../shared";
import type { Job } from "../spawn";
import { behalf } from "./behalf";
import { answer, give, offer } from "./compiled";
import { converter, type Convert, type Interpreter } from "./convert";
import { arrived, left, lookup } from "./named";
import { TARGET, WAY } from "./names";

/** The page's end of a bridge; see `bridge.ts`. */
interface Page {
  readonly sync: Record<string, unknown>;
  readonly init: { readonly way: string };
  readonly transfer: Transferable[];
  /** How many objects of the page the worker knows. */
  readonly shared: number;
  /** Ends what the worker waits for; tells whether it could. */
  interrupt(): boolean;
  /** Fails what waits for the worker, and forgets what it knew. */
  close(reason?: string): void;
}

/** How a worker finds its end of the bridge. */
export interface BridgeStart {
  readonly address: string;
  readonly module: WebAssembly.Module;
  readonly init: { readonly way: string };
}

/** What a worker is sent first. */
export interface Start {
  /** Where the worker tells what happens; its own messages are left to those who write pages. */
  readonly port: MessagePort;
  /** Absent where its files could not be loaded. */
  readonly bridge: BridgeStart | undefined;
  /** The worker holds the lock of this name for as long as it lives. */
  readonly lock: string;
  readonly job: Job;
  /** The addresses of what the page is going to send. */
  readonly ahead: readonly string[];
}

/** Python's objects of this page as they leave it; each interpreter adds its own way when it has started. */
const converters: Convert[] = [];
const acts = behalf();
const exports = shared[KEY];
for (const kind of ["py", "mpy"]) {
  exports.lanes[kind].wrap.promise.then(({ interpreter }: { interpreter: Interpreter }) => {
    converters.push(converter(interpreter));
    acts.add(interpreter);
  });
}
const transform: Convert = (value) => converters.reduce((result, convert) => convert(result), value);

/** The bridge's files, once. */
const address = keyed(base + "bridge.js");
type Files = Promise<[{ openPage(module: WebAssembly.Module, options: object): Page }, WebAssembly.Module]>;
let files: Files | undefined;
export const load = (): Files =>
  (files ??= Promise.all([import(address), WebAssembly.compileStreaming(fetch(keyed(base + "bridge.wasm")))]));

/** WebAssembly's own errors, which no Python survives. */
const FATAL = /^(Uncaught )?(RuntimeError: |RangeError: Maximum call stack|InternalError: too much recursion)|out of memory/i;

/** A finished message among facts, as a worker's message; see crates/core/src/facts.rs. */
const failed = (message: string, hint: string, detail: string) => ["fPY3004", hint, "", "", detail, `(PY3004): ${message}`].join("\0");

const words = (reason: string): [message: string, hint: string] =>
  /stack|recursion/i.test(reason) ? ["a worker ran out of stack", "something calls itself without an end"]
  : /memory/i.test(reason) && !/out of bounds/.test(reason) ? ["a worker ran out of memory", "it holds more than the browser gives; work on smaller pieces"]
  : ["a worker broke down", "its interpreter cannot go on; reload the page to start it again"];

/** An exception of Python, of which the worker has told the traceback. */
const exception = (text: string) => {
  const error = new Error(text);
  const name = /^(\w+)(?::|$)/.exec(text.trimEnd().split("\n").pop()!)?.[1];
  if (name && text.startsWith("Traceback")) error.name = name;
  return error;
};

class Life {
  readonly outcome: Promise<void>;
  #ok!: () => void;
  #no!: (error: Error) => void;
  #hear: ((text: string) => void) | undefined;
  #asked: ((address: string) => void) | undefined;
  #over = false;
  /** What a script hears that comes when all is over. */
  #end = "d";
  readonly #lock = crypto.getRandomValues(new Uint32Array(4)).join();

  constructor(
    readonly worker: Worker,
    readonly name: string,
    readonly page: Page | undefined,
    readonly bridge: BridgeStart | undefined,
    given: Record<string, unknown>,
    readonly end: () => void,
    lost: Promise<void>,
  ) {
    this.outcome = new Promise((ok, no) => ((this.#ok = ok), (this.#no = no)));
    this.outcome.catch(() => {});
    let stuck = false;
    this.unstuck = () => { stuck = true };
    const own = {
      isStuck: () => stuck,
      notStuck: () => { stuck = false },
      is_pyterminal: () => false,
      sleep: (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000)),
    };
    if (page) Object.assign(page.sync, own, given);
    void lost.then(() => this.#broke(""));
    worker.addEventListener("error", ({ message, isTrusted }) => {
      if (isTrusted && FATAL.test(message)) this.#broke(message);
    });
  }

  readonly unstuck: () => void;

  get sync(): Record<string, unknown> {
    return this.page?.sync ?? new Proxy({}, { get: () => () => Promise.reject(new Error("the bridge to this worker could not be loaded")) });
  }

  begin(hear: (text: string) => void, target: () => unknown, job: Job) {
    this.#hear = hear;
    if (this.#over) return hear(this.#end);
    const { port1, port2: port } = new MessageChannel();
    port1.onmessage = ({ data }) => this.#heard(data);
    this.#asked = (address) => void answer(port1, job[0], address);
    const ahead = give(port1, job[0]);
    void offer(port1, job[0], job[5]);
    const { page, bridge } = this;
    if (page) page.sync[TARGET] = target;
    const start: Start = { port, bridge, job, ahead, lock: this.#lock };
    this.worker.postMessage(start, [port, ...(page?.transfer ?? [])]);
  }

  #heard(text: string) {
    const rest = text.slice(1);
    switch (text[0]) {
      case "l": return this.#watch();
      case "m": return this.#asked!(rest);
      case "c": return this.#broke(rest);
      case "d": this.#ok(); break;
      case "x": this.#no(exception(rest)); this.#tell(rest); break;
      case "u": this.#tell(rest); break;
      case "f": {
        const facts = rest.split("\0");
        this.#hear?.(text);
        // What was said about it, or what is known of it.
        return this.fail(new Error(facts[5]?.startsWith("(PY") ? facts[5] : `(${facts[0]}): ${facts.slice(2).join(": ")}`));
      }
    }
    this.#hear?.(text);
  }

  /** Whoever wants to hear of errors does, in the way of all workers. */
  #tell(message: string) {
    this.worker.dispatchEvent(new ErrorEvent("error", { message, error: new Error(message), cancelable: true }));
  }

  /** Its lock is free when a worker has ended, however it did. */
  #watch() {
    void navigator.locks?.request(this.#lock, () => this.#broke("it ended without a word"));
  }

  /** It will not go on: everybody who waits for it hears so. */
  #broke(reason: string) {
    if (this.#over) return;
    if (!reason) {
      this.#end = "";
      this.#hear?.("");
    } else {
      const [message, hint] = words(reason);
      this.#hear?.(failed(`${message}: ${this.name}`, hint, `worker ${this.name}: ${reason}`));
    }
    this.fail(new Error(reason ? `(PY3004): ${words(reason)[0]}: ${reason}` : "(PY3004): a worker could not be started"));
  }

  fail(error: Error) {
    this.#no(error);
    this.#close(error.message);
  }

  terminate() {
    this.#no(new Error("the worker has been terminated"));
    this.#close("it has been terminated");
    // Its script has ended, too.
    this.#hear?.("d");
  }

  #close(reason: string) {
    if (this.#over) return;
    this.#over = true;
    this.end();
    this.page?.close(reason);
    left(this.name, this, reason);
  }

  interrupt() {
    if (!this.page?.interrupt())
      throw new Error("a worker can be interrupted only where it shares memory with the page (docs/workers.md); use terminate()");
  }
}

/** Takes a new worker on. `given`: what was set on its `sync` before. */
export const adopt = async (
  worker: Worker,
  name: string,
  given: Record<string, unknown>,
  end: () => void,
  lost: Promise<void>,
  kind: string,
  serviceWorker?: string,
) => {
  const [page, bridge] = await load().then(async ([{ openPage }, module]) => {
    const rung = globalThis.crossOriginIsolated ? undefined : await (await chunk("ladder.js")).climb(base, kind, serviceWorker);
    const page = openPage(module, { transform, rung, ...acts });
    tellWay(worker, name, page, rung?.why ?? "the page is isolated");
    return [page, { address, module, init: page.init }] as const;
  }, () => []);
  const life = new Life(worker, name, page, bridge, given, () => end.call(worker), lost);
  arrived(name, life);
  return life;
};

/** Says how a worker reaches the page, as soon as that is known. */
const tellWay = (worker: Worker, name: string, page: Page, why: string) => {
  const { sync, init: { way } } = page;
  const told = (way: string, reason = why) => {
    Object.assign(worker, { bridge: { way, why: reason, get shared() { return page.shared; } } });
    console.debug(`Pyrite: worker ${name} reaches the page by ${way}: ${reason}`);
  };
  sync[WAY] = told;
  // The worker has to find out about the others.
  if (way === "shared-memory" || way === "asynchronous") told(way);
};

/**
 * A promise in a form that every interpreter can take apart: not each can catch what JavaScript throws. Nobody counts as
 * waiting for it before `settled` is called.
 */
const later = (promise: Promise<unknown>) => ({
  promise,
  settled: () => acts.soon(() =>
    promise.then(
      (value) => ({ failed: false, value }),
      (error) => ({ failed: true, name: String(error?.name ?? "Error"), message: String(error?.message ?? error) }),
    )),
});

/** The functions of the worker of this name, once its code has run. */
export const find = (name: string, script: unknown) => later(lookup(name, script));

/** Calls one of them. */
export const ask = (life: Life, name: string, ...args: unknown[]) => later((life.sync[name] as (...args: unknown[]) => Promise<unknown>)(...args));

/** The Python part of it. */
export { default as python } from "../../python/page/named.py";
