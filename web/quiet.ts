/** What configurations say about errors: the console only (`plugins = ["!error"]`), or all there is (`debug = true`). */

/** The name under which a worker tells its page. */
export const HUSH = "__pyrite_hush__";

const KEY = Symbol.for("pyrite.quiet");

/** One set for the page; the chunks that ask and those that tell are not the same. */
export const hushed = (): Set<string> => ((globalThis as unknown as Record<symbol, Set<string>>)[KEY] ??= new Set());

/** Whether the page shows an error of this language; one that belongs to none is quiet with either. */
export const isShown = (language: string | undefined): boolean =>
  language ? !hushed().has(language) : !hushed().has("py") && !hushed().has("mpy");

/** What says, among those that are quiet, that a language wants tracebacks with all frames. */
export const full = (language: string): string => `${language} in full`;

/** Whether tracebacks of this language are shown with the runtime's own frames. */
export const isFull = (language: string | undefined): boolean =>
  language ? hushed().has(full(language)) : hushed().has(full("py")) || hushed().has(full("mpy"));
