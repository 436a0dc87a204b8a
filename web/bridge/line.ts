/** How messages travel: in one block of shared memory that belongs to the worker or to the page in turn, or by port. */
import { bridgeMemory, initSync, type Peer } from "pyrite-bridge-glue";
import type { BaseHost } from "./host";
import { Turn, Word } from "./kinds";

/** What both sides write to and read from. */
interface Memory { readonly control: SharedArrayBuffer; readonly data: SharedArrayBuffer }

/** How a worker waits for its page, best first: see docs/workers.md. */
export type Way = "shared-memory" | "promise-integration" | "service-worker" | "asynchronous";

/** What was chosen where memory cannot be shared. */
export interface Rung {
  readonly way: Way;
  /** The reason, for people. */
  readonly why: string;
  /** Where a synchronous request is answered by the service worker; the number of the question follows. */
  readonly address?: string;
  /** Under which name it knows this bridge, where it is one of sabayon's. */
  readonly post?: string;
  /** Gives an answer to the service worker. */
  readonly answer?: (question: number, answer: ArrayBuffer) => void;
}

/** A request on the port, or its answer: with a number, because answers may come in another order. */
export type Numbered = readonly [number, ArrayBuffer];

/** What the worker gets from the page. */
export interface Init {
  readonly way: Way;
  /** Where the service worker answers. */
  readonly address: string | undefined;
  readonly post: string | undefined;
  /** Nothing where the page is not isolated. */
  readonly shared: Memory | undefined;
  readonly port: MessagePort;
  /** A message that introduces the window and the document. */
  readonly hello: ArrayBuffer;
}

const SMALL = 4096;
/** Longer messages go in parts. Memory that is never written to costs nothing. */
const SIZE = (1 << 20) + (1 << 16);

export const makeShared = (): Memory | undefined =>
  globalThis.crossOriginIsolated
    ? { control: new SharedArrayBuffer(Word.Count * 4), data: new SharedArrayBuffer(SIZE) }
    : undefined;

let memory: WebAssembly.Memory | undefined;
export const load = (wasm: WebAssembly.Module) => {
  initSync({ module: wasm });
  memory ??= bridgeMemory() as WebAssembly.Memory;
};
let whole: Uint8Array | undefined;
const heap = () => {
  // A view is lost when the memory grows.
  if (whole?.buffer !== memory!.buffer) whole = new Uint8Array(memory!.buffer);
  return whole;
};

/** Bytes of a message as they lie one behind the other: lengths, the message, what is attached to it. */
const parts = (host: BaseHost): Uint8Array[] => {
  const { peer, attachments } = host;
  const head = heap().subarray(peer.outAt, peer.outAt + peer.outLength);
  const lengths = new Uint32Array([head.length, attachments.length, ...attachments.map((bytes) => bytes.length)]);
  const all = [new Uint8Array(lengths.buffer), head, ...attachments];
  host.attachments = [];
  return all;
};

const put = (host: BaseHost, head: Uint8Array) => {
  const at = host.peer.reserve(head.length);
  heap().set(head, at);
};

/** Takes a message apart: the head goes where it is read, attachments get memory of their own. */
const open = (host: BaseHost, bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(4, true);
  let at = 8 + 4 * count;
  const head = view.getUint32(0, true);
  put(host, bytes.subarray(at, (at += head)));
  // Not `slice` of shared memory's own kind: its result has to be memory that nobody shares.
  host.incoming = [];
  for (let i = 0; i < count; i++) {
    const own = new Uint8Array(view.getUint32(8 + 4 * i, true));
    own.set(bytes.subarray(at, (at += own.length)));
    host.incoming.push(own);
  }
};

/** The written message in memory of its own, for a port. */
export const pack = (host: BaseHost): ArrayBuffer => {
  const all = parts(host);
  const out = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    out.set(part, at);
    at += part.length;
  }
  return out.buffer;
};
export const unpack = (host: BaseHost, posted: Posted) => {
  const [buffer, ...blobs] = Array.isArray(posted) ? posted : [posted];
  host.incomingBlobs = blobs;
  open(host, new Uint8Array(buffer));
};

/** What a port carries: a message, and the blobs in it. */
export type Posted = ArrayBuffer | [ArrayBuffer, ...Blob[]];

/** Whether a port has brought a request with a number, or the answer to one. */
export const isNumbered = (message: Posted | Numbered | number): message is Numbered =>
  Array.isArray(message) && typeof message[0] === "number";

/** Sends the written message by a port. */
export const post = (host: BaseHost, port: MessagePort) => {
  const message = pack(host);
  const blobs = host.blobs?.splice(0) ?? [];
  // To hand over what is small takes longer than to copy it.
  port.postMessage(blobs.length ? [message, ...blobs] : message, message.byteLength < SMALL ? [] : [message]);
};

/** One end of the shared memory. */
export class Shared {
  readonly control: Int32Array;
  readonly #data: Uint8Array;
  readonly #words: Uint32Array;
  readonly #host: BaseHost;
  /** What of a long message is still to be sent. */
  #rest: Uint8Array[] = [];
  /** What of a long message has come. */
  #come: Uint8Array[] = [];

  constructor(host: BaseHost, { control, data }: Memory) {
    this.#host = host;
    this.control = new Int32Array(control);
    this.#data = new Uint8Array(data);
    this.#words = new Uint32Array(data, 0, 2);
  }

  get hasRest() { return this.#rest.length > 0; }

  /** Writes the message, or its first part. */
  begin() {
    const { peer, attachments } = this.#host;
    const length = peer.outLength;
    if (attachments.length === 0 && length + 8 <= this.#data.length) {
      this.#words[0] = length;
      this.#words[1] = 0;
      const at = peer.outAt;
      this.#data.set(heap().subarray(at, at + length), 8);
      this.control[Word.Length] = length + 8;
      this.control[Word.More] = 0;
      return;
    }
    this.#rest = parts(this.#host);
    // The head lies in memory that the next message is written to.
    this.#rest[1] = this.#rest[1].slice();
    this.next();
  }

  /** Writes the next part. */
  next() {
    let at = 0;
    while (this.#rest.length && at < this.#data.length) {
      const [first] = this.#rest;
      const fits = first.subarray(0, this.#data.length - at);
      this.#data.set(fits, at);
      at += fits.length;
      if (fits.length === first.length) this.#rest.shift();
      else this.#rest[0] = first.subarray(fits.length);
    }
    this.control[Word.Length] = at;
    this.control[Word.More] = this.#rest.length ? 1 : 0;
  }

  /** Takes what has come. Tells whether the message is complete; else the other side waits to send more. */
  take(): boolean {
    const bytes = this.#data.subarray(0, this.control[Word.Length]);
    const more = this.control[Word.More] !== 0;
    if (more || this.#come.length) {
      const own = new Uint8Array(bytes.length);
      own.set(bytes);
      this.#come.push(own);
      if (more) {
        this.control[Word.Length] = 0;
        this.control[Word.More] = 0;
        return false;
      }
      const all = new Uint8Array(this.#come.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of this.#come.splice(0)) {
        all.set(part, at);
        at += part.length;
      }
      open(this.#host, all);
    } else if (this.#words[1] === 0) {
      this.#host.incoming = [];
      put(this.#host, bytes.subarray(8));
    } else {
      open(this.#host, bytes);
    }
    return true;
  }

  /** Gives the memory to the other side. */
  pass(to: Turn, waiting: Word) {
    Atomics.store(this.control, Word.Turn, to);
    if (Atomics.load(this.control, waiting)) Atomics.notify(this.control, Word.Turn);
  }
}

export type { Peer };
