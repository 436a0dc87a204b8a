/** Which languages want their errors in the console only: `plugins = ["!error"]` in a configuration. */

/** The name under which a worker tells its page. */
export const HUSH = "__pyrite_hush__";

const KEY = Symbol.for("pyrite.quiet");

/** One set for the page; the chunks that ask and those that tell are not the same. */
export const hushed = (): Set<string> => ((globalThis as unknown as Record<symbol, Set<string>>)[KEY] ??= new Set());

/** Whether the page shows an error of this language; one that belongs to none is quiet with either. */
export const isShown = (language: string | undefined): boolean =>
  language ? !hushed().has(language) : hushed().size === 0;
