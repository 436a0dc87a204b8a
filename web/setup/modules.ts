/** JavaScript modules and style sheets that Python imports as `pyscript.js_modules.NAME`. */
import js_modules from "../../python/configured/js_modules.py";
import type { Fetch } from "./fetch";
import { type Interpreter, type Module, all, failed } from "./kinds";

/** What Python gets: modules by name, and what to say about those that are none. */
export interface Modules {
  readonly modules: Record<string, object>;
  /** Why a name cannot be imported from a module. */
  missing(name: string, wanted: string): string;
}

/** Adds a style sheet to the page, once. */
const style = (address: string): void => {
  if (typeof document === "undefined") return;
  if ([...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].some(({ href }) => href === address)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
};

const load = async (fetch: Fetch, { source, name }: Module): Promise<object> => {
  try {
    return await import(source);
  } catch (error) {
    // The browser does not say whether it was the address or the code; asking for the file tells.
    await fetch(source);
    throw failed(
      "PY3103",
      `The JavaScript module ${name} could not be loaded from ${source}: ${(error as Error).message}`,
      "its code or one of its own imports is at fault; open the address in the browser to see it",
    );
  }
};

/** The name of a package in the address of one of its files on a CDN, else the name that Python uses. */
const packageOf = (source: string, name: string): string =>
  /(?:\/npm|unpkg\.com|esm\.sh|cdnjs\.cloudflare\.com\/ajax\/libs)\/((?:@[^/@]+\/)?[^/@?]+)/.exec(source)?.[1] ?? name;

/** Imports all modules side by side. */
export const loadModules = async (fetch: Fetch, modules: readonly Module[]): Promise<Modules> => {
  for (const { source } of modules.filter(({ css }) => css)) style(source);
  const scripts = modules.filter(({ css }) => !css);
  const namespaces = await all(scripts.map((script) => load(fetch, script)));
  const found: Record<string, object> = {};
  scripts.forEach(({ name }, index) => (found[name] = namespaces[index]!));
  // A name that has a style sheet only is there, and empty.
  for (const { name } of modules) found[name] ??= {};
  return {
    modules: found,
    missing: (name, wanted) => {
      const there = Object.keys(found[name] ?? {});
      const source = scripts.find((script) => script.name === name)?.source ?? name;
      if (there.length) return `JavaScript module '${name}' exports no '${wanted}'; it has: ${there.sort().join(", ")}`;
      return (
        `'${wanted}' cannot be imported from JavaScript module '${name}': ${source} is not an ES module, it exports nothing. ` +
        `Use a build that is one, https://esm.run/${packageOf(source, name)} for example`
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
