/**
 * Python's standard library, which comes in two files: the modules that every start imports, and the rest, for which no start
 * has to wait. To Python it is one archive; reading what has not come yet takes as long as fetching it.
 */
import { keyed } from "./base";
import { words } from "./host";

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
  /** Loads what is missing; settles when it is there, or cannot be had. */
  whole(): Promise<void>;
  /** Lets a start do without any of it. `size`: of the archive, in bytes. */
  skip(size: number): void;
  /** What stands for the answer to a request. */
  answer(address: string): Response | undefined;
  /** Puts it into the file system, as soon as Pyodide does. */
  place(module: Module): void;
}

/**
 * The bytes at a zip archive's end that the first file has, and those of the whole: its directory at least, and as many as
 * the last records may have, where Python looks for them (22 + 76 and a comment; PKWARE's APPNOTE.TXT, 4.3.14 to 16).
 */
const ends = (first: Uint8Array): [tail: number, size: number] => {
  const record = new DataView(first.buffer, first.byteOffset + first.length - 22);
  const directory = record.getUint32(12, true) + 22;
  return [Math.max(directory, 98 + 0xffff), record.getUint32(16, true) + directory];
};

/** Emscripten's number for an error of input or output. */
const EIO = 29;

const get = async (address: string): Promise<Uint8Array> => {
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
  const [first, rest] = ["python_stdlib_compiled.zip", "python_stdlib_rest.bin"].map((name) => keyed(folder + name)) as [string, string];
  let node: Node | undefined;
  /** What has come of it. */
  let parts: Uint8Array[] | undefined;
  /** How long it is, if all of it comes later. */
  let size = 0;
  /** Where what is missing begins and ends. */
  let [from, to] = [0, 0];
  const missing = () => (size ? [first, rest] : [rest]);
  const fill = () => {
    if (!node || !parts || from === to) return;
    const middle = parts.pop()!;
    const [front] = parts;
    if (front) {
      const [tail] = ends(front);
      from = front.length - tail;
      node.contents = new Uint8Array(size);
      node.contents.set(front);
      node.contents.set(front.subarray(from), size - tail);
    }
    node.contents.set(middle, from);
    to = from;
  };
  const load = async () => {
    try {
      parts = await Promise.all(missing().map(get));
      fill();
    } catch {
      // Whoever needs it tries again, and is told.
    }
  };
  let loading: Promise<void> | undefined;
  return {
    whole: () => (loading ??= load()),
    skip(all) {
      size = all;
      parts = loading = undefined;
    },
    answer: (address) => (size && address === first ? new Response() : undefined),
    place({ FS }) {
      const { writeFile } = FS;
      FS.writeFile = (path, data, options) => {
        writeFile(path, data, options);
        if (!/^\/lib\/python\d+\.zip$/.test(path)) return;
        FS.writeFile = writeFile;
        node = FS.lookupPath(path).node;
        // Pyodide's own archive is whole.
        if (size) [from, to] = [0, size];
        else {
          const [tail, all] = ends(data);
          [from, to] = [data.length - tail, all - tail];
          node.contents = new Uint8Array(all);
          node.contents.set(data.subarray(0, from));
          node.contents.set(data.subarray(from), to);
        }
        node.usedBytes = size || node.contents.length;
        const { read } = node.stream_ops;
        node.stream_ops = {
          ...node.stream_ops,
          read(stream, buffer, offset, length, position) {
            // Python reads more than it asks for; what stands before can be had without waiting.
            if (position < from) length = Math.min(length, from - position);
            else if (position < to)
              try {
                parts = missing().map(getNow);
                fill();
              } catch (error) {
                console.error(`Pyrite: Python's standard library could not be loaded from ${folder}: ${words(error)}`);
                throw new FS.ErrnoError(EIO);
              }
            return read(stream, buffer, offset, length, position);
          },
        };
        fill();
      };
    },
  };
};
