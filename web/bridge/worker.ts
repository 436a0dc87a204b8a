/** The worker's end: it asks the page and stands still until the page has answered. */
import { Peer } from "pyrite-bridge-glue";
import { BaseHost } from "./host";
import { Message, Trait, Turn, Value, Word } from "./kinds";
import { type Init, Shared, load, pack, unpack } from "./line";
import { Recent } from "./recent";
import { Class, makeRef, type Member, type Traits } from "./ref";

/** How often the worker looks before it lies down to wait. */
const SPIN = 2000;

interface Entry extends Traits { weak: WeakRef<object>; mentions: number }

/** The FAQ's words, and what to do. */
const UNABLE =
  "Unable to use `window` or `document` -> https://docs.pyscript.net/latest/faq/#sharedarraybuffer\n" +
  "hint: send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp` with the page";

/** Of what nothing is known, all is asked. */
const UNKNOWN = Trait.Callable | Trait.Constructible | Trait.Asks;

const pause: () => void = (Atomics as any).pause?.bind(Atomics) ?? (() => {});

export class WorkerHost extends BaseHost {
  readonly peer = new Peer(this);
  readonly classes: Class[] = [];
  /** The class whose members come now. */
  #fresh: number | undefined;
  readonly #known = new Map<number, Entry>();
  readonly #gone = new FinalizationRegistry<number>((id) => {
    const entry = this.#known.get(id);
    if (!entry || entry.weak.deref()) return;
    this.#known.delete(id);
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
      // Its release is on the way, and the page did not know yet: nothing is known about it, so all is asked.
      return this.#keep({ id, traits: UNKNOWN, cls: Class.unknown, name: "" }, 1);
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
    const ref = makeRef(this.end, { id, traits, cls, name });
    this.ids.set(ref, id);
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
    this.ids.set(ref, id);
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

  constructor(init: Init, readonly transform: (value: unknown) => unknown, readonly trace?: Options["trace"]) {
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
    if (!this.#memory) throw new Error(UNABLE);
    this.fetched = undefined;
    this.trace?.(kind, id, a);
    host.shallow = shallow;
    host.attachments = [];
    this.#write(kind, id, a, b, what);
    this.#exchange();
    return host.peer.result();
  }

  get(id: number, key: PropertyKey): any { return this.ask(Message.Get, id, key); }

  has(id: number, key: PropertyKey): boolean {
    const has = this.ask(Message.Has, id, key);
    if (this.host.peer.id) {
      const fetched = { id, key, value: this.host.peer.second() };
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
    return this.ask(Message.Method, id, key, sent, "arguments", sent);
  }

  sync(name: string, args: unknown[]): any {
    const sent = this.args(args);
    const what = `the arguments of sync.${name}(): arguments`;
    if (this.#memory) return this.ask(Message.Sync, 0, name, sent, what, sent);
    const id = ++this.#last;
    return new Promise((ok, no) => {
      this.#calls.set(id, { ok, no });
      this.#post(Message.Sync, id, name, sent, what);
    });
  }

  /** The items of a collection of the page. */
  *iterate(id: number): Generator {
    let ref: unknown;
    for (let isIterator = false; ; isIterator = true) {
      const items = this.ask(Message.Iterate, id, isIterator) as unknown[];
      ref = this.host.peer.id ? this.host.peer.second() : undefined;
      yield* items;
      if (ref === undefined) return;
      id = this.host.ids.get(ref as object)!;
    }
  }

  #exchange() {
    this.trips++;
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
    if (Atomics.load(control, Word.Closed)) throw new Error("the page has closed its bridge to this worker");
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
      if (Atomics.load(control, Word.Closed)) throw new Error("the page has closed its bridge to this worker");
      Atomics.wait(control, Word.Turn, Turn.Page);
    }
    Atomics.store(control, Word.Sleeping, 0);
  }

  // --- messages by port

  #post(kind: Message, id: number, value?: unknown, args?: unknown[], what = "the result") {
    const { host } = this;
    host.attachments = [];
    host.shallow = undefined;
    this.#write(kind, id, value, args, what);
    const message = pack(host);
    this.#port.postMessage(message, [message]);
  }

  #received(message: ArrayBuffer) {
    const { host } = this;
    unpack(host, message);
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
    const fn = kind === Message.Exposed ? this.exposed.get(what) : what;
    void this.#run(id, kind === Message.Exposed ? `sync.${what}` : "", fn, args);
  }

  async #run(call: number, name: string, fn: any, args: unknown[]) {
    try {
      if (typeof fn !== "function") throw new TypeError(`${name} is not a function: the worker has not set it on its sync`);
      this.#post(Message.Done, call, this.value(await fn(...args)));
    } catch (error) {
      this.#fail(Message.Failed, call, error);
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
    for (const promise of host.promises) this.#follow(promise, host.peer.idOfMine(promise)!);
  }

  /** A promise of ours was given to the page, which waits for it. */
  #follow(promise: Promise<unknown>, id: number) {
    promise.then(
      (value) => this.#post(Message.Settled, id, this.value(value)),
      (error) => this.#fail(Message.Broken, id, error),
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
}

/** Opens the worker's end of a bridge whose page's end has given `init`. */
export const openWorker = (init: Init, wasm: WebAssembly.Module, { transform = (value) => value, trace }: Options = {}) => {
  load(wasm);
  const end = new WorkerEnd(init, transform, trace);
  const sync = new Proxy(Object.create(null) as Record<string, any>, {
    get: (_, name) =>
      typeof name !== "string" || name === "then" ? undefined : (...args: unknown[]) => end.sync(name, args),
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
    /** Whether `window` can be used and `sync` waits; else `sync` gives promises. */
    isSynchronous: init.shared !== undefined,
    sync,
    ffi,
    /** For so many milliseconds plain properties of the page's objects are believed to stay as they are. */
    remember: (milliseconds: number) => void (end.recent = new Recent(end, milliseconds)),
    /** How often the page was asked. */
    get trips() { return end.trips; },
    /** How many functions and promises of the worker the page knows. */
    get shared() { return end.host.peer.shared; },
  };
};
