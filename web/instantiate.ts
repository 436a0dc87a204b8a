/** What has to be done at the moment when an interpreter's WebAssembly is instantiated. */
import { guard, type Imports } from "./micropython";

/** Told when Pyodide cannot be instantiated: it only warns about that and never settles. */
let fail: ((reason: unknown) => void) | undefined;
let loading = 0;
let own: typeof WebAssembly.instantiateStreaming;

const instantiate = (source: Response | PromiseLike<Response>, imports?: WebAssembly.Imports) => {
  const env = imports?.env as Imports | undefined;
  if (env?.proxy_js_free_obj) guard(env);
  const result = own.call(WebAssembly, source, imports);
  // Another interpreter may be starting as well; only Pyodide links libraries while it runs.
  if (imports && "GOT.func" in imports) result.catch((reason) => fail?.(reason));
  return result;
};

/** Loads an interpreter. Both may be on their way at the same time. */
export const withInstantiation = async <T>(load: () => Promise<T>, isPyodide: boolean): Promise<T> => {
  if (!loading++) {
    own = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = instantiate;
  }
  try {
    return await new Promise<T>((resolve, reject) => {
      if (isPyodide) fail = reject;
      load().then(resolve, reject);
    });
  } finally {
    if (!--loading) WebAssembly.instantiateStreaming = own;
  }
};
