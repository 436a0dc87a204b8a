/** For which worker's call Python of this page runs, also after an `await`: who closes a circle of waits can be told. */
import micropython from "../../python/page/behalf_micropython.py";
import pyodide from "../../python/page/behalf_pyodide.py";
import type { Interpreter } from "./convert";

type Fn = (...args: unknown[]) => unknown;

/** What one interpreter knows. */
interface Way {
  /** Whether a function is of this interpreter. */
  owns(fn: unknown): boolean;
  /** Runs it for a call. */
  act(call: number, fn: Fn, args: unknown[]): unknown;
  /** The call for which it runs now. */
  caller(): number | undefined;
  /** Keeps the future that was made last under a number; tells whether there is one. */
  follow?(number: number): boolean;
  /** The call for which somebody waits for that. */
  waiter?(number: number): number | undefined;
  /** When a task begins to wait for a promise now, or `soon` will: gives what tells for which call it does, if it is known. */
  task?(soon: boolean): (() => number | undefined) | undefined;
}

/** The task that a coroutine runs in waits, and whatever it waits for; those that it starts and leaves go on without it. */
const forPyodide = (interpreter: any): Way => {
  const globals = interpreter.toPy({ __name__: "_pyrite_behalf" });
  interpreter.runPython(pyodide, { globals });
  const [act, caller, follow, waiter] = ["act", "caller", "follow", "waiter"].map((name) => globals.get(name));
  const { PyProxy } = interpreter.ffi;
  return {
    owns: (fn) => fn instanceof PyProxy,
    act: (call, fn, args) => act(call, fn, ...args),
    caller: () => caller() ?? undefined,
    follow,
    waiter: (number) => waiter(number) ?? undefined,
  };
};

/** The steps of a call's coroutine are marked. Tasks know what they wait for, and so does what stands for the coroutine. */
const forMicroPython = (interpreter: Interpreter): Way => {
  const builtins = interpreter.pyimport("builtins");
  const globals = builtins.dict();
  // Under a name by which tracebacks leave it out.
  builtins.exec(builtins.compile(micropython, "/lib/pyrite/behalf.py", "exec"), globals);
  const { act, task } = globals;
  let now: number | undefined;
  return {
    owns: (fn) => typeof fn === "function" && "_ref" in fn,
    act: (call, fn, args) => {
      const before: (number | undefined)[] = [];
      const enter = (begins: boolean) => {
        if (begins) before.push(now);
        now = begins ? call : before.pop();
      };
      return act(call, fn, enter, ...args);
    },
    caller: () => now,
    task: (soon) => {
      const waiter = task(soon);
      return waiter ? () => waiter() ?? undefined : undefined;
    },
  };
};

let futures = 0;

export const behalf = () => {
  const ways: Way[] = [];
  let isSoon = false;
  return {
    /** What waits for a promise in here does so for whoever will wait for the result. */
    soon: <T>(wait: () => T): T => {
      isSoon = true;
      try {
        return wait();
      } finally {
        isSoon = false;
      }
    },
    add: (interpreter: Interpreter) => ways.push(interpreter.ffi ? forPyodide(interpreter) : forMicroPython(interpreter)),
    act: (call: number, fn: Fn, args: unknown[]): unknown => {
      const way = ways.find((way) => way.owns(fn));
      return way ? way.act(call, fn, args) : fn(...args);
    },
    caller: () => {
      for (const way of ways) {
        const call = way.caller();
        if (call !== undefined) return call;
      }
      return undefined;
    },
    follows: () => ways.some((way) => way.follow),
    task: () => {
      for (const way of ways) {
        const waiter = way.task?.(isSoon);
        if (waiter) return waiter;
      }
      return undefined;
    },
    follow: () => {
      const number = ++futures;
      const way = ways.find((way) => way.follow?.(number));
      return way && (() => way.waiter!(number));
    },
  };
};
