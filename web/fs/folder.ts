/** A folder that is in two places: in an interpreter's memory and in a directory of the browser. */
import { merge, type Base, type Stamp, type Tree } from "./merge";

/** Emscripten's file system, as far as it is used here. */
export interface FileSystem {
  mkdirTree(path: string): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  readdir(path: string): string[];
  lstat(path: string): { readonly mode: number; readonly mtime: Date; readonly size: number };
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  readFile(path: string): Uint8Array;
  writeFile(path: string, data: Uint8Array): void;
  utime(path: string, accessed: number, changed: number): void;
  analyzePath(path: string): { readonly exists: boolean };
}

type Stamps = Map<string, Stamp>;

const FOLDER: Stamp = { folder: true, time: 0, size: 0 };

/** What a person has to know when the browser does not keep a file. */
const explained = (error: unknown, path: string): Error => {
  const { name, message } = error as Error;
  const said =
    name === "QuotaExceededError" ? "the browser has no room left for this site"
    : name === "NotFoundError" ? "the folder is gone; the browser or the visitor has deleted it"
    : name === "NotAllowedError" ? "the visitor or the browser does not allow it"
    : message;
  return new Error(`${path} could not be kept: ${said}`, { cause: error });
};

export class Folder {
  #base: Base = new Map();
  #last: Promise<unknown> = Promise.resolve();

  /** `lock`: a name that all tabs and workers share which have the same directory. */
  constructor(
    readonly fs: FileSystem,
    readonly path: string,
    readonly directory: FileSystemDirectoryHandle,
    readonly lock: string,
    readonly writes: boolean,
  ) {}

  /** Brings both sides to the same state, one at a time in the whole browser. Tells whether it changed the directory. */
  sync(): Promise<boolean> {
    const turn = this.#last.then(() => navigator.locks.request(this.lock, () => this.#sync()));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Whether something was changed in memory since the last time. */
  get changed(): boolean {
    const here = this.#here();
    if (here.size !== this.#base.size) return true;
    for (const [path, { time, size }] of here) {
      const before = this.#base.get(path)?.here;
      if (before?.time !== time || before.size !== size) return true;
    }
    return false;
  }

  /** Takes all out of memory. */
  empty(): void {
    for (const path of [...this.#here().keys()].reverse()) this.#deleteHere(path);
    this.#base = new Map();
  }

  async #sync(): Promise<boolean> {
    const there = await this.#there();
    // From here on what is read of the memory and what is written to it belong together.
    const here = this.#here();
    const base = new Map(this.#base);
    let changed = false;
    try {
      for (const { path, act } of merge(this.#base, here, there)) {
        const full = `${this.path}/${path}`;
        if (act === "load") {
          const file = there.get(path)!;
          if (file.folder) this.fs.mkdirTree(full);
          else await this.#load(path, full);
          base.set(path, { here: this.#stamp(full)!, there: file });
        } else if (act === "save") {
          // It may have been deleted since.
          const file = this.#stamp(full);
          if (!file || !this.writes) continue;
          base.set(path, { here: file, there: await this.#save(path, full, file) });
          changed = true;
        } else if (act === "delete here") {
          this.#deleteHere(path);
          base.delete(path);
        } else if (act === "delete there") {
          if (!this.writes) continue;
          await this.#deleteThere(path);
          base.delete(path);
          changed = true;
        } else if (here.has(path)) base.set(path, { here: here.get(path)!, there: there.get(path)! });
        else base.delete(path);
      }
    } finally {
      this.#base = base;
    }
    return changed;
  }

  #stamp(full: string): Stamp | undefined {
    if (!this.fs.analyzePath(full).exists) return undefined;
    const { mode, mtime, size } = this.fs.lstat(full);
    return this.fs.isDir(mode) ? FOLDER : { folder: false, time: +mtime, size };
  }

  #here(): Stamps {
    const found: Stamps = new Map();
    const walk = (below: string) => {
      for (const name of this.fs.readdir(`${this.path}/${below}`)) {
        if (name === "." || name === "..") continue;
        const path = below + name;
        const { mode, mtime, size } = this.fs.lstat(`${this.path}/${path}`);
        if (this.fs.isDir(mode)) found.set(path, FOLDER), walk(path + "/");
        else if (this.fs.isFile(mode)) found.set(path, { folder: false, time: +mtime, size });
      }
    };
    if (this.fs.analyzePath(this.path).exists) walk("");
    return found;
  }

  async #there(): Promise<Tree> {
    const found: Stamps = new Map();
    const walk = async (directory: FileSystemDirectoryHandle, below: string): Promise<void> => {
      const all: Promise<unknown>[] = [];
      for await (const [name, handle] of (directory as any).entries() as AsyncIterable<[string, FileSystemHandle]>) {
        const path = below + name;
        if (handle.kind === "directory") {
          found.set(path, FOLDER);
          all.push(walk(handle as FileSystemDirectoryHandle, path + "/"));
        } else if (!name.endsWith(".crswap")) {
          // That one is of a write that was broken off.
          all.push((handle as FileSystemFileHandle).getFile().then(({ lastModified: time, size }) => found.set(path, { folder: false, time, size })));
        }
      }
      await Promise.all(all);
    };
    try {
      await walk(this.directory, "");
    } catch (error) {
      throw explained(error, this.path);
    }
    return found;
  }

  /** The directory that a path is in, and its last part. */
  async #parent(path: string, create: boolean): Promise<[FileSystemDirectoryHandle, string]> {
    const parts = path.split("/");
    const name = parts.pop()!;
    let directory = this.directory;
    for (const part of parts) directory = await directory.getDirectoryHandle(part, { create });
    return [directory, name];
  }

  async #load(path: string, full: string): Promise<void> {
    const [directory, name] = await this.#parent(path, false);
    const file = await (await directory.getFileHandle(name)).getFile();
    const data = new Uint8Array(await file.arrayBuffer());
    this.fs.mkdirTree(full.slice(0, full.lastIndexOf("/")));
    this.fs.writeFile(full, data);
    this.fs.utime(full, file.lastModified, file.lastModified);
  }

  /** Writes a whole file: others see it as it was before, or as it is after. */
  async #save(path: string, full: string, { folder }: Stamp): Promise<Stamp> {
    const data = folder ? undefined : this.fs.readFile(full);
    try {
      const [directory, name] = await this.#parent(path, true);
      if (!data) {
        await directory.getDirectoryHandle(name, { create: true });
        return FOLDER;
      }
      const handle = await directory.getFileHandle(name, { create: true });
      await write(handle, data);
      const { lastModified: time, size } = await handle.getFile();
      return { folder, time, size };
    } catch (error) {
      throw explained(error, full);
    }
  }

  #deleteHere(path: string): void {
    const full = `${this.path}/${path}`;
    const stamp = this.#stamp(full);
    if (!stamp) return;
    if (!stamp.folder) this.fs.unlink(full);
    // What was put into it meanwhile stays.
    else if (this.fs.readdir(full).length === 2) this.fs.rmdir(full);
  }

  async #deleteThere(path: string): Promise<void> {
    try {
      const [directory, name] = await this.#parent(path, false);
      await directory.removeEntry(name);
    } catch (error) {
      const { name } = error as Error;
      // Somebody else has deleted it, or has put something into it.
      if (name !== "NotFoundError" && name !== "InvalidModificationError") throw explained(error, `${this.path}/${path}`);
    }
  }
}

/** Not every browser has `createWritable`; those without let workers write. */
const write = async (handle: FileSystemFileHandle, data: Uint8Array): Promise<void> => {
  if ("createWritable" in handle) {
    const stream = await handle.createWritable();
    try {
      await stream.write(data as Uint8Array<ArrayBuffer>);
    } catch (error) {
      await stream.abort();
      throw error;
    }
    return stream.close();
  }
  const open = (handle as any).createSyncAccessHandle;
  if (!open) throw new Error("this browser lets only workers write; use a script with `worker`");
  const access = await open.call(handle);
  try {
    access.truncate(0);
    access.write(data, { at: 0 });
    access.flush();
  } finally {
    access.close();
  }
};
