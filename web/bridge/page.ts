/** The page's end: it answers what a worker asks, and calls the worker's functions. */
import { Peer, Waits } from "pyrite-bridge-glue";
import { IMPORT, importForWorker } from "../modules";
import { HUSH, hushed } from "../quiet";
import { Answer } from "./answer";
import { BaseHost } from "./host";
import { Message, PROBES, Trait, Turn, Value, Word } from "./kinds";
import { type Init, type Numbered, type Posted, type Rung, Shared, isNumbered, load, makeShared, pack, post, unpack } from "./line";

/** How long, in milliseconds, the page looks for the next request before it turns to other things. */
const LOOK = 0.1;
/** How long it answers before others get their turn. */
const BUSY = 8;
/** How many items of a built-in collection are sent at once. */
const CHUNK = 1024;

let waits: Waits | undefined;
let workers = 0;
/** The call that runs now, up to its first `await`. */
let running: { call: number; fn: Function } | undefined;
/** Calls of the page that some worker waits for. */
const open = new Map<number, Function>();

/** Answers that an interpreter has made futures of, and who waits for them. */
const followed = new Map<Answer, () => number | undefined>();
let looking: ReturnType<typeof setTimeout> | undefined;
/** How often, in milliseconds, an interpreter is asked who waits, while some worker waits for the page. */
const OFTEN = 20;

const follow = (answer: Answer, waiter: () => number | undefined) => {
  followed.set(answer, waiter);
  look();
};

/** What runs now may be about to wait, so it is looked for a moment later. */
const look = (delay = 0) => {
  looking ??= followed.size ? setTimeout(() => {
    looking = undefined;
    for (const [answer, waiter] of followed) {
      if (answer.isOver) followed.delete(answer);
      else if (open.size) answer.waitFor(known(waiter()));
    }
    if (open.size) look(OFTEN);
  }, delay) : undefined;
};
const known = (call: number | undefined) => (call !== undefined && open.has(call) ? call : undefined);

const native = (fn: Function) => Function.prototype.toString.call(fn).includes("[native code]");
/** Whether nothing but what each object has is inherited: of `console`'s own prototype, which is empty, too. */
const isPlain = (value: object) => {
  let proto = Object.getPrototypeOf(value);
  if (proto && Object.getPrototypeOf(proto) && Reflect.ownKeys(proto).length === 0) proto = Object.getPrototypeOf(proto);
  return proto !== null && Object.getPrototypeOf(proto) === null;
};
const isNamespace = (value: object) =>
  value === globalThis ||
  (typeof value === "object" && Object.hasOwn(value, Symbol.toStringTag) && !Object.hasOwn(value, "constructor") && isPlain(value));

/** Whether something of its own may stand before what its class has. */
const hides = (value: any, keys: PropertyKey[], proto: object): boolean => {
  // A form's fields and a document's pictures are properties by their names.
  if (value instanceof HTMLFormElement) return true;
  if (value instanceof Document || value instanceof CSSStyleDeclaration) return false;
  if (keys.length > 256) return true;
  return keys.some((key) => {
    if (typeof key === "symbol" || !(key in proto) || typeof Object.getOwnPropertyDescriptor(value, key)?.value === "function") return false;
    try {
      return typeof (proto as any)[key] === "function";
    } catch {
      // A computed one, and none of the class's methods.
      return false;
    }
  });
};

export class PageHost extends BaseHost {
  /** Plain data is copied, as in calls that a program of ours answers. */
  copying = false;
  readonly peer = new Peer(this);
  /** The second value of the next answer. */
  extra: [unknown] | undefined;
  readonly #callbacks = new Map<number, { weak: WeakRef<object>; mentions: number }>();
  readonly #gone = new FinalizationRegistry<number>((id) => {
    const entry = this.#callbacks.get(id);
    if (!entry || entry.weak.deref() || this.line.closed) return;
    this.#callbacks.delete(id);
    this.ids.shrink(this.#callbacks);
    this.peer.release(id, entry.mentions);
    this.line.soon();
  });
  readonly invokes = new WeakMap<object, string[]>();
  readonly targets = new WeakMap<Event, EventTarget | null>();

  /** What functions of the worker hold on to: a listener of a worker that has ended stays, and must keep nothing. */
  readonly life: { host?: PageHost } = { host: this };

  constructor(readonly line: Line) { super(); }

  override free() {
    delete this.life.host;
    super.free();
  }

  /** In shared memory they stay: their bytes cannot be had at once. */
  get carriesBlobs() { return this.copying && this.blobs !== undefined; }

  kindOf(object: object) { return (this.copying && this.#plain(object)) || Value.Mine; }

  #plain(object: object): number {
    const kind = this.copied(object);
    if (kind !== Value.Object) return kind;
    const proto = Object.getPrototypeOf(object);
    return proto === null || Object.getPrototypeOf(proto) === null ? kind : 0;
  }

  known(id: number) {
    const entry = this.#callbacks.get(id);
    const found = entry?.weak.deref();
    if (!entry || !found) return this.meet(id, Trait.Callable, 0, "");
    entry.mentions++;
    return found;
  }

  meet(id: number, traits: number, _class: number, name: string) {
    const before = this.#callbacks.get(id);
    const alive = before?.weak.deref();
    if (before && alive) {
      before.mentions++;
      return alive;
    }
    const made = traits & Trait.Promise ? this.line.promise(id) : this.#callback(name);
    this.ids.set(made, id, this.#callbacks.size + 1);
    this.#callbacks.set(id, { weak: new WeakRef(made), mentions: (before?.mentions ?? 0) + 1 });
    this.#gone.register(made, id);
    return made;
  }

  #callback(name: string) {
    const { life } = this;
    const callback = function (...args: unknown[]) {
      const [event] = args;
      const { host } = life;
      if (!host) return event instanceof Event ? undefined : Promise.reject(over(name || "callback"));
      if (event instanceof Event) {
        host.targets.set(event, event.currentTarget);
        for (const method of host.invokes.get(callback) ?? []) (event as any)[method]?.();
      }
      return host.line.call(Message.Call, callback, name || "callback", args, false);
    };
    Object.defineProperty(callback, "name", { value: name, configurable: true });
    return callback;
  }

  traits(value: any): number {
    let traits = 0;
    if (typeof value === "function") {
      traits = Trait.Callable;
      if (Object.hasOwn(value, "prototype")) traits |= Trait.Constructible;
    }
    if (Array.isArray(value)) traits |= Trait.Array;
    const proto = Object.getPrototypeOf(value);
    if (proto === null) traits |= Trait.Classless;
    if ((proto === null || Object.getPrototypeOf(proto) === null) && !Object.hasOwn(value, "constructor")) traits |= Trait.Plain;
    if (isNamespace(value)) return traits >>> 0;
    // Most objects of the page have nothing of their own, which is known at once.
    const keys = traits & Trait.Array ? undefined : Reflect.ownKeys(value);
    let own = 0;
    if (keys?.length !== 0) {
      PROBES.forEach((key, bit) => {
        if (key !== undefined && Object.hasOwn(value, key)) own += Trait.Own * 2 ** bit;
      });
      if (Object.hasOwn(value, "new")) traits |= Trait.New;
    }
    if (keys && !ArrayBuffer.isView(value) && proto && hides(value, keys, proto)) traits |= Trait.Asks;
    return (traits + own) >>> 0;
  }

  classOf(value: object) { return isNamespace(value) ? value : Object.getPrototypeOf(value); }
  parent(value: object) { return Object.getPrototypeOf(value); }

  members(value: any): unknown[] {
    const own = isNamespace(value);
    const tag = Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value;
    let maker: unknown, name: unknown;
    try {
      if (!own) maker = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
      name = (maker as any)?.name;
    } catch {}
    const list: unknown[] = [
      typeof name === "string" ? name : "",
      typeof tag === "string" ? tag : "",
      own ? undefined : value,
      typeof maker === "function" ? maker : undefined,
    ];
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === "symbol" && this.symbolNumber(key) === 255 && Symbol.keyFor(key) === undefined) continue;
      // A browser makes the window's thousand classes when somebody looks, which takes as long as all else here.
      const isClass = value === globalThis && typeof key === "string" && key[0]! >= "A" && key[0]! <= "Z";
      const found = isClass ? undefined : Object.getOwnPropertyDescriptor(value, key)?.value;
      const isMethod = typeof found === "function" && key !== "constructor" && !(own && Object.hasOwn(found, "prototype"));
      list.push(key, isMethod);
    }
    return list;
  }

  set(target: any, key: PropertyKey, value: unknown) {
    if (!Reflect.set(target, key, value, target))
      throw new TypeError(`Cannot assign to read only property '${String(key)}' of ${this.nameOf(target) || "object"}`);
  }

  prepare(key: PropertyKey, args: any[]) {
    if (key !== "addEventListener" || !args[1] || typeof args[2] !== "object" || !args[2]?.invoke) return;
    this.invokes.set(args[1], [args[2].invoke].flat());
  }

  special(kind: number, target: any, a: any, b: any): unknown {
    switch (kind) {
      case Message.Get:
        return target instanceof Event && a === "currentTarget" ? (this.targets.get(target) ?? null) : null;
      case Message.Has: {
        if (!(a in target)) return false;
        // Whoever asks wants to know it next.
        const found = Object.getOwnPropertyDescriptor(target, a);
        if (found && (!found.get || native(found.get))) this.extra = [found.get ? target[a] : found.value];
        return true;
      }
      case Message.Descriptor:
        return (this.shallow = Object.getOwnPropertyDescriptor(target, a));
      case Message.Define: return Reflect.defineProperty(target, a, b);
      case Message.Instance: return a instanceof target;
      case Message.Gather: return (this.shallow = (a as string[]).map((key) => target[key]));
      case Message.Assign: return Object.assign(target, a);
      case Message.Query: {
        let value = target;
        for (const key of a as string[]) value = value?.[key];
        return value;
      }
      case Message.Iterate: return this.#iterate(target, a);
    }
    throw new TypeError(`the page does not know request ${kind}`);
  }

  /** Several items at once, where taking them early is not noticed. */
  #iterate(target: any, isIterator: boolean) {
    const iterator = isIterator ? target : target[Symbol.iterator]();
    const many = isIterator ? Object.hasOwn(Object.getPrototypeOf(iterator), Symbol.toStringTag) : native(target[Symbol.iterator]);
    const isGenerator = Object.prototype.toString.call(iterator) === "[object Generator]";
    const items: unknown[] = [];
    this.shallow = items;
    const limit = many && !isGenerator ? CHUNK : 1;
    while (items.length < limit) {
      const { done, value } = iterator.next();
      if (done) return items;
      items.push(value);
    }
    this.extra = [iterator];
    return items;
  }
}

const CLOSED = "the page has closed its bridge to this worker";
/** What Pyodide looks for. */
const INTERRUPT = 2;

const named = (name: string, message: string) => Object.defineProperty(new Error(message), "name", { value: name });

const over = (name: string) => new Error(`the worker has ended; ${name}() cannot be called`);

const unset = (name: string) =>
  new TypeError(`sync.${name} is not a function: the page has not set it on the worker's sync`);

class Line {
  readonly host: PageHost = new PageHost(this);
  readonly id = ++workers;
  readonly shared;
  readonly #memory;
  /** The request that was answered last; a service worker may have lost the answer. */
  #latest: Numbered | undefined;
  /** Numbered requests that are not answered yet. */
  readonly #asked = new Set<number>();
  readonly #channel = new MessageChannel();
  readonly #again = new MessageChannel();
  readonly exposed = new Map<string, Function>();
  readonly #calls = new Map<number, Answer>();
  readonly #promises = new Map<number, { ok: (v: unknown) => void; no: (e: unknown) => void }>();
  #last = 0;
  #closed = false;
  #misses = 0;
  #skip = 0;
  #soon = false;

  get port() { return this.#channel.port2; }
  get closed() { return this.#closed; }

  /** Ends the call that the worker waits for. */
  #breakOff: (() => void) | undefined;
  readonly rung: Rung | undefined;

  constructor(readonly transform: (value: any) => unknown, readonly options: PageOptions) {
    this.rung = options.rung;
    this.shared = this.rung ? undefined : makeShared();
    this.#memory = this.shared && new Shared(this.host, this.shared);
    this.#channel.port1.onmessage = ({ data }) => this.#received(data);
    this.#again.port1.onmessage = () => this.#turn();
    this.#listen();
  }

  // --- requests in shared memory

  #listen() {
    if (this.#closed || !this.#memory) return;
    const { control } = this.#memory;
    Atomics.store(control, Word.Away, 1);
    const wait = (Atomics as any).waitAsync?.(control, Word.Turn, Turn.Worker);
    if (!wait) {
      // The worker posts a message when it sees that we are away; it may have looked a moment too early.
      if (Atomics.load(control, Word.Turn) === Turn.Page) this.#again.port2.postMessage(0);
    } else if (wait.async) {
      wait.value.then(() => this.#turn());
    } else {
      this.#again.port2.postMessage(0);
    }
  }

  #turn() {
    if (this.#closed || !this.#memory) return;
    const { control } = this.#memory;
    Atomics.store(control, Word.Away, 0);
    const end = performance.now() + BUSY;
    do {
      if (Atomics.load(control, Word.Turn) !== Turn.Page) return this.#listen();
      if (!this.#serve()) return;
      if (performance.now() > end) return this.#again.port2.postMessage(0);
    } while (this.#look());
    this.#listen();
  }

  /** Looks for a moment whether there is more; less often when there was not. */
  #look(): boolean {
    const { control } = this.#memory!;
    if (this.#skip > 0) {
      this.#skip--;
      return Atomics.load(control, Word.Turn) === Turn.Page;
    }
    // Most often it is there before the clock could be read.
    for (let i = 0; i < 256; i++) {
      if (Atomics.load(control, Word.Turn) === Turn.Page) {
        this.#misses = 0;
        return true;
      }
    }
    const end = performance.now() + LOOK;
    do {
      for (let i = 0; i < 64; i++) {
        if (Atomics.load(control, Word.Turn) === Turn.Page) {
          this.#misses = 0;
          return true;
        }
      }
    } while (performance.now() < end);
    this.#misses = Math.min(this.#misses + 1, 5);
    this.#skip = 2 ** this.#misses;
    return false;
  }

  /** Answers one request, or a part of it. Tells whether the answer was given at once. */
  #serve(): boolean {
    const memory = this.#memory!;
    if (memory.hasRest) {
      memory.next();
      memory.pass(Turn.Worker, Word.Sleeping);
      return true;
    }
    if (!memory.take()) {
      memory.pass(Turn.Worker, Word.Sleeping);
      return true;
    }
    return this.#carryOut(0);
  }

  /** Does what the request asks that lies ready, and answers it. Tells whether the answer was given at once. */
  #carryOut(question: number): boolean {
    const { host } = this;
    let kind: number = Message.Thrown;
    let value: unknown;
    host.extra = host.shallow = undefined;
    try {
      kind = host.peer.read();
      if (kind === Message.Sync) return this.#sync(question, host.peer.first() as string, host.peer.second() as unknown[]);
      value = host.peer.serve(kind);
      if (kind === Message.Keys)
        host.shallow = value = (value as PropertyKey[]).filter((key) => host.classify(key) !== Value.Symbol || Symbol.keyFor(key as symbol) || host.symbolNumber(key as symbol) < 255);
      kind = Message.Result;
    } catch (error) {
      value = error;
      kind = Message.Thrown;
    }
    this.#answer(question, kind, value, kind === Message.Thrown);
    return true;
  }

  #answer(question: number, kind: number, value: unknown, copying: boolean) {
    const { host } = this;
    const { extra } = host;
    host.copying = copying;
    try {
      host.write(kind, extra ? 1 : 0, value, extra?.[0], "the result");
    } catch (error) {
      host.attachments = [];
      host.copying = true;
      host.write(Message.Thrown, 0, error, undefined, "");
    }
    host.copying = false;
    host.extra = host.shallow = undefined;
    if (!this.#memory) return this.#reply(question, pack(host));
    this.#memory.begin();
    this.#memory.pass(Turn.Worker, Word.Sleeping);
  }

  /** Sends an answer where the worker waits for it. */
  #reply(question: number, answer: ArrayBuffer) {
    this.#asked.delete(question);
    if (this.rung?.answer) {
      this.#latest = [question, answer];
      this.rung.answer(question, answer);
    } else {
      this.#channel.port1.postMessage([question, answer] satisfies Numbered, [answer]);
    }
  }

  /** Runs a function of the page for a worker, which stands still until it has settled. */
  #sync(question: number, name: string, args: unknown[]): boolean {
    const fn = this.exposed.get(name);
    if (!fn) {
      this.#answer(question, Message.Thrown, unset(name), true);
      return true;
    }
    const call = waits!.block(this.id, name);
    look();
    const before = running;
    let result: any;
    running = { call, fn };
    open.set(call, fn);
    let over = false;
    const done = (kind: number, value: unknown) => {
      if (over) return;
      over = true;
      this.#breakOff = undefined;
      waits!.unblock(call);
      open.delete(call);
      if (this.#closed) return;
      try {
        value = this.transform(value);
      } catch (error) {
        kind = Message.Thrown;
        value = error;
      }
      this.#answer(question, kind, value, true);
    };
    try {
      result = this.options.act ? this.options.act(call, fn as any, args) : fn(...args);
      if (typeof result?.then !== "function") {
        done(Message.Result, result);
        return true;
      }
      // A function that gives such a promise waits for it.
      if (result instanceof Answer) result.expect(call);
    } catch (error) {
      done(Message.Thrown, error);
      return true;
    } finally {
      running = before;
    }
    const after = (kind: number) => (value: unknown) => {
      if (over) return;
      done(kind, value);
      if (!this.#closed && this.#memory) this.#again.port2.postMessage(0);
    };
    this.#breakOff = () => after(Message.Thrown)(named("KeyboardInterrupt", "interrupted while it waited for the page"));
    // It may have come while the request was on its way.
    if (this.#memory && Atomics.load(this.#memory.control, Word.Interrupt)) this.#breakOff();
    // `resolve` first: not every thenable keeps the rules.
    Promise.resolve(result).then(after(Message.Result), after(Message.Thrown));
    return false;
  }

  // --- messages by port

  /** Calls a function of the worker. */
  call(kind: Message.Call | Message.Exposed, what: unknown, name: string, args: unknown[], copying: boolean): Promise<unknown> {
    const id = ++this.#last;
    const { host } = this;
    if (this.#closed) return Promise.reject(over(name));
    const asked = name.replace(/^sync\./, "");
    const answer = new Answer({
      isOf: () => open.size > 0 || this.options.follows?.() === true,
      caller: () => this.#caller(),
      isOpen: (call) => open.has(call),
      begin: (call) => waits!.wait(call, this.id, asked),
      end: (wait) => waits!.settle(wait),
      follow: (answer) => {
        const waiter = this.options.follow?.();
        if (waiter) follow(answer, waiter);
        else this.#watch(id, asked);
      },
      task: (answer) => {
        const waiter = this.options.task?.();
        if (!waiter) return false;
        follow(answer, waiter);
        // Tasks also wait in ways that nobody can follow, such as for events.
        this.#watch(id, asked);
        return true;
      },
      elsewhere: () => this.#watch(id, asked),
    });
    this.#calls.set(id, answer);
    try {
      this.#post(kind, id, what, args, copying, `the arguments of ${name}(): arguments`);
    } catch (error) {
      this.#calls.delete(id);
      answer.fail(error);
    }
    host.attachments = [];
    return answer;
  }

  /** Somebody waits for a worker that stands still, and nobody knows whether the worker waits for them. */
  #watch(id: number, name: string) {
    const blocked = waits!.functionOf(this.id);
    if (blocked === undefined) return;
    setTimeout(() => {
      const answer = this.#calls.get(id);
      if (!answer || answer.isOver || waits!.functionOf(this.id) !== blocked) return;
      console.warn(`💀🔒 - Possible deadlock if proxy.${name}(...args) is awaited by ${blocked}(), for which the worker has been waiting for 3 seconds`);
    }, 3000);
  }

  /** The call of the page on whose behalf this code runs, as far as anybody can tell. */
  #caller(): number | undefined {
    if (!open.size) return undefined;
    if (running) return running.call;
    const call = this.options.caller?.();
    if (call !== undefined) return known(call);
    const stack = new Error().stack ?? "";
    for (const [call, fn] of open) {
      if (fn.name && new RegExp(`\\b(?:at |async )(?:\\w+\\.)?${fn.name.replace(/\W/g, "\\$&")}(?: |$)|^${fn.name.replace(/\W/g, "\\$&")}@`, "m").test(stack)) return call;
    }
    return undefined;
  }

  #post(kind: number, id: number, a: unknown, b: unknown, copying: boolean, what: string) {
    const { host } = this;
    const before = [host.copying, host.shallow, host.attachments] as const;
    host.blobs = [];
    host.copying = copying;
    host.shallow = Array.isArray(b) ? b : undefined;
    host.attachments = [];
    try {
      host.write(kind, id, a, b, what);
      post(host, this.#channel.port1);
    } finally {
      host.blobs = undefined;
      [host.copying, host.shallow, host.attachments] = before;
    }
  }

  #received(message: Posted | Numbered | number) {
    if (isNumbered(message)) {
      const [question, request] = message;
      this.#asked.add(question);
      unpack(this.host, request);
      this.#carryOut(question);
      return;
    }
    // The service worker was ended while the worker waited; an answer that it had is lost.
    if (typeof message === "number" && message > 0) {
      if (this.#latest?.[0] === message) this.rung?.answer?.(...this.#latest);
      return;
    }
    // The worker has seen that we are away.
    if (message === 0) {
      const { control } = this.#memory!;
      if (Atomics.load(control, Word.Turn) === Turn.Page && Atomics.load(control, Word.Away)) this.#turn();
      return;
    }
    const { host } = this;
    unpack(host, message as Posted);
    const kind = host.peer.read();
    const { id } = host.peer;
    const value = host.peer.first();
    const call = this.#calls.get(id);
    switch (kind) {
      case Message.Done:
      case Message.Failed:
        this.#calls.delete(id);
        if (kind === Message.Done) call?.done(value);
        else call?.fail(value);
        break;
      case Message.Sync: void this.#later(id, value as string, host.peer.second() as unknown[]); break;
      case Message.Settled:
      case Message.Broken: {
        const promise = this.#promises.get(id);
        this.#promises.delete(id);
        if (kind === Message.Settled) promise?.ok(value);
        else promise?.no(value);
      }
    }
  }

  /** Runs a function of the page for a worker that cannot stand still and gets a promise. */
  async #later(call: number, name: string, args: unknown[]) {
    const reply = (kind: Message, value: unknown) => {
      if (!this.#closed) this.#post(kind, call, value, undefined, true, "the result");
    };
    try {
      const fn = this.exposed.get(name);
      if (!fn) throw unset(name);
      reply(Message.Done, this.transform(await fn(...args)));
    } catch (error) {
      reply(Message.Failed, this.transform(error));
    }
  }

  /** Raises `KeyboardInterrupt` in the worker; tells whether that is possible. */
  interrupt(): boolean {
    if (!this.#memory || this.#closed) return this.#closed;
    const { control } = this.#memory;
    control[Word.Asked] = this.#last;
    Atomics.store(control, Word.Interrupt, INTERRUPT);
    // It may sleep, or do nothing.
    Atomics.notify(control, Word.Interrupt);
    this.#breakOff?.();
    this.#channel.port1.postMessage(0);
    return true;
  }

  /** A promise of the worker. */
  promise(id: number) {
    return new Promise((ok, no) => this.#promises.set(id, { ok, no }));
  }

  /** What the worker knows from the start: object number 0 is the window, number 1 the document. */
  hello(): ArrayBuffer {
    this.host.write(Message.Result, 0, globalThis, document, "");
    return pack(this.host);
  }

  /** Tells the worker in a while what was forgotten here, unless another message does. */
  soon() {
    if (this.#soon || this.#closed) return;
    this.#soon = true;
    setTimeout(() => {
      this.#soon = false;
      if (this.host.peer.hasReleased && !this.#closed) this.#post(Message.Release, 0, undefined, undefined, false, "");
    }, 50);
  }

  close(reason = "") {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#memory) {
      Atomics.store(this.#memory.control, Word.Closed, 1);
      Atomics.notify(this.#memory.control, Word.Turn);
    }
    waits!.forget(this.id);
    for (const question of this.#asked) this.#answer(question, Message.Thrown, new Error(CLOSED), true);
    const error = new Error("the worker has ended before it answered" + (reason && `: ${reason}`));
    for (const call of this.#calls.values()) {
      // A listener's call has nobody who waits for it.
      call.catch(() => {});
      call.fail(error);
    }
    this.#calls.clear();
    for (const { no } of this.#promises.values()) no(error);
    this.#channel.port1.close();
    this.#again.port1.close();
    this.host.free();
  }
}

export interface PageOptions {
  /** Turns an interpreter's object into one that can cross, before it does. */
  transform?: (value: any) => unknown;
  /** How the worker waits where it cannot by shared memory. */
  rung?: Rung;
  /** Calls a function for a call of the worker. */
  act?: (call: number, fn: (...args: unknown[]) => unknown, args: unknown[]) => unknown;
  /** The call for which code runs now, where the interpreter can tell. */
  caller?: () => number | undefined;
  /** Whether an interpreter of the page makes futures of its own. */
  follows?: () => boolean;
  /** An interpreter has just made a future of its own of what a call gives: tells on behalf of which call somebody waits
   *  for that. Nothing when the interpreter cannot tell. */
  follow?: () => (() => number | undefined) | undefined;
  /** The same for a task that begins to wait for a promise now. */
  task?: () => (() => number | undefined) | undefined;
}

/** Opens the page's end of a bridge. `init` has to reach the worker, with `transfer`. */
export const openPage = (wasm: WebAssembly.Module, options: PageOptions = {}) => {
  const { transform = (value: unknown) => value, rung } = options;
  load(wasm);
  waits ??= new Waits();
  const line = new Line(transform, options);
  line.exposed.set(IMPORT, importForWorker);
  line.exposed.set(HUSH, (language: string) => void hushed().add(language));
  const sync = new Proxy(Object.create(null) as Record<string, any>, {
    get: (_, name) =>
      typeof name !== "string" || name === "then"
        ? undefined
        : (...args: unknown[]) => line.call(Message.Exposed, name, `sync.${name}`, args.map(transform), true),
    set: (_, name, fn) => {
      line.exposed.set(String(name), fn);
      return true;
    },
    has: (_, name) => line.exposed.has(String(name)),
    deleteProperty: (_, name) => line.exposed.delete(String(name)) || true,
  });
  const { port, shared } = line;
  const way = shared ? "shared-memory" : (rung?.way ?? "asynchronous");
  return {
    sync,
    init: { way, address: rung?.address, post: rung?.post, shared, port, hello: line.hello() } satisfies Init,
    transfer: [port] as Transferable[],
    interrupt: () => line.interrupt(),
    close: (reason?: string) => line.close(reason),
    /** Whether the worker can wait for the page. */
    isSynchronous: way !== "asynchronous",
    /** For tests and for the curious: how many objects of the page the worker knows. */
    get shared() { return line.closed ? 0 : line.host.peer.shared; },
  };
};

