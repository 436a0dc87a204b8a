/** For which worker's call Python of this page runs, also after an `await`: who closes a circle of waits can be told. */
import type { Interpreter } from "./convert";

type Fn = (...args: unknown[]) => unknown;

/** Runs `fn` for a call; undefined when the function is not of this interpreter. */
interface Way {
  owns(fn: unknown): boolean;
  act(call: number, fn: Fn, args: unknown[]): unknown;
  caller(): number | undefined;
}

const PYODIDE = `
import asyncio, inspect

calls = {}

def act(call, function, *args):
    result = function(*args)
    if inspect.iscoroutine(result):
        result = asyncio.ensure_future(result)
        calls[result] = call
        result.add_done_callback(calls.pop)
    return result

def caller():
    try:
        return calls.get(asyncio.current_task())
    except RuntimeError:
        return None

(act, caller)
`;

/** The task that a coroutine runs in is the only one that waits; those that it starts go on without it. */
const forPyodide = (interpreter: any): Way => {
  const globals = interpreter.toPy({});
  const [act, caller] = interpreter.runPython(PYODIDE, { globals });
  const { PyProxy } = interpreter.ffi;
  return {
    owns: (fn) => fn instanceof PyProxy,
    act: (call, fn, args) => act(call, fn, ...args),
    caller: () => caller() ?? undefined,
  };
};

/** A coroutine is resumed under the number of its proxy. */
const forMicroPython = (interpreter: any): Way => {
  const module = interpreter._module;
  const calls = new Map<number, number>();
  let now: number | undefined;
  const resume = module._proxy_c_to_js_resume as Fn;
  module._proxy_c_to_js_resume = (id: number, ...rest: unknown[]) => {
    const before = now;
    now = calls.get(id);
    try {
      return resume(id, ...rest);
    } finally {
      now = before;
    }
  };
  return {
    owns: (fn) => typeof fn === "function" && "_ref" in fn,
    act: (call, fn, args) => {
      // What it gives is a promise; the coroutine in it is known only to the list of proxies.
      const proxies = (globalThis as unknown as { proxy_js_map: Map<number, WeakRef<any>> }).proxy_js_map;
      const { set } = proxies;
      const made: number[] = [];
      proxies.set = (id, ref) => {
        if (typeof ref.deref()?.then === "function") {
          calls.set(id, call);
          made.push(id);
        }
        return set.call(proxies, id, ref);
      };
      let result: unknown;
      try {
        result = fn(...args);
      } finally {
        proxies.set = set;
      }
      const forget = () => made.forEach((id) => calls.delete(id));
      if (made.length) Promise.resolve(result).then(forget, forget);
      return result;
    },
    caller: () => now,
  };
};

export const behalf = () => {
  const ways: Way[] = [];
  return {
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
  };
};
