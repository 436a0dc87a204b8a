/** What `pyscript.fs` is built on: a chunk that is loaded when Python imports it, and on the page for its workers. */
import { Folder, type FileSystem } from "./folder";
import { forget as forgetHandle, known, pick } from "./picker";

/** Where a page has this chunk for its workers. */
const PAGE = Symbol.for("@pyrite/fs");
const address = import.meta.url;
/** Workers that reach their page have a `document`, too. */
const onThePage = "Window" in globalThis;

type Page = Window & typeof globalThis & { [PAGE]?: { pick: typeof pick } };
if (onThePage) (globalThis as unknown as Page)[PAGE] = { pick };

interface Entry {
  readonly fs: FileSystem;
  readonly path: string;
  readonly folder: Folder;
  /** Whether it is written without being asked for. */
  readonly keeps: boolean;
}

/** Both interpreters of a page may have a folder at the same path. */
const entries = new Set<Entry>();
const find = (fs: FileSystem, path: string) => [...entries].find((entry) => entry.fs === fs && entry.path === path);

/** This chunk on the page of a worker. `page` is the page's window as workers have it, if they have it. */
const onPage = async (page: Page | undefined): Promise<{ pick: typeof pick }> => {
  if (onThePage) return { pick };
  if (!page) throw new Error("this worker cannot reach the page, which has to ask for the folder");
  if (!page[PAGE]) {
    const script = page.document.createElement("script");
    script.type = "module";
    script.src = address;
    await new Promise((resolve, reject) => {
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => reject(new Error(`${address} could not be loaded`)));
      page.document.head.append(script);
    });
  }
  return page[PAGE]!;
};

/** The words of Emscripten's file system for directories. */
const check = (fs: FileSystem, path: string): void => {
  if (!fs.analyzePath(path).exists) return;
  if (!fs.isDir(fs.lstat(path).mode)) throw new Error(`path '${path}' points to a file not a directory`);
  if (fs.readdir(path).length > 2) throw new Error(`directory '${path}' is not empty`);
};

const add = async (fs: FileSystem, path: string, directory: FileSystemDirectoryHandle, lock: string, writes: boolean, keeps: boolean) => {
  const folder = new Folder(fs, path, directory, lock, writes);
  fs.mkdirTree(path);
  await folder.sync();
  entries.add({ fs, path, folder, keeps });
};

/** Puts a directory of the visitor's computer at `path`. */
export const mount = async (
  fs: FileSystem,
  path: string,
  mode: "read" | "readwrite",
  startIn: string,
  id: string,
  page: Page | undefined,
): Promise<void> => {
  check(fs, path);
  const key = `${path}@${id}`;
  let directory = await known(key, mode);
  if (!directory) {
    await (await onPage(page)).pick(key, { mode, id, startIn });
    directory = await known(key, mode);
  }
  if (!directory) throw new Error("storage permissions not granted");
  await add(fs, path, directory, `@pyrite/fs/${key}`, mode === "readwrite", false);
};

/** Keeps the folder at `path` in the browser's storage for this site. */
export const persist = async (fs: FileSystem, path: string): Promise<void> => {
  if (fs.analyzePath(path).exists && !fs.isDir(fs.lstat(path).mode)) {
    throw new Error(`path '${path}' points to a file not a directory`);
  }
  let directory: FileSystemDirectoryHandle;
  try {
    const own = await (await navigator.storage.getDirectory()).getDirectoryHandle("pyrite", { create: true });
    directory = await own.getDirectoryHandle(encodeURIComponent(path), { create: true });
  } catch (error) {
    const hint = globalThis.isSecureContext ? "" : " It does so only for pages at https:// and on this machine.";
    throw new Error(`The browser keeps no files for this page: ${(error as Error).message ?? error}.${hint}`);
  }
  await add(fs, path, directory, `@pyrite/fs/${path}`, true, true);
  watch(fs);
};

const share = async ({ folder, keeps, path }: Entry): Promise<void> => {
  if ((await folder.sync()) && keeps) news.postMessage(path);
};

/** Brings a folder and its directory to the same state. */
export const sync = async (fs: FileSystem, path: string): Promise<void> => {
  const entry = find(fs, path);
  if (entry) await share(entry);
};

/** Ends what `mount` or `persist` began. */
export const unmount = async (fs: FileSystem, path: string): Promise<void> => {
  const entry = find(fs, path);
  if (!entry) return;
  await share(entry);
  entries.delete(entry);
  entry.folder.empty();
};

/** Forgets which directory was chosen for a path; tells whether there was one. */
export const forget = (_: FileSystem, key: string): Promise<boolean> => forgetHandle(key);

/** How soon after a file was written it is kept, in milliseconds. */
const SOON = 50;

/** Tells all tabs and workers which folder has changed, this one included: its other interpreter may have it, too. */
const news = new BroadcastChannel("@pyrite/fs");
new BroadcastChannel("@pyrite/fs").onmessage = ({ data }) => {
  for (const entry of entries) if (entry.keeps && entry.path === data) share(entry).catch(report);
};

const report = (error: unknown) => console.error((error as Error).message);
const watched = new WeakSet<FileSystem>();
let planned: ReturnType<typeof setTimeout> | undefined;

const keep = () => {
  planned = undefined;
  for (const entry of entries) if (entry.keeps && entry.folder.changed) share(entry).catch(report);
};

/** Notices that files were changed: whatever changes one calls these methods, also when Python does it. */
const watch = (fs: FileSystem): void => {
  if (watched.has(fs)) return;
  watched.add(fs);
  const methods = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ["close", "unlink", "rename", "rmdir", "mkdir", "truncate"]) {
    const own = methods[name]!;
    methods[name] = function (...args: unknown[]) {
      planned ??= setTimeout(keep, SOON);
      return own.apply(fs, args);
    };
  }
  // A page that is hidden may be gone before a timer fires.
  if (onThePage) document.addEventListener("visibilitychange", () => document.hidden && keep());
};
