/** From an interpreter's objects to what can leave its thread: data is copied, functions stay and can be called. */

/** The parts of both interpreters that matter here. */
export interface Interpreter {
  /** Pyodide's classes of proxies. */
  readonly ffi?: Record<"PyProxy" | "PyCallable" | "PyAwaitable", new () => object>;
  /** MicroPython's only class of them. */
  readonly PyProxy?: { new (): object; toJs(value: object): unknown };
  readonly _module?: Module;
  pyimport(name: string): any;
}

/** MicroPython's memory, and how its lists are found there. */
interface Module {
  readonly HEAPU8: Uint8Array;
  _malloc(size: number): number;
  _free(at: number): void;
  _proxy_c_to_js_get_type(ref: number): number;
  _proxy_c_to_js_get_array(ref: number, out: number): void;
}

interface PyProxy {
  (...args: unknown[]): unknown;
  toJs(options: object): unknown;
  readonly type: string;
}

/** How a function of Python is called. */
type Call = (fn: PyProxy, args: unknown[]) => unknown;

export type Convert = (value: unknown) => unknown;

/** An exception under the name that it has in Python, by which the other side knows it again. */
const renamed = (error: Error & { type?: unknown }): Error => {
  if (error.name !== "PythonError" || typeof error.type !== "string") return error;
  const named = new Error(error.message);
  Object.defineProperty(named, "name", { value: error.type });
  named.stack = error.stack;
  return named;
};

const cannot = (type: string) =>
  new TypeError(`a ${type} of Python cannot cross between worker and page: give a dict, a list, or what is in it`);

const forPyodide = (ffi: NonNullable<Interpreter["ffi"]>, call: Call): Convert => {
  // The same Python function has to be the same one on the other side, or no listener could be removed.
  const kept = new WeakMap<PyProxy, (...args: unknown[]) => unknown>();
  const keep = (proxy: PyProxy) => {
    const keeper = kept.get(proxy) ?? ((...args) => call(proxy, args));
    kept.set(proxy, keeper);
    return keeper;
  };
  return (value) => {
    if (!(value instanceof ffi.PyProxy)) return value;
    if (value instanceof ffi.PyAwaitable) return Promise.resolve(value);
    const proxy = value as object as PyProxy;
    if (value instanceof ffi.PyCallable) return keep(proxy);
    // Pyodide would put an error of its own in the place of one that is thrown in here.
    let stuck: string | undefined;
    const copy = proxy.toJs({
      dict_converter: Object.fromEntries,
      default_converter: (item: unknown) => {
        if (item instanceof ffi.PyCallable) return keep(item as PyProxy);
        stuck ??= (item as PyProxy).type;
      },
    });
    if (stuck !== undefined || copy === value) throw cannot(stuck ?? proxy.type);
    return copy;
  };
};

/** MicroPython's numbers for the kinds of a tuple and a list. */
const SEQUENCES = [1, 2];

/**
 * Reads tuples and lists of numbers out of MicroPython's memory: to have them converted one by one takes many times as long.
 * Gives nothing for all else. A whole number of 31 bits is written in place, one bit to the left; a float is an object.
 */
const numbersOf = (interpreter: Interpreter) => {
  const Proxy = interpreter.PyProxy!;
  const module = interpreter._module!;
  /** Where a float's type is. */
  let float = 0;
  const read = (value: unknown): number[] | undefined => {
    const ref = (value as { _ref: number })._ref;
    if (!SEQUENCES.includes(module._proxy_c_to_js_get_type(ref))) return undefined;
    const at = module._malloc(8);
    module._proxy_c_to_js_get_array(ref, at);
    const { buffer } = module.HEAPU8;
    const words = new Int32Array(buffer);
    const doubles = new Float64Array(buffer);
    const length = words[at >> 2]!;
    const first = words[(at >> 2) + 1]! >> 2;
    module._free(at);
    const items: number[] = [];
    for (let index = first; index < first + length; index++) {
      const item = words[index]!;
      if (item & 1) items.push(item >> 1);
      else if (float && (item & 7) === 0 && words[item >> 2] === float) items.push(doubles[(item >> 3) + 1]!);
      else if (!float && length === 2 && index === first) {
        // The first of all, which is known.
        float = words[item >> 2]!;
        items.push(doubles[(item >> 3) + 1]!);
      } else return undefined;
    }
    return items;
  };
  // Some versions break down when somebody asks for their memory.
  if (!Object.getOwnPropertyDescriptor(module, "HEAPU8")?.value) return () => undefined;
  try {
    // Another MicroPython may keep them in another way.
    const [half, whole] = read(interpreter.pyimport("builtins").eval("[0.5, -3]"))!;
    if (half === 0.5 && whole === -3 && float) return (value: unknown) => (value instanceof Proxy ? read(value) : undefined);
  } catch {
    // Then they are converted one by one.
  }
  return () => undefined;
};

const forMicroPython = (interpreter: Interpreter, Proxy: NonNullable<Interpreter["PyProxy"]>): Convert => {
  const numbers = numbersOf(interpreter);
  const own = Proxy.toJs;
  // It comes back to this for lists in lists.
  Proxy.toJs = (value) => numbers(value) ?? own.call(Proxy, value);
  let builtins: any;
  const leaf = (value: any): unknown => {
    if (typeof value.then === "function") return value;
    builtins ??= interpreter.pyimport("builtins");
    const type = /'(.+)'/.exec(builtins.str(builtins.type(value)))?.[1] ?? "object";
    if (!["bytes", "bytearray", "memoryview", "array"].includes(type)) throw cannot(type);
    // Through base64, because MicroPython gives bytes only one by one.
    const text = atob(interpreter.pyimport("binascii").b2a_base64(value).decode().trim());
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  };
  /** What is left of Python in a copy. */
  const finish = (value: any): unknown => {
    if (value instanceof Proxy) return leaf(value);
    if (Array.isArray(value)) value.forEach((item, index) => typeof item === "object" && (value[index] = finish(item)));
    else if (value && Object.getPrototypeOf(value) === Object.prototype)
      for (const key in value) if (typeof value[key] === "object") value[key] = finish(value[key]);
    return value;
  };
  return (value) => {
    // A coroutine.
    if (typeof (value as any)?.then === "function" && typeof (value as any)._ref === "number") return Promise.resolve(value);
    if (!(value instanceof Proxy)) return value;
    try {
      return finish(Proxy.toJs(value));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new TypeError("a list or dict that contains itself, or is nested too deep, cannot cross from MicroPython");
    }
  };
};

/** Makes of Python's objects, and of its exceptions, what can leave. */
export const converter = (interpreter: Interpreter, call: Call = (fn, args) => fn(...args)): Convert => {
  const { ffi, PyProxy } = interpreter;
  const convert = ffi ? forPyodide(ffi, call) : forMicroPython(interpreter, PyProxy!);
  return (value) => (value instanceof Error ? renamed(value) : convert(value));
};
