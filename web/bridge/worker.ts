/** The worker's end: it asks the page and stands still until the page has answered. */
import { Peer } from "pyrite-bridge-glue";
import { BaseHost } from "./host";
import { Message, Trait, Turn, Value, Word } from "./kinds";
import { type Init, type Numbered, type Posted, Shared, type Way, isNumbered, load, pack, post, unpack } from "./line";
import { Recent } from "./recent";
import { Class, makeRef, type Member, type Traits } from "./ref";

/** How often the worker looks before it lies down to wait. */
const SPIN = 2000;

interface Entry extends Traits { weak: WeakRef<object>; mentions: number }

/** The FAQ's words, and what to do. */
const UNABLE =
  "Unable to use `window` or `document` -> https://docs.pyscript.net/latest/faq/#sharedarraybuffer\n" +
  "hint: send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp` with the page";
const CLOSED = "the page has closed its bridge to this worker";
/** How often an answer is asked for again when the service worker has ended meanwhile. */
const TRIES = 20;
/** How many objects of the page are remembered that nobody here has any more. */
const REMEMBERED = 1024;

/** An answer of the page. */
export interface Answer {
  readonly ok: boolean;
  readonly value: unknown;
  /** A second value that came with it. */
  readonly extra: unknown;
  readonly hasExtra: boolean;
}

/** Lets an interpreter stand still while JavaScript goes on: see `suspend.ts`. */
export interface Suspend {
  /** Whether an interpreter is calling that can be made to stand still. */
  readonly canWait: boolean;
  /** What was thrown, when somebody has caught it and goes on: all that follows will be done once more. */
  readonly stopped: unknown;
  /** Why what runs now may not be run once more; nothing when it may. */
  objection(isOurs: (fn: object) => boolean): string | undefined;
  /** The answer to this question, when this is the second time that it is asked. */
  recall(question: string): Answer | undefined;
  /** Stops the interpreter until there is the answer: what runs now is then run once more. Gives what to throw. */
  stop(question: string, answer: Promise<Answer>): unknown;
  /** Calls a function of the interpreter so that it can be made to stand still. */
  invoke(fn: Function, args: unknown[]): unknown;
}

/** Of what nothing is known, all is asked. */
const UNKNOWN = Trait.Callable | Trait.Constructible | Trait.Asks;

const pause: () => void = (Atomics as any).pause?.bind(Atomics) ?? (() => {});

export class WorkerHost extends BaseHost {
  readonly peer = new Peer(this);
  readonly carriesBlobs = true;
  readonly classes: Class[] = [];
  /** The class whose members come now. */
  #fresh: number | undefined;
  readonly #known = new Map<number, Entry>();
  /** What was forgotten last: before the page hears of that, it mentions these and does not describe them again. */
  readonly #forgotten = new Map<number, Traits>();
  readonly #gone = new FinalizationRegistry<number>((id) => {
    const entry = this.#known.get(id);
    if (!entry || entry.weak.deref()) return;
    this.#known.delete(id);
    this.#forgotten.set(id, entry);
    if (this.#forgotten.size > REMEMBERED) this.#forgotten.delete(this.#forgotten.keys().next().value!);
    this.ids.shrink(this.#known);
    this.peer.release(id, entry.mentions);
    this.end.soon();
  });
  /** Methods of the page's classes that exist here only, and the object on which each was found last. */
  readonly methods = new WeakMap<object, { member: Member; from: WeakRef<object> }>();

  constructor(readonly end: WorkerEnd) { super(); }

  kindOf(object: object): number {
    if (object instanceof Promise) return Value.Mine;
    return this.copied(object) || Value.Stuck;
  }

  /** Promises that the message mentions for the first time. */
  promises: Promise<unknown>[] = [];

  traits(value: any) {
    if (!(value instanceof Promise)) return Trait.Callable;
    this.promises.push(value);
    return Trait.Promise;
  }

  known(id: number) {
    const entry = this.#known.get(id);
    if (!entry) {
      // Its release is on the way, and the page did not know yet. Where nothing is known about it, all is asked; but then it
      // looks like a function, and MicroPython makes a method of it.
      return this.#keep(this.#forgotten.get(id) ?? { id, traits: UNKNOWN, cls: Class.unknown, name: "" }, 1);
    }
    entry.mentions++;
    return entry.weak.deref() ?? this.#keep(entry, entry.mentions);
  }

  meet(id: number, traits: number, cls: number, name: string) {
    // It was described by both ways, or the other way was faster.
    const before = this.#known.get(id);
    const alive = before?.weak.deref();
    if (before && alive) {
      before.mentions++;
      return alive;
    }
    const known = traits & Trait.Classless ? Class.none : (this.classes[cls] ?? Class.unknown);
    return this.#keep({ id, traits, cls: known, name }, (before?.mentions ?? 0) + 1);
  }

  #keep({ id, traits, cls, name }: Traits, mentions: number) {
    this.#forgotten.delete(id);
    const ref = makeRef(this.end, { id, traits, cls, name });
    this.ids.set(ref, id, this.#known.size + 1);
    this.#known.set(id, { id, traits, cls, name, weak: new WeakRef(ref), mentions });
    this.#gone.register(ref, id);
    return ref;
  }

  /** What a class is described with; it stays for as long as the class does. */
  fact(id: number, make: () => object): object {
    const before = this.#known.get(id);
    const alive = before?.weak.deref();
    if (alive) return alive;
    const ref = make();
    this.ids.set(ref, id, this.#known.size + 1);
    const facts = before ?? { id, traits: UNKNOWN, cls: Class.unknown, name: "" };
    this.#known.set(id, { ...facts, weak: new WeakRef(ref), mentions: before?.mentions ?? 0 });
    return ref;
  }

  class(id: number, parent: number, name: string, tag: string, prototype: number, constructor: number) {
    // Each is defined by both ways; a second time nothing is new.
    this.#fresh = this.classes[id] ? undefined : id;
    this.classes[id] ??= new Class(this.classes[parent - 1], name, tag, prototype - 1, constructor - 1);
  }

  member(cls: number, key: string | symbol, isMethod: boolean) {
    if (cls === this.#fresh) this.classes[cls].add(key, isMethod);
  }
}

export class WorkerEnd {
  /** How often the page was asked: what everything costs. */
  trips = 0;
  /** Functions that may run twice for one call: what they do with the page is remembered. */
  readonly ours = new WeakSet<object>();
  /** What came with the last answer besides its value. */
  #extra: unknown;
  #hasExtra = false;
  readonly #questions = new Map<number, (answer: Answer) => void>();
  /** A property that came with the answer whether it is there. */
  fetched: { id: number; key: PropertyKey; value: unknown } | undefined;
  readonly host: WorkerHost = new WorkerHost(this);
  readonly exposed = new Map<string, Function>();
  /** Properties that are not asked for again for a while, where a configuration says so. */
  recent: Recent | undefined;
  readonly window: any;
  readonly document: any;
  readonly #memory: Shared | undefined;
  readonly #calls = new Map<number, { ok: (value: unknown) => void; no: (error: unknown) => void }>();
  #last = 0;
  readonly #port: MessagePort;
  #misses = 0;
  #skip = 0;
  #soon = false;

  way: Way;
  readonly #address: string | undefined;
  readonly #name: string | undefined;
  readonly suspend: Suspend | undefined;
  /** Calls of functions that may still be given. */
  #held: (() => void)[] | undefined;
  readonly trace: Options["trace"];

  constructor(init: Init, readonly transform: (value: unknown) => unknown, readonly options: Options) {
    this.trace = options.trace;
    this.suspend = options.suspend;
    if (options.holds) this.#held = [];
    this.way = init.way;
    this.#address = init.address;
    this.#name = init.post;
    this.#memory = init.shared && new Shared(this.host, init.shared);
    this.#port = init.port;
    unpack(this.host, init.hello);
    this.host.peer.read();
    this.window = this.host.peer.first();
    this.document = this.host.peer.second();
    this.#port.onmessage = ({ data }) => this.#received(data);
  }

  // --- requests

  /** Asks the page for something and waits. */
  ask(kind: Message, id: number, a?: unknown, b?: unknown, what = "the value", shallow?: unknown): any {
    const { host } = this;
    if (this.way === "promise-integration") return this.#suspend(kind, id, a, b, what, shallow);
    if (this.way === "asynchronous") throw new Error(UNABLE);
    this.#begin(kind, id, a, b, what, shallow);
    if (this.#memory) this.#exchange();
    else this.#request();
    try {
      const value = host.peer.result();
      this.#hasExtra = host.peer.id !== 0;
      if (this.#hasExtra) this.#extra = host.peer.second();
      return value;
    } catch (error: any) {
      // The interpreter's own way of being interrupted is better than an error of JavaScript.
      if (error?.name === "KeyboardInterrupt") this.options.interrupted?.();
      throw error;
    }
  }

  #begin(kind: Message, id: number, a: unknown, b: unknown, what: string, shallow: unknown) {
    const { host } = this;
    this.fetched = undefined;
    this.trace?.(kind, id, a);
    host.shallow = shallow;
    host.attachments = [];
    this.#write(kind, id, a, b, what);
    this.trips++;
  }

  /** Sends a request by the port. */
  #send(): number {
    const message = pack(this.host);
    const question = ++this.#last;
    this.#port.postMessage([question, message] satisfies Numbered, [message]);
    return question;
  }

  /** Asks, and waits by a synchronous request that a service worker answers. */
  #request() {
    const question = this.#send();
    for (let tries = 0; tries < TRIES; ) {
      const answer = this.#fetch(question);
      if (typeof answer === "object") return unpack(this.host, answer);
      if (!answer) tries++;
      // It was ended, or is there no more, or only has to wait; the answer may have gone with it.
      this.#port.postMessage(question);
    }
    throw new Error("the service worker does not answer any more\nhint: reload the page");
  }

  /** What a service worker answers, `later` when it has nothing yet; nothing when it does not. */
  #fetch(question: number): ArrayBuffer | "later" | undefined {
    const request = new XMLHttpRequest();
    try {
      if (this.#name === undefined) {
        request.open("GET", this.#address! + question, false);
        request.responseType = "arraybuffer";
        request.send();
        const what = request.getResponseHeader("x-pyrite");
        return what === "later" ? what : what ? request.response : undefined;
      }
      request.open("POST", this.#address!, false);
      request.send(JSON.stringify([this.#name, question, 0]));
      const [text] = JSON.parse(request.responseText) as [string];
      return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
    } catch {
      return undefined;
    }
  }

  /** Whether a service worker stands between this worker and the network. */
  get isServed(): boolean { return this.#fetch(0) !== undefined; }

  /** Asks, and has the interpreter stand still; what it was doing is done once more when there is the answer. */
  #suspend(kind: Message, id: number, a: unknown, b: unknown, what: string, shallow: unknown): unknown {
    const suspend = this.suspend!;
    if (suspend.stopped) throw suspend.stopped;
    const question = `${kind} ${id} ${typeof a === "object" ? "" : String(a)}`;
    const known = suspend.recall(question);
    if (known) {
      this.fetched = undefined;
      this.#hasExtra = known.hasExtra;
      this.#extra = known.extra;
      if (!known.ok) throw known.value;
      return known.value;
    }
    const problem = suspend.objection((fn) => this.ours.has(fn));
    if (problem) throw new Error(problem);
    this.#begin(kind, id, a, b, what, shallow);
    const number = this.#send();
    throw suspend.stop(question, new Promise((ok) => this.#questions.set(number, ok)));
  }

  /** The page has answered a request. */
  #answered([question, message]: Numbered) {
    const { host } = this;
    const answer = this.#questions.get(question);
    this.#questions.delete(question);
    unpack(host, message);
    try {
      const value = host.peer.result();
      const hasExtra = host.peer.id !== 0;
      answer?.({ ok: true, value, hasExtra, extra: hasExtra ? host.peer.second() : undefined });
    } catch (value) {
      answer?.({ ok: false, value, hasExtra: false, extra: undefined });
    }
  }

  get(id: number, key: PropertyKey): any { return this.ask(Message.Get, id, key); }

  has(id: number, key: PropertyKey): boolean {
    const has = this.ask(Message.Has, id, key);
    if (this.#hasExtra) {
      const fetched = { id, key, value: this.#extra };
      this.fetched = fetched;
      // It is true for what runs now, not for later.
      queueMicrotask(() => {
        if (this.fetched === fetched) this.fetched = undefined;
      });
    }
    return has;
  }

  /** Arguments as they are sent. */
  args(args: unknown[]): unknown[] { return args.map((value) => this.value(value)); }

  value(value: unknown): unknown {
    const type = typeof value;
    if ((type !== "object" && type !== "function") || value === null || this.host.ids.has(value as object)) return value;
    const found = this.host.methods.get(value as object);
    if (found) {
      const from = found.from.deref();
      const id = from && this.host.ids.get(from);
      if (id !== undefined) return this.get(id, found.member.key);
    }
    if (value === globalThis) return undefined;
    return this.transform(value);
  }

  method(id: number, key: PropertyKey, args: unknown[]): any {
    const sent = this.args(args);
    if (key === "then" && this.way === "promise-integration" && !this.suspend!.canWait) {
      // `await` in JavaScript; it needs nothing but the calls that come later.
      this.#begin(Message.Method, id, key, sent, "arguments", sent);
      this.#questions.set(this.#send(), ({ ok, value }) => ok || (args[1] as Function | undefined)?.(value));
      return undefined;
    }
    return this.ask(Message.Method, id, key, sent, "arguments", sent);
  }

  sync(name: string, args: unknown[]): any {
    const sent = this.args(args);
    const what = `the arguments of sync.${name}(): arguments`;
    const waits = this.way === "promise-integration" ? this.suspend!.canWait : this.way !== "asynchronous";
    if (waits) this.options.due?.();
    if (waits) return this.ask(Message.Sync, 0, name, sent, what, sent);
    return this.later(name, sent, what);
  }

  /** Calls a function of the page's `sync` and goes on. */
  later(name: string, args: unknown[], what = "arguments"): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((ok, no) => {
      this.#calls.set(id, { ok, no });
      this.#post(Message.Sync, id, name, args, what);
    });
  }

  /** The items of a collection of the page. No generator: one that was left by an exception cannot be asked again. */
  iterate(id: number): IterableIterator<unknown> {
    let items: unknown[] = [];
    let at = 0;
    let isIterator = false;
    /** The page's iterator, kept alive as long as there are more. */
    let ref: unknown;
    let more = true;
    return {
      next: () => {
        while (at === items.length) {
          if (!more) return { done: true, value: undefined };
          items = this.ask(Message.Iterate, id, isIterator) as unknown[];
          at = 0;
          more = isIterator = this.#hasExtra;
          ref = this.#extra;
          if (more) id = this.host.ids.get(ref as object)!;
        }
        return { done: false, value: items[at++] };
      },
      [Symbol.iterator]() { return this; },
    };
  }

  #exchange() {
    const memory = this.#memory!;
    memory.begin();
    for (;;) {
      this.#pass();
      if (!memory.hasRest) break;
      memory.next();
    }
    while (!memory.take()) this.#pass();
  }

  /** Gives the memory to the page and waits until it comes back. */
  #pass() {
    const memory = this.#memory!;
    const { control } = memory;
    if (Atomics.load(control, Word.Closed)) throw new Error(CLOSED);
    memory.pass(Turn.Page, Word.Away);
    // Where the page cannot wait for shared memory it has to be told.
    if (!(Atomics as any).waitAsync && Atomics.load(control, Word.Away)) this.#port.postMessage(0);
    if (this.#skip > 0) {
      this.#skip--;
    } else {
      for (let i = 0; i < SPIN; i++) {
        if (Atomics.load(control, Word.Turn) === Turn.Worker) {
          this.#misses = 0;
          return;
        }
        pause();
      }
      this.#misses = Math.min(this.#misses + 1, 5);
      this.#skip = 2 ** this.#misses - 1;
    }
    Atomics.store(control, Word.Sleeping, 1);
    while (Atomics.load(control, Word.Turn) === Turn.Page) {
      if (Atomics.load(control, Word.Closed)) throw new Error(CLOSED);
      Atomics.wait(control, Word.Turn, Turn.Page);
    }
    Atomics.store(control, Word.Sleeping, 0);
  }

  // --- messages by port

  #post(kind: Message, id: number, value?: unknown, args?: unknown[], what = "the result") {
    const { host } = this;
    host.attachments = [];
    host.shallow = undefined;
    host.blobs = [];
    try {
      this.#write(kind, id, value, args, what);
      post(host, this.#port);
    } finally {
      host.blobs = undefined;
    }
  }

  #received(message: Posted | Numbered | number) {
    if (isNumbered(message)) return this.#answered(message);
    if (typeof message === "number") {
      // What ran when it was sent may have seen it.
      if (this.interrupts?.[0]) this.options.idle?.();
      return;
    }
    const { host } = this;
    unpack(host, message as Posted);
    const kind = host.peer.read();
    const { id } = host.peer;
    if (kind === Message.Release) return;
    const what = host.peer.first();
    const call = this.#calls.get(id);
    if (kind === Message.Done || kind === Message.Failed) {
      this.#calls.delete(id);
      return kind === Message.Done ? call?.ok(what) : call?.no(what);
    }
    const args = host.peer.second() as unknown[];
    this.#forgetInterrupt(id);
    if (kind !== Message.Exposed) return void this.#run(id, "", what, args);
    const run = () => void this.#run(id, `sync.${what}`, this.exposed.get(what), args);
    if (this.#held && !this.exposed.has(what)) this.#held.push(run);
    else run();
  }

  /** Nothing ran that an interruption from before this call could have been meant for. */
  #forgetInterrupt(call: number) {
    const control = this.#memory?.control;
    if (control && control[Word.Asked] < call) control[Word.Interrupt] = 0;
  }

  /** All functions have been given: calls of others fail. */
  settled() {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) run();
  }

  /** Stands still for a while; tells whether an interruption has ended that. Only where memory is shared. */
  nap(milliseconds: number): boolean {
    const { control } = this.#memory!;
    Atomics.wait(control, Word.Interrupt, 0, milliseconds > 0 ? milliseconds : 0);
    return Atomics.exchange(control, Word.Interrupt, 0) !== 0;
  }

  /** Where an interruption shows, for an interpreter that looks for it. */
  get interrupts(): Uint8Array | undefined {
    return this.#memory && new Uint8Array(this.#memory.control.buffer, Word.Interrupt * 4, 1);
  }

  async #run(call: number, name: string, fn: any, args: unknown[]) {
    try {
      if (typeof fn !== "function") throw new TypeError(`${name} is not a function: the worker has not set it on its sync`);
      this.#post(Message.Done, call, this.value(await (this.suspend ? this.suspend.invoke(fn, args) : fn(...args))));
    } catch (error) {
      this.#fail(Message.Failed, call, this.transform(error));
      this.options.broke?.(error);
    }
  }

  #fail(kind: Message, id: number, error: unknown) {
    try {
      this.#post(kind, id, error);
    } catch (cause) {
      this.#post(kind, id, cause);
    }
  }

  #write(kind: Message, id: number, a: unknown, b: unknown, what: string) {
    const { host } = this;
    host.promises = [];
    host.write(kind, id, a, b, what);
    for (const promise of host.promises) this.#follow(promise, host.ownId(promise));
  }

  /** A promise of ours was given to the page, which waits for it. */
  #follow(promise: Promise<unknown>, id: number) {
    promise.then(
      (value) => this.#post(Message.Settled, id, this.value(value)),
      (error) => this.#fail(Message.Broken, id, this.transform(error)),
    );
  }

  /** Tells the page in a while what was forgotten here, unless another message does. */
  soon() {
    if (this.#soon) return;
    this.#soon = true;
    setTimeout(() => {
      this.#soon = false;
      if (this.host.peer.hasReleased) this.#post(Message.Release, 0);
    }, 50);
  }
}

export interface Options {
  /** Turns an interpreter's object into one that can cross, before it does. */
  transform?: (value: any) => unknown;
  /** Is told what the page is asked for, to find out what costs round trips. */
  trace?: (kind: number, id: number, key: unknown) => void;
  /** For the way `promise-integration`. */
  suspend?: Suspend;
  /** Is called when the page has ended a wait by an interruption: raises what the interpreter raises then. */
  interrupted?: () => void;
  /** Is called when an interruption has come while no code ran that could see it. */
  idle?: () => void;
  /** Is called before a wait for a function of the page: raises when an interruption has come before. */
  due?: () => unknown;
  /** Is told what a called function has thrown. */
  broke?: (error: unknown) => void;
  /** Calls of functions that are not set wait until `settled()`. */
  holds?: boolean;
}

/** Opens the worker's end of a bridge whose page's end has given `init`. */
export const openWorker = (init: Init, wasm: WebAssembly.Module, options: Options = {}) => {
  load(wasm);
  const { transform = (value: unknown) => value } = options;
  const end = new WorkerEnd(init, transform, options);
  const isServed = init.way === "service-worker" && end.isServed;
  if (init.way === "service-worker" && !isServed) end.way = "asynchronous";
  const call = (name: string) => {
    const fn = (...args: unknown[]) => end.sync(name, args);
    end.ours.add(fn);
    return fn;
  };
  const sync = new Proxy(Object.create(null) as Record<string, any>, {
    get: (_, name) =>
      typeof name !== "string" || name === "then" ? undefined : call(name),
    set: (_, name, fn) => {
      end.exposed.set(String(name), fn);
      return true;
    },
    has: (_, name) => end.exposed.has(String(name)),
    deleteProperty: (_, name) => end.exposed.delete(String(name)) || true,
  });
  const idOf = (target: object) => {
    const id = end.host.ids.get(target);
    if (id === undefined) throw new TypeError("this is not an object of the page");
    return id;
  };
  const ffi = {
    /** Several properties in one round trip. */
    gather: (target: object, ...keys: PropertyKey[]) => end.ask(Message.Gather, idOf(target), keys) as unknown[],
    /** `Object.assign` in one round trip. */
    assign: (target: object, ...sources: object[]) => {
      end.ask(Message.Assign, idOf(target), Object.assign({}, ...sources));
      return target;
    },
    /** A path such as `body.lastElementChild.textContent` in one round trip. */
    query: (target: object, path: string) => end.ask(Message.Query, idOf(target), path.split(/[.[\]]+/).filter(Boolean)),
    /** Whether this stands for an object of the page. */
    isRef: (value: unknown) => typeof value === "object" || typeof value === "function" ? end.host.ids.has(value as object) : false,
  };
  return {
    window: end.window,
    document: end.document,
    /** How `window` is asked and `sync` waits; `asynchronous` when neither does. Only that may be set. */
    get way() { return end.way; },
    set way(way: Way) { end.way = way; },
    /** Calls `sync.name` without waiting, whatever the way. */
    tell: (name: string, ...args: unknown[]) => end.later(name, args),
    /** `fn` may run twice for one call: it does nothing but ask the page. */
    repeatable: <F extends Function>(fn: F): F => (end.ours.add(fn), fn),
    sync,
    ffi,
    /** For so many milliseconds plain properties of the page's objects are believed to stay as they are. */
    remember: (milliseconds: number) => void (end.recent = new Recent(end, milliseconds)),
    interrupts: end.interrupts,
    nap: (milliseconds: number) => end.nap(milliseconds),
    settled: () => end.settled(),
    /** How often the page was asked. */
    get trips() { return end.trips; },
    /** How many functions and promises of the worker the page knows. */
    get shared() { return end.host.peer.shared; },
  };
};
