/** How an interpreter is loaded with what is there already. */
import { taken } from "./shared";

/** WebAssembly that was compiled, if there is any at an address. */
type Found = WebAssembly.Module | void | Promise<WebAssembly.Module | void>;

/**
 * Gives a way to load something with data that were asked for ahead, and with what `find` gives. To be called before
 * anything of an interpreter watches what is instantiated.
 */
export const lend = (find: (address: string) => Found): (<T>(load: () => Promise<T>) => Promise<T>) => {
  /** What stands for the answer to a request of which the module is known. */
  const known = new WeakMap<object, WebAssembly.Module>();
  const { fetch } = globalThis;
  const own = WebAssembly.instantiateStreaming;
  const instantiate: typeof own = async (source, imports) => {
    const response = await source;
    const module = known.get(response);
    if (!module) return own.call(WebAssembly, response, imports);
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  WebAssembly.instantiateStreaming = instantiate;
  const instead: typeof fetch = async (input, init) => {
    const address = String(input);
    const data = await taken(address);
    if (data) return new Response(data);
    const module = await find(address);
    if (!module) return fetch(input, init);
    const response = new Response();
    known.set(response, module);
    return response;
  };
  return async (load) => {
    globalThis.fetch = instead;
    try {
      return await load();
    } finally {
      if (globalThis.fetch === instead) globalThis.fetch = fetch;
      if (WebAssembly.instantiateStreaming === instantiate) WebAssembly.instantiateStreaming = own;
    }
  };
};
