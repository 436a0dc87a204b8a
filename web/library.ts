/**
 * Python's standard library, which comes in two files: the modules that every start imports, and the rest, for which no start
 * has to wait. To Python it is one archive; reading what has not come yet takes as long as fetching it.
 */
import { keyed } from "./base";
import { words } from "./host";
import { taken } from "./shared";
import { type Extent, extentOf } from "./tools/extent.mjs";

/** The parts of Emscripten's file system that are used here. */
interface FileSystem {
  writeFile(path: string, data: Uint8Array, options?: object): void;
  lookupPath(path: string): { readonly node: Node };
  readonly ErrnoError: new (errno: number) => Error;
}

interface Node {
  contents: Uint8Array;
  usedBytes: number;
  stream_ops: {
    readonly read: (stream: unknown, buffer: Uint8Array, offset: number, length: number, position: number) => number;
  };
}

/** Emscripten's module, which an interpreter's start is given to prepare it. */
interface Module {
  readonly FS: FileSystem;
}

/** A library on its way. */
export interface Library {
  /** Loads what is missing; settles when modules can be imported, or with `all` when all of it is there. */
  whole(all?: boolean): Promise<void>;
  /** Lets a start do without any of it, or not. */
  skip(extent?: Extent): void;
  /** What stands for the answer to a request. */
  answer(address: string): Response | undefined;
  /** Puts it into the file system, as soon as Pyodide does. */
  place(module: Module): void;
}

/** Emscripten's number for an error of input or output. */
const EIO = 29;

const get = async (address: string): Promise<Uint8Array> => {
  const data = await taken(address);
  if (data) return new Uint8Array(data);
  const answer = await fetch(address);
  if (!answer.ok) throw answer.status;
  return new Uint8Array(await answer.arrayBuffer());
};

/** The same at once. A page is given no bytes in this way, only text. */
const getNow = (address: string): Uint8Array => {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`the server answered ${request.status}`);
  const text = request.responseText;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
};

/** The library of the Pyodide in `folder`. */
export const library = (folder: string): Library => {
  const file = (name: string, length: () => number, put: (bytes: Uint8Array) => void) => {
    const address = keyed(folder + name);
    let coming: Promise<void> | undefined;
    return {
      address,
      here: false,
      /** What has come. */
      take(bytes: Uint8Array) {
        if (bytes.length !== length()) throw new Error(`the server has another file at ${address}`);
        put(bytes);
        this.here = true;
      },
      now() {
        if (!this.here) this.take(getNow(address));
      },
      // Whoever needs one that cannot be had tries again, and is told.
      soon(): Promise<void> {
        return (coming ??= get(address).then((bytes) => this.here || this.take(bytes)).catch(() => {}) as Promise<void>);
      },
    };
  };
  let contents: Uint8Array;
  let [from, to, size]: Extent = [0, 0, 0];
  /** Whether a start does without the first. */
  let skips: Extent | undefined;
  const files = () => ({
    first: file("python_stdlib_compiled.zip", () => size - to + from, (bytes) => {
      contents.set(bytes.subarray(0, from));
      contents.set(bytes.subarray(from), to);
    }),
    rest: file("python_stdlib_rest.bin", () => to - from, (bytes) => contents.set(bytes, from)),
  });
  let { first, rest } = files();
  return {
    async whole(all) {
      await rest.soon();
      if (!first.here) {
        const coming = first.soon();
        if (all) await coming;
      }
    },
    skip(extent) {
      skips = extent;
      ({ first, rest } = files());
    },
    answer: (address) => (skips && address === first.address ? new Response() : undefined),
    place({ FS }) {
      const { writeFile } = FS;
      FS.writeFile = (path, data, options) => {
        writeFile(path, data, options);
        if (!/^\/lib\/python\d+\.zip$/.test(path)) return;
        FS.writeFile = writeFile;
        [from, to, size] = skips ?? extentOf(data);
        const { node } = FS.lookupPath(path);
        contents = node.contents = new Uint8Array(size);
        node.usedBytes = size;
        if (!skips) first.take(data);
        const { read } = node.stream_ops;
        node.stream_ops = {
          ...node.stream_ops,
          read(stream, buffer, offset, length, position) {
            const inRest = position >= from && position < to;
            try {
              (inRest ? rest : first).now();
            } catch (error) {
              console.error(`Pyrite: Python's standard library could not be loaded from ${folder}: ${words(error)}`);
              throw new FS.ErrnoError(EIO);
            }
            // Python reads more than it asks for, but not what it would have to wait for.
            const end = inRest ? to : position < from ? from : size;
            return read(stream, buffer, offset, Math.min(length, end - position), position);
          },
        };
      };
    },
  };
};
