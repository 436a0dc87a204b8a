/** Calls functions of the page's Python by their names. */
import python from "../../python/page/handlers.py";
import type { Interpreter } from "../package";

const callers = new WeakMap<object, (path: string, event: unknown) => unknown>();

/** Calls the function that scripts know as `path`, dots included. What it raises is thrown; that of a task is not. */
export const call = (interpreter: Interpreter, path: string, event: unknown): unknown => {
  let caller = callers.get(interpreter);
  if (!caller) {
    interpreter.FS.writeFile("/lib/pyrite/_handlers.py", new TextEncoder().encode(python));
    caller = interpreter.pyimport("_handlers").call as (path: string, event: unknown) => unknown;
    callers.set(interpreter, caller);
  }
  return caller(path, event);
};
