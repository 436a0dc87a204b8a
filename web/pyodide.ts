/** Python functions that JavaScript may keep, on Pyodide. */

/** The parts of Pyodide through which all proxies of Python objects are made, called and ended. */
interface Pyodide {
  readonly _module: {
    pyproxy_new(pointer: number, options?: { readonly gcRegister?: unknown }): object;
    pyproxy_destroy(proxy: object, message: string, all: boolean): void;
    callPyObject(pointer: number, args: unknown[]): unknown;
    PyProxy_getAttrsQuiet(proxy: object): { readonly shared: { readonly ptr: number } };
    gc_register_proxy(shared: object): void;
  };
}

/** `_pyrite.py`: whose code runs. */
interface Scripts {
  current(): unknown;
  enter(script: unknown): unknown;
}

/**
 * Lets a function that is given to JavaScript live for as long as JavaScript has it. Pyodide would end its proxy with
 * the call that it is an argument of. The same function has the same proxy, so that a listener can be removed, and it
 * runs on behalf of the script that gave it away.
 *
 * Only functions and what can be awaited: they are small. Data would pile up between JavaScript's rare collections.
 */
export const keepCallbacks = (
  { _module: module }: Pyodide,
  bridge: { readonly create_proxy?: string },
  { current, enter }: Scripts,
): void => {
  const { pyproxy_new: make, pyproxy_destroy: end, callPyObject: call } = module;
  const manual = bridge.create_proxy === "manual";
  /** By the address of the Python object, which nothing else gets while a proxy holds the object. */
  const made = new Map<number, { readonly ref: WeakRef<object>; readonly script: unknown; readonly borrowed: boolean }>();
  const kept = new WeakSet();
  const gone = new FinalizationRegistry<number>((pointer) => made.get(pointer)?.ref.deref() || made.delete(pointer));
  let depth = 0;
  const shared = (proxy: object) => module.PyProxy_getAttrsQuiet(proxy).shared;
  const asked = shared(current).ptr;
  module.pyproxy_new = (pointer, options) => {
    // Those that Pyodide does not free by itself end with a call.
    const borrowed = options?.gcRegister === 0 && !manual;
    const before = made.get(pointer);
    const known = before?.ref.deref();
    if (known && borrowed && before!.borrowed && shared(known).ptr) return known;
    const proxy = make(pointer, options);
    // What can be awaited is known by its class.
    if (typeof proxy !== "function" && (manual || !("then" in Object.getPrototypeOf(proxy)))) return proxy;
    if (borrowed) module.gc_register_proxy(shared(proxy));
    if (!manual) kept.add(proxy);
    // Asking whose code runs must not change it.
    if ((borrowed || !known) && pointer !== asked) {
      made.set(pointer, { ref: new WeakRef(proxy), script: current(), borrowed });
      gone.register(proxy, pointer);
    }
    return proxy;
  };
  // `all`: the author's own `destroy()`, not the end of a call.
  module.pyproxy_destroy = (proxy, message, all) => {
    if (all || !kept.has(proxy)) end(proxy, message, all);
  };
  module.callPyObject = (pointer, args) => {
    // When Python itself is waiting for the result, the script is known.
    const owned = depth ? undefined : made.get(pointer);
    const alive = owned?.ref.deref();
    const script = alive && shared(alive).ptr && owned!.script;
    depth++;
    const before = script ? enter(script) : script;
    try {
      return call(pointer, args);
    } finally {
      if (before !== script) enter(before);
      depth--;
    }
  };
};
