/** JavaScript modules and style sheets that Python imports as `pyscript.js_modules.NAME`. */
import js_modules from "../../python/configured/js_modules.py";
import { IMPORT, style, unloaded } from "../modules";
import type { Fetch } from "./fetch";
import { type Interpreter, type Module, all, failed } from "./kinds";

/** What Python gets: modules by name, and what to say about those that are none. */
export interface Modules {
  readonly modules: Record<string, object>;
  /** Why a name cannot be imported from a module. */
  missing(name: string, wanted: string): string;
}

const load = async (fetch: Fetch, { source, name }: Module): Promise<object> => {
  try {
    return await import(source);
  } catch (error) {
    // The browser does not say whether it was the address or the code; asking for the file tells.
    await fetch(source);
    throw failed("PY3103", ...unloaded(source, name, error));
  }
};

/** What a worker has of its page. */
interface Page {
  /** Functions of the page. */
  readonly sync?: Record<string, (...args: unknown[]) => unknown>;
  /** Absent where the worker cannot wait for the page. */
  readonly window?: unknown;
}

/** A module of the page as a property that asks for it when it is read; the page imports it then. */
const ofPage = ({ source, name }: Module, page: Page): PropertyDescriptor => {
  let module: unknown;
  return {
    configurable: true,
    enumerable: true,
    get: () => {
      if (module) return module;
      if (!page.window) {
        return (
          `JavaScript module '${name}' lives on the page, which this worker cannot reach without SharedArrayBuffer; ` +
          "one that needs no document may stand in `[js_modules.worker]`. " +
          "See: https://docs.pyscript.net/latest/faq/#sharedarraybuffer"
        );
      }
      const given = page.sync![IMPORT]!(source, name);
      if (typeof given !== "string") module = given;
      return given;
    },
  };
};

/** Imports all modules side by side. A worker has those of its page as well, given in `ofMain`. */
export const loadModules = async (
  fetch: Fetch,
  modules: readonly Module[],
  ofMain: readonly Module[] = [],
  page: Page = {},
): Promise<Modules> => {
  const found: Record<string, object> = {};
  for (const { source, name } of ofMain.filter(({ css }) => css)) void page.sync?.[IMPORT]!(source, name, true);
  for (const module of ofMain.filter(({ css }) => !css)) Object.defineProperty(found, module.name, ofPage(module, page));
  if (typeof document !== "undefined") for (const { source } of modules.filter(({ css }) => css)) style(source);
  const scripts = modules.filter(({ css }) => !css);
  const namespaces = await all(scripts.map((script) => load(fetch, script)));
  scripts.forEach(({ name }, index) => Object.defineProperty(found, name, { value: namespaces[index], configurable: true, enumerable: true }));
  modules = [...modules, ...ofMain];
  // A name that has a style sheet only is there, and empty.
  for (const { name } of modules) if (!(name in found)) found[name] = {};
  return {
    modules: found,
    missing: (name, wanted) => {
      const there = Object.keys(found[name] ?? {});
      const { source, esm } = modules.find((one) => one.name === name && !one.css) ?? { source: name, esm: `https://esm.run/${name}` };
      if (there.length) return `JavaScript module '${name}' exports no '${wanted}'; it has: ${there.sort().join(", ")}`;
      return (
        `'${wanted}' cannot be imported from JavaScript module '${name}': ${source} is not an ES module, it exports nothing. ` +
        `Use a build that is one, ${esm} for example`
      );
    },
  };
};


/** Makes modules known to Python; `bridge` is the module `_pyscript`. */
export const install = ({ FS }: Interpreter, bridge: Record<string, unknown>, { modules, missing }: Modules): void => {
  bridge.js_modules = modules;
  bridge.missing = missing;
  FS.writeFile("/lib/pyrite/pyscript/js_modules.py", js_modules);
};
