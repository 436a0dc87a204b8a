/** Python functions that JavaScript may keep, on Pyodide. */

/** The parts of Pyodide through which all proxies of Python objects are made and ended. */
interface Pyodide {
  readonly ffi: Record<"PyAwaitable" | "PyCallable", new () => object>;
  readonly _module: {
    pyproxy_new(pointer: number, options?: { readonly gcRegister?: unknown }): object;
    pyproxy_destroy(proxy: object, message: string, all: boolean): void;
    PyProxy_getAttrsQuiet(proxy: object): { readonly shared: { readonly ptr: number } };
    gc_register_proxy(shared: object): void;
  };
}

/**
 * Lets a function that is given to JavaScript live for as long as JavaScript has it. Pyodide would end its proxy with
 * the call that it is an argument of. The same function has the same proxy, so that a listener can be removed.
 *
 * Only functions and what can be awaited: they are small. Data would pile up between JavaScript's rare collections.
 */
export const keepCallbacks = ({ ffi, _module: module }: Pyodide, bridge: { readonly create_proxy?: string }): void => {
  if (bridge.create_proxy === "manual") return;
  const { pyproxy_new: make, pyproxy_destroy: end } = module;
  /** By the address of the Python object, which nothing else gets while a proxy holds the object. */
  const made = new Map<number, WeakRef<object>>();
  const kept = new WeakSet();
  let limit = 1024;
  const shared = (proxy: object) => module.PyProxy_getAttrsQuiet(proxy).shared;
  module.pyproxy_new = (pointer, options) => {
    // All others have their end in somebody's hand.
    if (options?.gcRegister !== 0) return make(pointer, options);
    const known = made.get(pointer)?.deref();
    if (known && shared(known).ptr) return known;
    const proxy = make(pointer, options);
    if (!(proxy instanceof ffi.PyCallable || proxy instanceof ffi.PyAwaitable)) return proxy;
    module.gc_register_proxy(shared(proxy));
    kept.add(proxy);
    made.set(pointer, new WeakRef(proxy));
    if (made.size > limit) {
      for (const [pointer, ref] of made) if (!ref.deref()) made.delete(pointer);
      limit = 1024 + 2 * made.size;
    }
    return proxy;
  };
  // `all`: the author's own `destroy()`, not the end of a call.
  module.pyproxy_destroy = (proxy, message, all) => {
    if (all || !kept.has(proxy)) end(proxy, message, all);
  };
};
