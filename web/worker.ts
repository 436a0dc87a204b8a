/** The entry of a worker that runs one script: what the page loads as `worker.js`. */
import { initSync, start_worker } from "pyrite-glue";
import { TARGET, type BridgeStart, type Start } from "./host";

/** The parts of both interpreters that matter here. */
interface Interpreter {
  /** Pyodide's classes of proxies. */
  readonly ffi?: Record<"PyProxy" | "PyCallable" | "PyAwaitable", new () => object>;
  /** MicroPython's only class of them. */
  readonly PyProxy?: { new (): object; toJs(value: object): unknown };
}

interface PyProxy {
  (...args: unknown[]): unknown;
  toJs(options: object): unknown;
}

type Convert = (value: unknown) => unknown;

/** Makes of Python's objects what can leave the worker: functions stay here and can be called, data is copied. */
const converter = ({ ffi, PyProxy }: Interpreter): Convert => {
  if (!ffi) return (value) => (PyProxy && value instanceof PyProxy ? PyProxy.toJs(value) : value);
  // The same Python function has to be the same one on the page, or no listener could be removed.
  const kept = new WeakMap<PyProxy, (...args: unknown[]) => unknown>();
  const keep = (proxy: PyProxy) => {
    const keeper = kept.get(proxy) ?? ((...args) => proxy(...args));
    kept.set(proxy, keeper);
    return keeper;
  };
  return (value) => {
    if (!(value instanceof ffi.PyProxy)) return value;
    if (value instanceof ffi.PyAwaitable) return Promise.resolve(value);
    const proxy = value as object as PyProxy;
    return value instanceof ffi.PyCallable ? keep(proxy) : proxy.toJs({ dict_converter: Object.fromEntries });
  };
};

/** What Python gets of the page. */
const cross = async (bridge: BridgeStart | undefined): Promise<object> => {
  if (!bridge) return {};
  let convert: Convert = (value) => value;
  const { openWorker } = await import(bridge.address);
  const transform = (value: unknown) => convert(value);
  const { window, document, sync, isSynchronous, remember } = openWorker(bridge.init, bridge.module, { transform });
  return {
    sync,
    // Without shared memory nothing can be asked and answered in one step.
    ...(isSynchronous && { window, document, remember, target: () => sync[TARGET]() }),
    started: (interpreter: Interpreter) => (convert = converter(interpreter)),
  };
};

const begin = async (event: MessageEvent<Start>) => {
  if (!(event.data?.port instanceof MessagePort)) return;
  event.stopImmediatePropagation();
  removeEventListener("message", begin);
  const { runtime, port, bridge, job } = event.data;
  initSync({ module: runtime });
  start_worker((text: string) => port.postMessage(text), await cross(bridge), ...job);
};

addEventListener("message", begin);
