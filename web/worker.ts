/** The entry of a worker that runs one script: what the page loads as `worker.js`. */
import { initSync, start_worker } from "pyrite-glue";
import { TARGET, type BridgeStart, type Start, WAY } from "./host";

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
const converter = ({ ffi, PyProxy }: Interpreter, call: (fn: PyProxy, args: unknown[]) => unknown): Convert => {
  if (!ffi) return (value) => (PyProxy && value instanceof PyProxy ? PyProxy.toJs(value) : value);
  // The same Python function has to be the same one on the page, or no listener could be removed.
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
    return value instanceof ffi.PyCallable ? keep(proxy) : proxy.toJs({ dict_converter: Object.fromEntries });
  };
};

/** What Python gets of the page. */
const cross = async (bridge: BridgeStart | undefined): Promise<object> => {
  if (!bridge) return { unable: UNABLE };
  let convert: Convert = (value) => value;
  const { address, init, module } = bridge;
  const [{ openWorker }, chunk] = await Promise.all([
    import(address),
    init.way === "promise-integration" ? import(new URL("suspend.js", address).href) : undefined,
  ]);
  const suspend = chunk && new chunk.Suspension();
  const transform = (value: unknown) => convert(value);
  const end = openWorker(init, module, { transform, suspend });
  const { window, document, sync, ffi, remember } = end;
  const target = end.repeatable(() => sync[TARGET]());
  const given: Record<string, unknown> = { sync, window, document, ffi, remember, target, suspends: !!suspend };
  given.started = (interpreter: Interpreter) => {
    convert = converter(interpreter, suspend ? (fn, args) => suspend.invoke(fn, args) : (fn, args) => fn(...args));
    if (init.way === "shared-memory") return;
    let why: string | undefined;
    if (suspend && !suspend.attach(interpreter)) {
      end.way = "asynchronous";
      why = "this Pyodide cannot be made to stand still";
    } else if (end.way !== init.way) {
      why = "the site has a service worker of its own, which has to load Pyrite's with `importScripts`";
    }
    const { sync_main_only: isSilent } = JSON.parse(given.config as string);
    if (isSilent) {
      end.way = "asynchronous";
      why = "`sync_main_only` asks for it";
    }
    if (init.way !== "asynchronous" || why) void end.tell(WAY, end.way, why);
    // Nothing can be asked and answered in one step.
    if (end.way === "asynchronous") {
      for (const name of ["window", "document", "ffi", "remember", "target"]) delete given[name];
      given.unable = UNABLE;
      if (!isSilent) console.warn(UNABLE);
    }
  };
  return given;
};

/** PyScript's words, and what to do. */
const UNABLE =
  "Unable to use `window` or `document` in worker. This requires SharedArrayBuffer support. " +
  "See: https://docs.pyscript.net/latest/faq/#sharedarraybuffer - " +
  "let the server send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp` " +
  "with the page; where it cannot, put `service-worker.js` of the distribution beside the page";

const begin = async (event: MessageEvent<Start>) => {
  if (!(event.data?.port instanceof MessagePort)) return;
  event.stopImmediatePropagation();
  removeEventListener("message", begin);
  const { runtime, port, bridge, job } = event.data;
  initSync({ module: runtime });
  start_worker((text: string) => port.postMessage(text), await cross(bridge), ...job);
};

addEventListener("message", begin);
