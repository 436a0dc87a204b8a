/** What goes with MicroPython: a chunk that is loaded with it (`mpy.js`). */
import files from "pyrite-package/mpy.json";
import { keyed } from "./base";
import { withInstantiation } from "./instantiate";
import { type Imports, Runner, guard } from "./micropython";
import { type Interpreter, type Start, install } from "./package";

export { compiled } from "./instantiate";

/** Whether this is what `sys.exit()` raises to end a script without a complaint. */
const isQuietExit = (error: any): boolean =>
  error?.type === "SystemExit" && /(^|\n)SystemExit: ?(0|None)?\s*$/.test(error.message);

/** Starts the interpreter whose module is at `address`. */
export const start: Start = async (address, options, stdout, stderr) => {
  // It keeps all it knows in the global scope, if it has no place of its own for that (extras/another.ts).
  const { loadMicroPython, own = globalThis } = await import(keyed(address));
  const runner = new Runner(own);
  // A configuration may ask for another variant.
  const url = keyed((options as { url?: string }).url ?? address.replace(/\.[^.]*$/, "") + ".wasm");
  const interpreter: Interpreter & { readonly _module: any } = await withInstantiation(
    url,
    () => loadMicroPython({ ...options, url, stdout, stderr }),
    ({ env }) => !!env?.proxy_js_free_obj && guard(env as Imports, runner),
    { come: (instance) => runner.remember(instance) },
    own.WebAssembly,
  );
  runner.follow(interpreter._module);
  return {
    interpreter,
    install(bridge) {
      bridge.runner = runner;
      // Each place before it costs an import three failed looks at the file system.
      install(interpreter, files, bridge, 1);
    },
    async run(code, _, blankLines, async, script, begun) {
      const text = "\n".repeat(blankLines) + code;
      try {
        const before = runner.enter(script as Element | undefined);
        let ended: unknown;
        try {
          ended = async ? interpreter.runPythonAsync(text) : interpreter.runPython(text);
        } finally {
          runner.enter(before);
          if (async) begun();
        }
        if (async) await ended;
      } catch (error) {
        if (!isQuietExit(error)) throw error;
      }
    },
    current: () => runner.script,
  };
};
