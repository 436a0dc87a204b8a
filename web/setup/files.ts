/** Downloads the files of a configuration and writes them into an interpreter's file system. */
import type { Fetch } from "./fetch";
import { type Download, type FileSystem, type Place, all, failed } from "./kinds";
import { unpack } from "./archive";

/** What to write, complete and checked. */
export interface Tree {
  readonly folders: readonly string[];
  readonly files: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** A size as people write it. */
export const size = (count: number): string =>
  count < 1000 ? `${count} bytes` : count < 1e6 ? `${Math.round(count / 1e3)} kB` : `${(count / 1e6).toFixed(1)} MB`;

const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);

/** Downloads all files side by side and unpacks archives; nothing is written yet. */
export const download = (
  base: string,
  fetch: Fetch,
  downloads: readonly Download[],
  progress: (what: string) => void,
): Promise<Tree[]> =>
  all(
    downloads.map(async ({ source, written, path, folder, archive }) => {
      const data = await fetch(source, written);
      progress(`Loaded ${written} (${size(data.length)})`);
      if (path !== undefined) return { folders: folderOf(path) ? [folderOf(path)] : [], files: [{ path, data }] };
      return unpack(base, written, archive!, folder!, data);
    }),
  );

/** Writes what was downloaded. `placeOf` says where in the configuration a file stands. */
export const write = (fs: FileSystem, trees: readonly Tree[], placeOf: (index: number) => Place | undefined): void => {
  trees.forEach(({ folders, files }, index) => {
    let now = "";
    try {
      for (now of folders) fs.mkdirTree(now);
      for (const { path, data } of files) fs.writeFile((now = path), data);
    } catch (error) {
      const { message, errno } = error as { message?: string; errno?: number };
      const words = message || `error ${errno}`;
      const hint = "a path is either a file or a folder; give one of the entries of `files` another destination";
      throw failed("PY3101", `${now} could not be written to Python's file system: ${words}.`, hint, placeOf(index));
    }
  });
};
