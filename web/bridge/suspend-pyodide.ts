/** How Pyodide is made to stand still: it knows JavaScript Promise Integration by itself. */
import type { Host, Import, Side } from "./suspend";

/** What Pyodide's WebAssembly imports and we need. */
interface Environment {
  can_run_sync_js(): number;
  saveState(): unknown;
  restoreState(state: unknown): void;
}

/** What of a started Pyodide we need. */
interface Pyodide {
  readonly ffi: { readonly PyProxy: new () => object };
  readonly _api: { scheduleCallback(callback: () => void, delay: number): void };
  pyimport(name: string): Record<string, unknown>;
}
type Callable = ((...args: unknown[]) => unknown) & { callPromising(...args: unknown[]): Promise<unknown> };

/** These only look at what a value is: they never ask. */
const NEVER = /^(Jsv_typeof|JsvNoValue|JsvNum|JsvFunction_Check|JsvArray_Check|JsvError|__hiwire|set_|restoreState|raw_call)/;

const IMPORTED = ["JsProxy_GetAttr_js", "can_run_sync_js", "saveState", "restoreState"];

/** Nothing if this is not what Pyodide imports. */
export const pyodide = (imported: Record<string, Import>, host: Host): Side | undefined => {
  if (!IMPORTED.every((name) => name in imported)) return undefined;
  // `restoreState` is the import itself: no loop is put in front of it.
  const env = { ...imported } as unknown as Environment;
  let clearError = () => {};
  let isProxy = (_value: unknown) => false;
  const side = {
    // Some are no functions, but stand still by themselves.
    imports: Object.fromEntries(Object.entries(imported).flatMap(([name, fn]) =>
      typeof fn === "function" && /^[vijfde][ijfde]*e[ijfde]*$/.test(fn.sig ?? "") && !NEVER.test(name) ? [[name, fn.sig!]] : [])),
    came(exports: any) {
      const { PyErr_Clear, emscripten_stack_get_current: get, _emscripten_stack_restore: set } = exports;
      if (PyErr_Clear) clearError = PyErr_Clear;
      if (get && set) side.stack = { get, set };
      return exports;
    },
    get canStand() { return Boolean(env.can_run_sync_js()); },
    about: (first: unknown) => first,
    save() {
      // What was left half done may have complained.
      clearError();
      return env.saveState();
    },
    restore: (state: unknown) => env.restoreState(state),
    attach(pyodide: Pyodide) {
      isProxy = (value) => value instanceof pyodide.ffi.PyProxy && typeof (value as Callable).callPromising === "function";
      const { scheduleCallback } = pyodide._api;
      side.schedule = scheduleCallback;
      // asyncio's own steps.
      pyodide.pyimport("pyodide.webloop").scheduleCallback = (callback: () => void, delay: number) =>
        scheduleCallback(() => host.enter(callback), delay);
      return true;
    },
    isProxy: (value: unknown) => isProxy(value),
    call: (fn: Callable, args: unknown[]) =>
      new Promise((ok, no) => host.enter(() => fn.callPromising(...args).then(ok, no))),
    isActive: false,
    isLate: true,
    schedule: (callback: () => void, delay: number) => void setTimeout(callback, delay),
    stack: { get: () => 0, set: (_at: number) => {} },
  };
  return side;
};
