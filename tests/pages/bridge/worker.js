import { openWorker } from "/_pyrite/bridge.js";

let bridge;
const AsyncFunction = (async () => {}).constructor;

/** What a WebDriver can read. */
const plain = (value) => {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (bridge.ffi.isRef(value)) return "a reference";
  return value;
};

onmessage = async ({ data: { id, init, wasm, code } }) => {
  if (init) {
    bridge = openWorker(init, wasm);
    postMessage({ id });
    return;
  }
  const { window, document, sync, ffi } = bridge;
  const before = bridge.trips;
  try {
    // Only what needs it is asynchronous, so that a blocked worker is a blocked worker.
    const waits = code.includes("await ");
    const result = new (waits ? AsyncFunction : Function)("window", "document", "sync", "ffi", "bridge", "store", code)(window, document, sync, ffi, bridge, globalThis);
    const value = plain(waits ? await result : result);
    postMessage({ id, value, trips: bridge.trips - before });
  } catch (error) {
    postMessage({ id, trips: bridge.trips - before, error: `${error?.name}: ${error?.message}`, stack: String(error?.stack) });
  }
};
