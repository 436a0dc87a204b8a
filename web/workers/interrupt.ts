/** How Python of a worker is interrupted and sleeps, where the page and the worker share memory. */
import micropython from "../../python/page/interrupts_micropython.py";
import pyodide from "../../python/page/interrupts_pyodide.py";

/** What of an interpreter is used here. */
interface Interpreter {
  /** Only Pyodide has it. It reads the first item, and sets it to 0. */
  setInterruptBuffer?(flag: { 0: number }): void;
  checkInterrupt?(): void;
  toPy?(value: object): any;
  runPython(code: string, options?: object): unknown;
  pyimport(name: string): any;
}

/** Of the bridge's end: where an interruption shows, and to stand still for a while; tells whether one has ended that. */
interface End {
  readonly interrupts: Uint8Array;
  nap(milliseconds: number): boolean;
}

/** What an interpreter does about interruptions. */
export interface Interrupted {
  /** One has ended what the worker waited for: raises. */
  raise(): unknown;
  /** One has come while nothing ran, or what runs waits. */
  idle?(): void;
  /** Python is about to wait: raises when one has come before. */
  due?(): unknown;
}

type Import = (...args: unknown[]) => unknown;

/** Imports that MicroPython calls all the time, whatever it runs; only a loop with nothing in it calls none. */
const OFTEN = ["invoke_iii", "invoke_iiii", "invoke_ii", "mp_js_ticks_ms", "call0", "call1", "calln", "lookup_attr"];

/** MicroPython has been told of an interruption, which it raises with its next jump: maybe not before it sleeps or waits. */
let isDue = false;

/** Lets MicroPython be interrupted, before it starts. It has nothing to look at, but what it calls can look for it. */
export const watch = ({ interrupts: flag }: End) => {
  const own = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const env = imports?.env as Record<string, Import> | undefined;
    if (!env?.proxy_js_free_obj) return own.call(WebAssembly, source, imports);
    let raise: Import | undefined;
    for (const name of OFTEN) {
      const inner = env[name];
      if (inner)
        // None takes more; an array for them would be slow.
        env[name] = (a, b, c, d, e, f, g) => {
          if (flag[0] !== 0 && raise) {
            flag[0] = 0;
            isDue = true;
            raise();
          }
          return inner(a, b, c, d, e, f, g);
        };
    }
    const result = await own.call(WebAssembly, source, imports);
    raise = result.instance.exports.mp_sched_keyboard_interrupt as Import;
    return result;
  };
};

const forPyodide = (interpreter: Interpreter, { interrupts: flag, nap }: End): Interrupted => {
  let seen = 0;
  interpreter.setInterruptBuffer!({
    get 0() { return (seen = flag[0]!); },
    // One that has come since then is not lost.
    set 0(value) { if (seen) flag[0] = value; },
  });
  const globals = interpreter.toPy!({ __name__: "_pyrite_interrupts", nap });
  interpreter.runPython(pyodide, { globals, filename: "/lib/pyrite/_interrupts.py" });
  const interrupt = globals.get("interrupt");
  return {
    raise() {
      flag[0] = 0;
      interrupt();
    },
    idle() {
      try {
        // Python finds the flag.
        interpreter.checkInterrupt!();
      } catch {
        // A handler of the author's own has raised, and nothing runs.
      }
    },
  };
};

const forMicroPython = (interpreter: Interpreter, { interrupts: flag, nap }: End): Interrupted => {
  const builtins = interpreter.pyimport("builtins");
  const globals = builtins.dict();
  globals.nap = (milliseconds: number) => isPending() || nap(milliseconds);
  // Under a name by which tracebacks leave it out.
  builtins.exec(builtins.compile(micropython, "/lib/pyrite/interrupts.py", "exec"), globals);
  const take = globals.take as () => boolean;
  const isPending = () => {
    if (!isDue) return false;
    isDue = false;
    return take();
  };
  const raise = () => {
    flag[0] = 0;
    // As if it were on its way through JavaScript.
    const error = new Error("KeyboardInterrupt: interrupted while it waited for the page");
    throw Object.assign(error, { name: "PythonError", type: "KeyboardInterrupt" });
  };
  return { raise, due: () => isPending() && raise() };
};

/** Lets an interpreter that has started be interrupted. */
export const interrupted = (interpreter: Interpreter, end: End): Interrupted =>
  (interpreter.setInterruptBuffer ? forPyodide : forMicroPython)(interpreter, end);
