/** Numbers that both ends and crates/bridge know; docs/protocol.md explains them. */

export const enum Message {
  Result = 0, Thrown, Get, Set, Has, Delete, Keys, Descriptor, Prototype, Apply, Construct, Method, Define, Iterate,
  Instance, Gather, Assign, Query, Sync,
  // By port.
  Call = 32, Exposed, Done, Failed, Release, Settled, Broken,
}

export const enum Value {
  Undefined = 0, Null, False, True, Int, Number, BigInt, String, Wide, LongString, Symbol,
  Array = 12, Object, Map, Set, Date, RegExp, Error, Buffer, Image,
  Yours = 22, Mine = 23, Stuck = 255,
}

export const enum Trait {
  Callable = 1, Constructible = 2, Array = 4,
  /** Something of its own hides what its class has: ask. */
  Asks = 8,
  Classless = 16, Promise = 32, Plain = 64,
  /** `new` is its own: else it is what Python calls the constructor. */
  New = 128,
  /** From this bit on: which of the probes are its own. */
  Own = 256,
}

/** The words of the shared control block. */
export const enum Word { Turn = 0, Length, More, Sleeping, Away, Closed, Interrupt, Asked, Count = 8 }
export const enum Turn { Worker = 0, Page = 1 }

export const SYMBOLS: readonly (symbol | undefined)[] = [
  Symbol.iterator, Symbol.asyncIterator, Symbol.toStringTag, Symbol.toPrimitive, Symbol.hasInstance,
  Symbol.isConcatSpreadable, Symbol.species, Symbol.unscopables, Symbol.match, Symbol.matchAll, Symbol.replace,
  Symbol.search, Symbol.split, (Symbol as { dispose?: symbol }).dispose, (Symbol as { asyncDispose?: symbol }).asyncDispose,
];

/** What interpreters ask every object about, before anybody wants to know. */
export const PROBES: readonly (string | symbol | undefined)[] = [
  "then", "length", "constructor", "size", "get", "set", "has", "includes", "next", "throw", "return", "name", "message",
  "stack", "byteLength", "$$", "_ref", SYMBOLS[0], SYMBOLS[1], SYMBOLS[2], SYMBOLS[3], SYMBOLS[5], SYMBOLS[13], SYMBOLS[14],
];
export const PROBE: ReadonlyMap<PropertyKey, number> = new Map<PropertyKey, number>([
  ...PROBES.flatMap((key, i) => (key === undefined ? [] : [[key, Trait.Own * 2 ** i] as const])),
  ["new", Trait.New],
]);
/** Data that a plain object may get at any time: its absence is not believed for long. */
export const LATE: ReadonlySet<unknown> = new Set(["name", "message", "stack"]);

export const VIEWS = [
  ArrayBuffer, DataView, Uint8Array, Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  Float32Array, Float64Array, BigInt64Array, BigUint64Array,
  ...("Float16Array" in globalThis ? [(globalThis as any).Float16Array] : []),
] as const;

/** The number of a blob or a file among the kinds of binary data. */
export const BLOB = 254;

/** More than this is not worth a way through WebAssembly's memory. */
export const LONG = 8192;
