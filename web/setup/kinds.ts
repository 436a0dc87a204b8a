/** The values that pass between a configuration's steps. Those that come from a part are described in crates/part. */

/** A language of scripts. */
export type Kind = "py" | "mpy";

/** One message for a person, as the core makes it. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint?: string | null;
  readonly detail?: string | null;
  readonly place?: Place | null;
}

/** Where in the configuration something stands. */
export interface Place {
  readonly file: string;
  readonly line?: number | null;
  readonly source?: string | null;
}

/** A file to download. */
export interface Download {
  readonly source: string;
  /** What the author wrote. */
  readonly written: string;
  readonly path?: string;
  readonly folder?: string;
  readonly archive?: "zip" | "tar" | "tar.gz";
  readonly line: number;
}

/** A package to install. */
export interface Package {
  readonly kind: "named" | "wheel" | "emfs" | "mip" | "built-in";
  readonly written: string;
  readonly name?: string;
  readonly requirement?: string;
  readonly version?: string | null;
  readonly address?: string;
  readonly line: number;
}

/** A JavaScript module or style sheet. */
export interface Module {
  readonly source: string;
  readonly name: string;
  readonly css: boolean;
  /** Where a build of the same package is that is an ES module. */
  readonly esm: string;
}

/** What has to be done for a configuration. */
export interface Plan {
  readonly diagnostics: readonly Diagnostic[];
  readonly config: Record<string, unknown>;
  readonly needs: readonly string[];
  readonly interpreter: { readonly version: string | null; readonly address: string } | null;
  readonly debug: boolean;
  /** Whether Pyodide starts from a snapshot. */
  readonly snapshot: boolean;
  /** What MicroPython's WebAssembly has at the end of its name. */
  readonly variant: string | null;
  readonly downloads: readonly Download[];
  readonly packages: readonly Package[];
  readonly packages_cache: string | null;
  /** What becomes of the packages after this visit. */
  readonly keeping: "keep" | "skip" | "clear" | "passthrough";
  readonly index_urls: readonly string[];
  readonly main_modules: readonly Module[];
  readonly worker_modules: readonly Module[];
  readonly disabled_plugins: readonly string[];
  readonly sync_main_only: boolean;
  readonly create_proxy: "auto" | "manual";
  readonly ffi_timeout: number | null;
}

/** Emscripten's file system, the same in both interpreters. */
export interface FileSystem {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array | string): void;
}

/** The part of an interpreter's interface that both of them have. */
export interface Interpreter {
  readonly FS: FileSystem;
  runPython(code: string): unknown;
  pyimport(name: string): any;
  /** Pyodide's, to be told more about errors. */
  setDebug?(on: boolean): void;
}

/** Thrown when a configuration cannot be carried out; every reason is one message. */
export class Failed extends Error {
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join("\n"));
  }
}

/** A failure with one reason. */
export const failed = (code: string, message: string, hint: string, place?: Place, detail?: string): Failed =>
  new Failed([{ code, severity: "error", message: `(${code}): ${message}`, hint, place, detail }]);

/** Waits for all; what went wrong with any of them is told together. */
export const all = async <T>(promises: readonly Promise<T>[]): Promise<T[]> => {
  const ended = await Promise.allSettled(promises);
  const wrong = ended.filter((end) => end.status === "rejected").map(({ reason }) => reason);
  if (!wrong.length) return ended.map((end) => (end as PromiseFulfilledResult<T>).value);
  const other = wrong.find((reason) => !(reason instanceof Failed));
  throw other ?? new Failed(wrong.flatMap(({ diagnostics }: Failed) => diagnostics));
};
