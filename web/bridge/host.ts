/** What both ends do for the encoding of values: tell kinds apart, keep long bytes, make what only JavaScript can. */
import type { Peer } from "pyrite-bridge-glue";
import { BLOB, LONG, SYMBOLS, Value, VIEWS } from "./kinds";
import { Refs } from "./refs";

const text = new TextDecoder();
const utf8 = new TextEncoder();
const tagOf = (value: object) => Object.prototype.toString.call(value).slice(8, -1);

const isBuffer = (value: object) =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer ||
  (typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer);

const isBlob = (value: unknown): value is Blob => typeof Blob !== "undefined" && value instanceof Blob;

/** Reads a blob at once; workers have it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** What a blob is besides its bytes. `at`: it comes with the message by port, as it is. */
interface BlobHead { type?: string; name?: string; lastModified?: number; at?: number }

/** Kinds of objects that can be copied, by their tag. */
const COPIED: Record<string, Value> = {
  Array: Value.Array, Object: Value.Object, Map: Value.Map, Set: Value.Set, Date: Value.Date, RegExp: Value.RegExp,
  Error: Value.Error,
};

export abstract class BaseHost {
  /** Bytes that follow the message that is written. */
  attachments: Uint8Array[] = [];
  /** Bytes that followed the message that is read. */
  incoming: Uint8Array[] = [];
  /** Blobs that the message by port, which is written, takes along; undefined in shared memory. */
  blobs: Blob[] | undefined;
  /** Blobs that came with the message by port that is read. */
  incomingBlobs: Blob[] = [];
  /** Whether blobs leave as values. */
  abstract readonly carriesBlobs: boolean;
  /** This one object is copied though its kind is not. */
  shallow: unknown;
  /** What the values of the message that is written are, for people. */
  what = "";
  abstract peer: Peer;
  /** What stands here for the other side's objects. */
  readonly ids = new Refs();
  /** Objects of this side that the other one knows. */
  readonly #objects = new Map<number, object>();
  readonly #numbers = new Map<object, number>();

  ownId(object: object) { return this.#numbers.get(object) ?? -1; }
  owned(id: number) { return this.#objects.get(id); }

  own(id: number, object: object) {
    this.#objects.set(id, object);
    this.#numbers.set(object, id);
  }

  disown(id: number) {
    this.#numbers.delete(this.#objects.get(id)!);
    this.#objects.delete(id);
  }

  /** The other side has ended: nothing is kept for it. */
  free() {
    this.#objects.clear();
    this.#numbers.clear();
    this.peer.free();
  }

  classify(value: unknown): number {
    switch (typeof value) {
      case "undefined": return Value.Undefined;
      case "boolean": return value ? Value.True : Value.False;
      case "number": return (value | 0) === value && (value !== 0 || 1 / value > 0) ? Value.Int : Value.Number;
      case "bigint": return Value.BigInt;
      case "string":
        // Old engines cannot tell; there half a surrogate pair becomes U+FFFD.
        if ((value as any).isWellFormed?.() === false) return Value.Wide;
        return value.length > LONG ? Value.LongString : Value.String;
      case "symbol": return Value.Symbol;
      case "function": return this.ids.has(value) ? Value.Yours : Value.Mine;
    }
    if (value === null) return Value.Null;
    const object = value as object;
    if (this.ids.has(object)) return Value.Yours;
    if (object === this.shallow) return Array.isArray(object) ? Value.Array : Value.Object;
    if (isBuffer(object) || (this.carriesBlobs && isBlob(object))) return Value.Buffer;
    if (typeof ImageData !== "undefined" && object instanceof ImageData) return Value.Image;
    return this.kindOf(object);
  }

  /** How an object crosses that is neither data nor the other side's. */
  abstract kindOf(object: object): number;

  /** How it would be copied, or 0. */
  copied(object: object): number {
    if (Array.isArray(object)) return Value.Array;
    if (object instanceof Error) return Value.Error;
    return COPIED[tagOf(object)] ?? 0;
  }

  /** Writes a message; `what` names its values when one cannot cross. */
  write(kind: number, id: number, a: unknown, b: unknown, what: string) {
    this.what = what;
    this.peer.write(kind, id, a, b);
  }

  idOf(value: object) { return this.ids.get(value) ?? 0xffff_ffff; }
  nameOf(value: unknown) { return typeof value === "function" ? (typeof value.name === "string" ? value.name : "") : tagOf(value as object); }

  numbers(items: readonly unknown[]): Float64Array {
    for (let at = 0; at < items.length; at++) if (typeof items[at] !== "number") return new Float64Array();
    return Float64Array.from(items as readonly number[]);
  }

  list(numbers: Float64Array) { return Array.from(numbers); }

  attach(value: unknown): number {
    const bytes =
      typeof value === "string" ? utf8.encode(value)
      : value instanceof ImageData ? new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength)
      : isBlob(value) ? this.#blobBytes(value)
      : ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value as ArrayBuffer);
    return this.attachments.push(bytes) - 1;
  }

  /** A blob as one attachment: the length of its head, the head, its bytes where they cannot stay where they are. */
  #blobBytes(blob: Blob): Uint8Array {
    const { type, name, lastModified } = blob as File;
    const head: BlobHead = this.blobs ? { at: this.blobs.push(blob) - 1 } : { type, name, lastModified };
    const text = utf8.encode(JSON.stringify(head));
    const bytes = this.blobs ? [] : new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob));
    const all = new Uint8Array(4 + text.length + bytes.length);
    new DataView(all.buffer).setUint32(0, text.length, true);
    all.set(text, 4);
    all.set(bytes, 4 + text.length);
    return all;
  }

  #blob(all: Uint8Array): Blob {
    const length = new DataView(all.buffer, all.byteOffset).getUint32(0, true);
    const { at, type, name, lastModified } = JSON.parse(text.decode(all.subarray(4, 4 + length))) as BlobHead;
    if (at !== undefined) return this.incomingBlobs[at];
    const bytes = [all.subarray(4 + length) as Uint8Array<ArrayBuffer>];
    return name === undefined ? new Blob(bytes, { type }) : new File(bytes, name, { type, lastModified });
  }

  view(attachment: number, kind: number) {
    const bytes = this.incoming[attachment];
    if (bytes && kind === BLOB) return this.#blob(bytes);
    const View = VIEWS[kind];
    if (!bytes || !View) throw new Error("the bridge's message is damaged");
    return kind === 0 ? bytes.buffer : new View(bytes.buffer as any);
  }

  viewKind(value: object) {
    if (isBlob(value)) return BLOB;
    const kind = VIEWS.findIndex((View) => value instanceof View);
    return kind < 0 ? 0 : kind;
  }

  text(attachment: number) { return text.decode(this.incoming[attachment]); }

  image(attachment: number, width: number, height: number) {
    const bytes = this.incoming[attachment];
    return new ImageData(new Uint8ClampedArray(bytes.buffer as ArrayBuffer), width, height);
  }

  error(name: string, message: string, stack: string) {
    const Known = (globalThis as any)[name];
    let error: Error;
    if (typeof Known === "function" && Known.prototype instanceof Error && Known !== (globalThis as any).AggregateError) {
      error = new Known(message);
    } else if (name !== "Error" && typeof DOMException !== "undefined" && /^[A-Z]\w+Error$/.test(name) && new DOMException("", name).code) {
      error = new DOMException(message, name);
    } else {
      error = new Error(message);
      if (name !== "Error") Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
    }
    try {
      if (stack) Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
    } catch {}
    return error;
  }

  wide(units: Uint16Array) {
    let out = "";
    for (let at = 0; at < units.length; at += LONG) out += String.fromCharCode(...units.subarray(at, at + LONG));
    return out;
  }

  put(object: object, key: string, value: unknown) {
    if (key === "__proto__") Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
    else (object as any)[key] = value;
  }

  symbol(number: number) { return SYMBOLS[number]; }
  symbolNumber(symbol: symbol) {
    const number = SYMBOLS.indexOf(symbol);
    return number < 0 ? 255 : number;
  }
  symbolKey(symbol: symbol) { return Symbol.keyFor(symbol); }

  // What only one of the ends does; the other is never asked.
  class(_id: number, _parent: number, _name: string, _tag: string, _prototype: number, _constructor: number) {}
  member(_class: number, _key: string | symbol, _isMethod: boolean) {}
  traits(_value: unknown): number { return 0; }
  classOf(_value: unknown): object | null { return null; }
  members(_value: object): unknown[] { return ["", "", undefined, undefined]; }
  parent(_value: object): object | null { return null; }
  special(_kind: number, _target: any, _a: any, _b: any): unknown { return undefined; }
  set(_target: object, _key: PropertyKey, _value: unknown) {}
  prepare(_key: PropertyKey, _arguments: unknown[]) {}
  abstract known(id: number): unknown;
  abstract meet(id: number, traits: number, cls: number, name: string): unknown;
}
