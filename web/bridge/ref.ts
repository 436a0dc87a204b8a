/** A reference: what stands in a worker for an object of the page, and answers for it what is known already. */
import { LATE, Message, PROBE, Trait } from "./kinds";
import type { WorkerEnd } from "./worker";

export interface Member {
  readonly key: string | symbol;
  readonly isMethod: boolean;
  /** The method as it exists here, once somebody has asked for it. */
  fn?: Function;
  /** A `constructor` does not change. */
  constant?: unknown;
}

export class Class {
  static readonly none = new Class(undefined, "", "");
  static readonly unknown = new Class(undefined, "", "");
  /** What it has and inherits. */
  readonly members: Map<PropertyKey, Member>;
  readonly #own = new Set<PropertyKey>();
  readonly tag: string;
  prototype: object | null | undefined;

  /** `prototypeId` and `makerId` are below zero when they are not known. */
  constructor(
    readonly parent: Class | undefined, readonly name: string, tag: string,
    readonly prototypeId = -1, readonly makerId = -1,
  ) {
    this.members = new Map(parent?.members);
    this.tag = tag || (parent?.tag ?? "");
  }

  add(key: string | symbol, isMethod: boolean) {
    this.members.set(key, { key, isMethod });
    this.#own.add(key);
  }

  /** Whether it has this itself. */
  owns(key: PropertyKey) { return this.#own.has(key); }

  /** Whether what its objects inherit from is a constructor: `Event` is the prototype of `CustomEvent` itself. */
  get isConstructor() { return this.owns("prototype") && this.owns("length"); }

  /** The class whose constructor its objects have. */
  get made(): Class | undefined { return this.makerId < 0 ? this.parent?.made : this; }
}

export interface Traits {
  readonly id: number;
  readonly traits: number;
  readonly cls: Class;
  readonly name: string;
}

function Callable() {}
const PLAIN = {};
const LIST: unknown[] = [];

/** What a prototype has of these, it computes. */
const COMPUTED: ReadonlySet<PropertyKey> = new Set(["length", "size", "name", "message", "stack"]);

class Ref implements ProxyHandler<any> {
  /** When it was described. Until the page is asked again, nobody can know better. */
  readonly #born: number;

  constructor(readonly end: WorkerEnd, readonly id: number, public traits: number, readonly cls: Class, readonly name: string) {
    this.#born = end.trips;
  }

  #owns(key: PropertyKey): boolean { return (this.traits & (PROBE.get(key) ?? 0)) !== 0; }

  /** Whether a property is known not to be its own. */
  #lacks(key: PropertyKey): boolean {
    // A bit above the 31st is negative in a bitwise operation; any but zero will do.
    if (this.cls === Class.unknown || !PROBE.has(key) || this.#owns(key)) return false;
    return !(this.traits & Trait.Plain && LATE.has(key)) || this.end.trips === this.#born;
  }

  /** Whether it has a property, if that is known here. */
  #knows(key: PropertyKey): boolean | undefined {
    if (this.cls.members.has(key)) return true;
    return this.#lacks(key) ? false : undefined;
  }

  get(_: object, key: PropertyKey, proxy: object): unknown {
    const { end, id, traits, cls } = this;
    const { fetched } = end;
    if (fetched && fetched.id === id && fetched.key === key) return fetched.value;
    const member = cls.members.get(key);
    if (!member) {
      if (this.#lacks(key)) return undefined;
      // A class's own function, of which nothing else is known.
      if (key === Symbol.hasInstance && traits & Trait.Callable) return this.#check();
    } else if (key === Symbol.hasInstance && traits & Trait.Callable) {
      return this.#check();
    } else if (member.isMethod && !(traits & Trait.Asks)) {
      return key === Symbol.iterator ? iterator(end) : this.#method(member, proxy);
    } else if (key === Symbol.toStringTag && cls.tag && !this.#owns(key)) {
      return cls.tag;
    } else if (key === "constructor" && !this.#owns(key)) {
      return (member.constant ??= cls.made ? makerOf(end, cls.made) : end.get(id, key));
    }
    if (key === "name" && this.name && traits & Trait.Callable) return this.name;
    return (this.#recent() ?? end).get(id, key);
  }

  /** What answers for properties that were asked for before; what a DOM node or a list has may change at any time. */
  #recent() {
    return this.traits & Trait.Array || this.cls.members.has("nodeType") ? undefined : this.end.recent;
  }

  #check() {
    const check = (value: unknown) => this.isInstance(value);
    this.end.ours.add(check);
    return check;
  }

  isInstance(value: unknown) {
    const isRef = (typeof value === "object" || typeof value === "function") && value && this.end.host.ids.has(value);
    return isRef ? this.end.ask(Message.Instance, this.id, value) : false;
  }

  #method(member: Member, proxy: object) {
    const { end } = this;
    if (!member.fn) {
      const { key } = member;
      const fn = function (this: any, ...args: unknown[]) {
        // Functions of the window are called without it.
        const id = this === undefined || this === null || this === globalThis ? 0 : end.host.ids.get(this);
        if (id === undefined) throw new TypeError(`Illegal invocation of ${String(key)}`);
        return end.method(id, key, args);
      };
      end.ours.add(fn);
      Object.defineProperty(fn, "name", { value: typeof key === "string" ? key : "", configurable: true });
      member.fn = fn;
    }
    const found = end.host.methods.get(member.fn);
    if (found?.from.deref() !== proxy) end.host.methods.set(member.fn, { member, from: new WeakRef(proxy) });
    return member.fn;
  }

  has(_: object, key: PropertyKey): boolean { return this.#knows(key) ?? (this.#recent() ?? this.end).has(this.id, key); }

  set(_: object, key: PropertyKey, value: unknown): boolean {
    this.#touch(key, true);
    this.end.ask(Message.Set, this.id, key, this.end.value(value), String(key));
    return true;
  }

  deleteProperty(_: object, key: PropertyKey): boolean {
    const done = this.end.ask(Message.Delete, this.id, key);
    if (done) this.#touch(key, false);
    return done;
  }

  defineProperty(_: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    this.#touch(key, true);
    return this.end.ask(Message.Define, this.id, key, descriptor, String(key));
  }

  /** What is set from here is known here. */
  #touch(key: PropertyKey, own: boolean) {
    this.end.recent?.forget(this.id);
    const bit = PROBE.get(key);
    if (bit !== undefined) this.traits = own ? this.traits | bit : this.traits & ~bit;
    if (own && this.cls.members.get(key)?.isMethod) this.traits |= Trait.Asks;
  }

  ownKeys(): (string | symbol)[] { return this.end.ask(Message.Keys, this.id); }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    if (this.#lacks(key)) return undefined;
    const { end, id, traits } = this;
    if (COMPUTED.has(key) && this.#owns(key)) {
      if (traits & Trait.Callable && key === "name" && this.name) return { value: this.name, configurable: true };
      if (traits & Trait.Callable || this.#owns("constructor"))
        return computed(end, id, key);
    }
    const found = this.end.ask(Message.Descriptor, this.id, key) as PropertyDescriptor | undefined;
    if (!found) return undefined;
    // What a proxy calls fixed has to be so on its target, which has nothing fixed but a list's length.
    const fixed = target === LIST && key === "length";
    if (fixed) found.writable = true;
    found.configurable = !fixed;
    return found;
  }

  getPrototypeOf(): object | null {
    if (this.traits & Trait.Classless) return null;
    if (this.cls === Class.unknown || this.cls === Class.none) return this.end.ask(Message.Prototype, this.id);
    const { cls } = this;
    // A namespace is no prototype: its object has the one that it inherits from.
    const found = cls.prototypeId < 0 ? cls.parent : cls;
    return found ? prototypeOf(this.end, found) : this.end.ask(Message.Prototype, this.id);
  }

  // What the target says is of no interest.
  setPrototypeOf(): boolean { return false; }
  preventExtensions(): boolean { return false; }

  apply(_: object, self: unknown, args: unknown[]): unknown {
    const sent = this.end.args(args);
    return this.end.ask(Message.Apply, this.id, this.end.value(self), sent, "arguments", sent);
  }

  construct(_: object, args: unknown[]): object {
    const sent = this.end.args(args);
    return this.end.ask(Message.Construct, this.id, undefined, sent, "arguments", sent);
  }
}

/** What each function has of its own. */
const MAKER = Trait.Callable | Trait.Constructible | Trait.Asks | PROBE.get("name")! | PROBE.get("length")!;

/** A class's prototype: it knows the next one and what the class has, and asks for all else. */
class Prototype extends Ref {
  constructor(end: WorkerEnd, readonly of: Class) {
    super(end, of.prototypeId, of.isConstructor ? MAKER : Trait.Asks, Class.unknown, "");
  }

  override getPrototypeOf(): object | null { return this.of.parent ? prototypeOf(this.end, this.of.parent) : null; }

  override getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    if (!this.of.owns(key)) return undefined;
    return COMPUTED.has(key) ? computed(this.end, this.id, key) : super.getOwnPropertyDescriptor(target, key);
  }
}

/** A property that the page computes for whatever inherits it. */
const computed = (end: WorkerEnd, id: number, key: PropertyKey): PropertyDescriptor => ({
  get(this: object) { return end.get(end.host.ids.get(this) ?? id, key); },
  configurable: true,
});

const prototypeOf = (end: WorkerEnd, cls: Class): object =>
  (cls.prototype ??= end.host.fact(cls.prototypeId, () =>
    new Proxy(cls.isConstructor ? Callable.bind(null) : PLAIN, new Prototype(end, cls))));

const makerOf = (end: WorkerEnd, { makerId: id, name }: Class) =>
  end.host.fact(id, () => makeRef(end, { id, traits: MAKER, cls: Class.unknown, name }));

const iterators = new WeakMap<WorkerEnd, Function>();
const iterator = (end: WorkerEnd) => {
  let fn = iterators.get(end);
  if (!fn) {
    fn = function (this: object) { return end.iterate(end.host.ids.get(this)!); };
    end.ours.add(fn);
    iterators.set(end, fn);
  }
  return fn;
};

const arrow = () => {};

/** Makes the proxy. Its target decides only what `typeof` and `Array.isArray` say. */
export const makeRef = (end: WorkerEnd, { id, traits, cls, name }: Traits): object => {
  const target =
    !(traits & Trait.Callable) ? (traits & Trait.Array ? LIST : PLAIN)
    // A bound function has no property that a proxy would have to admit.
    : traits & Trait.Constructible ? Callable.bind(null)
    : arrow.bind(null);
  return new Proxy(target, new Ref(end, id, traits, cls, name));
};
