/** The library of games: whether a configuration brings it, and getting it where none does. */
import { type Facts, failure } from "./failure";

const words = (error: any): string => (typeof error?.message === "string" ? error.message : String(error));

/** Whether a configuration names the library itself; a wheel of it somewhere else counts as well. */
const brings = (config: { packages?: unknown }): boolean =>
  Array.isArray(config.packages) && config.packages.some((name) => typeof name === "string" && /(^|\/)pygame[-_.]?ce\b/i.test(name));

/** What went wrong before a game could begin, as facts. */
export const explained = (error: unknown): Facts => {
  const facts = words(error);
  if (facts.includes("\0")) return facts;
  const hint =
    "pygame-ce comes with Pyodide's packages: put its wheel where the page can reach it, and name it in the game's " +
    "`config`, as in config='{\"packages\": [\"./pygame_ce-….whl\"]}'";
  return failure("PY3102", "A game could not start without pygame-ce", hint, facts);
};

/** Prepares an interpreter for a game on a canvas. */
export const prepare = async (interpreter: any, bridge: Record<string, any>, canvas: unknown): Promise<void> => {
  if (!brings(JSON.parse(bridge.config))) {
    await bridge.install("pygame-ce");
    // Pyodide only writes a line when a wheel of its own index cannot be had.
    interpreter.runPython("__import__('importlib.metadata').metadata.version('pygame-ce')");
  }
  // SDL leaves the stack of `main` in order to run frames; Pyodide is not to take that for a crash.
  interpreter._api._skip_unwind_fatal_error = true;
  interpreter.canvas.setCanvas2D(canvas);
};

/** What a worker asks its page for, which answers with `{ canvas }`. */
export const WANTED = "pyrite:canvas";
