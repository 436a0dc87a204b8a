/** Scripts of pages as `pyrite build --precompile` has compiled them: a chunk of such builds only (`scripts.js`). */
import keep from "../../python/page/compiled.py";
import { keyed } from "../base";
import { absolute } from "../host";

/** The parts of Pyodide that are used here. */
interface Pyodide {
  pyimport(name: string): any;
  runPython(code: string, options?: object): any;
}

/** The file with the code of this page, or of the page that this worker belongs to. */
const fileOf = (base: string, files: Record<string, string>): string | undefined => {
  const root = new URL("../", base).href;
  const page = ("Window" in globalThis ? location.href : absolute("")).replace(/[?#].*/, "");
  if (!page.startsWith(root)) return;
  const path = decodeURIComponent(page.slice(root.length));
  // Hosts have several addresses for one page.
  const name = [path, `${path}index.html`, `${path}.html`, `${path}/index.html`].find((name) => Object.hasOwn(files, name));
  return name === undefined ? undefined : files[name];
};

/** Fetches the code of this page; gives what lets an interpreter use it. */
export const begin = (base: string, files: Record<string, string>): ((pyodide: Pyodide) => Promise<void>) => {
  const file = fileOf(base, files);
  // Without it, scripts are compiled as everywhere.
  const fetching = file && fetch(keyed(base + file)).then((answer) => (answer.ok ? answer.arrayBuffer() : undefined), () => undefined);
  return async (pyodide) => {
    const bytes = await fetching;
    if (!bytes) return;
    const { pyimport } = pyodide;
    // The runtime imports its own module as soon as it has written it (py.ts).
    pyodide.pyimport = (name) => {
      const module = pyimport.call(pyodide, name);
      if (name === "_pyrite") {
        pyodide.pyimport = pyimport;
        const globals = pyodide.runPython("{}");
        pyodide.runPython(keep, { globals });
        globals.get("keep")(module, new Uint8Array(bytes));
        globals.destroy();
      }
      return module;
    };
  };
};
