/** From nothing to an interpreter that is ready for scripts. The same on the page and in a worker. */
import { base, chunk as load, keyed } from "./base";
import { absolute, importModule, words } from "./host";
import type { Engine, Start } from "./package";

/** Languages and the interpreters that run them. */
export type Kind = "py" | "mpy";

/** What an interpreter is started with and given. */
export interface Configured {
  readonly address: string;
  readonly options: object;
  install?(interpreter: unknown): Promise<unknown>;
}

/** Becomes the module `_pyscript`, on which the Python package is built. */
export type Bridge = Record<string, unknown>;

/** Understands a configuration, and begins with what it asks for. */
export const configure = async (
  kind: Kind,
  name: string,
  config: object | undefined,
  bridge: Bridge,
  progress: (what: string) => void,
): Promise<Configured> => {
  const address = `${base}${name}/${name}.mjs`;
  Object.assign(bridge, {
    config: JSON.stringify({ type: kind }),
    js_import: importModule,
    base,
    keyed,
    library: keyed(base + "pyodide/python_stdlib.zip"),
    // For Python that installs more while it runs: a promise, with what went wrong as its words.
    install: async (...names: string[]) => (await chunk()).install(kind, names, surroundings, bridge.interpreter),
  });
  if (!globalThis.document) bridge.page = absolute("");
  // Our own copy of Pyodide comes with its library compiled.
  const options = kind === "py" ? { stdLibURL: keyed(base + "pyodide/python_stdlib_compiled.zip") } : {};
  const surroundings = { base, address, options, bridge, progress };
  const chunk = () => load("setup.js");
  return config ? (await chunk()).configure(config, surroundings) : surroundings;
};

/**
 * Starts an interpreter. `config` is what the page's `findConfig` gave; `progress` is told what is done at the moment, in
 * the words of `py:progress`. Fails with facts (crates/core/src/facts.rs).
 */
export const boot = async (
  kind: Kind,
  config: object | undefined,
  bridge: Bridge,
  stdout: (line: string) => void,
  stderr: (line: string) => void,
  progress: (what: string) => void,
): Promise<Engine> => {
  const name = kind === "py" ? "Pyodide" : "MicroPython";
  const chunk = `${base}${kind}.js`;
  /** What a step gives, or the facts of its failure. */
  const tried = async <T>(step: () => T | PromiseLike<T>, ...facts: string[]): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      throw typeof error === "string" ? error : [...facts, words(error)].join("\0");
    }
  };
  progress("Loading " + name);
  // Asked for now, needed once the configuration is read.
  const loading = tried(() => load(kind + ".js") as Promise<{ start: Start }>, "PY3000", "chunk", kind, chunk);
  loading.catch(() => {});
  const { address, options, install } = await tried(() => configure(kind, name.toLowerCase(), config, bridge, progress), "PY3002", "setup");
  progress("Loading interpreter");
  const { start } = await loading;
  const engine = await tried(() => start(address, options, stdout, stderr), "PY3000", "interpreter", kind, address);
  progress("Loaded interpreter");
  await tried(() => engine.install(bridge), "PY3000", "chunk", kind, chunk);
  bridge.interpreter = engine.interpreter;
  await tried(() => install?.(engine.interpreter), "PY3002", "setup");
  progress("Loaded " + name);
  return engine;
};
