/** What `pyrite build --precompile` has made, put in its place. */
import sources from "../../python/page/sources.py";
import { keyed } from "../base";
import type { Compiled } from "./compiled";
import type { Fetch } from "./fetch";
import type { Download, FileSystem } from "./kinds";
import type { Pyodide } from "./pyodide";

/** What a build knows of itself (crates/cli/src/build/built.rs). */
export interface Built {
  /** Whether there is an archive of what packages were compiled from. */
  readonly sources: boolean;
  /** Whether modules of the site are compiled. */
  readonly modules: boolean;
  /** Modules of the site for MicroPython: by their path and, after a blank, the place that they get, the runtime's file. */
  readonly small: Record<string, string>;
  /** Scripts of pages: by the page, the file in the runtime's folder. */
  readonly scripts?: Record<string, string> | null;
  /** Snapshots by the packages that pages ask for. */
  readonly snapshots?: Record<string, string> | null;
  /** What has to be linked for them, by their path. */
  readonly libraries?: Record<string, readonly Compiled[]>;
}

/** The build writes it here. Elsewhere it is undefined. */
export const built = (import.meta as { pyrite?: Built }).pyrite;

/** Modules of the site as Python keeps them: a character for each byte. */
interface Modules {
  readonly tag: string;
  readonly modules: Record<string, string>;
}

/** Fetches the modules. */
export const modules = async (base: string, fetch: Fetch): Promise<Modules> =>
  JSON.parse(new TextDecoder().decode(await fetch(keyed(base + "pyodide/compiled.json"))));

/** The path of a file in the site, which is around the runtime. */
const pathOf = (base: string, source: string): string => {
  const [, path] = source.split(new URL("../", base).href);
  return decodeURIComponent(path?.replace(/[?#].*/, "") ?? "");
};

/** Lets MicroPython get modules as its compiler has made them: it takes no source then. */
export const exchanged = (base: string, downloads: readonly Download[]): readonly Download[] =>
  downloads.map((download) => {
    const file = built!.small[`${pathOf(base, download.source)} ${download.path}`];
    return file ? { ...download, source: keyed(base + file), path: download.path!.replace(/py$/, "mpy") } : download;
  });

/** Writes them beside their sources, with which Python compares them: one that is not the same is not used. */
export const place = (fs: FileSystem, base: string, downloads: readonly Download[], compiled: Modules | undefined): void => {
  for (const { source, path } of downloads) {
    const module = /^(.*?)([^/]+)\.py$/.exec(path ?? "");
    const bytes = compiled?.modules[pathOf(base, source)];
    if (!module || !bytes) continue;
    const folder = `${module[1]}__pycache__`;
    fs.mkdirTree(folder);
    fs.writeFile(`${folder}/${module[2]}.${compiled!.tag}.pyc`, Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  }
};

/** Lets tracebacks and `inspect` show lines of packages, which are there compiled. */
export const findSources = (pyodide: Pyodide, base: string): void => {
  const globals = pyodide.runPython("{}");
  pyodide.runPython(sources, { globals });
  globals.get("find_sources")(keyed(base + "pyodide/source.zip"));
  globals.destroy();
};
