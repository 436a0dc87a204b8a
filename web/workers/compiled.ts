/**
 * WebAssembly is compiled once for a page and all its workers. A page sends each worker what it has compiled, for itself or
 * for another; a worker asks for what it has not been sent.
 */
import { base, chunk, keyed } from "../base";
import type { Kind } from "../boot";

type Module = WebAssembly.Module | undefined;

/** On the page: what was compiled for workers, by address. */
const modules = new Map<string, Promise<Module>>();

/** What the page itself runs of this language, if anything. */
const ofPage = async (kind: Kind): Promise<{ address?: string; module?: Module }> => {
  const { started } = (globalThis as any)[Symbol.for("@pyscript/core")].lanes[kind];
  if (!started) return {};
  const { compiled } = await chunk(kind + ".js");
  // It may have failed before it came to that.
  return Promise.race([compiled, started.then(() => ({}))]);
};

/** The module at an address; nothing if it cannot be had, and then the worker has to find out why. */
const compile = (kind: Kind, address: string): Promise<Module> => {
  let module = modules.get(address);
  if (!module) {
    module = (/\/parts\//.test(address) ? Promise.resolve({} as { address?: string; module?: Module }) : ofPage(kind))
      .then((own) => (own.address && keyed(own.address) === address ? own.module : WebAssembly.compileStreaming(fetch(address))))
      .catch(() => void modules.delete(address));
    modules.set(address, module);
  }
  return module;
};

/** On the page: sends a worker the module that it asks for. */
export const answer = async (port: MessagePort, kind: Kind, address: string): Promise<void> =>
  port.postMessage([address, await compile(kind, address)]);

/** On the page: sends a worker the interpreter that it is going to ask for, as far as the page can tell which that is. */
export const offer = async (port: MessagePort, kind: Kind, config: object | undefined): Promise<void> => {
  const { address, module } = await ofPage(kind).catch(() => ({}) as { address?: string; module?: Module });
  if (address) port.postMessage([keyed(address), module]);
  else if (!/interpreter|debug|ulab|version|\.(toml|json)/.test(JSON.stringify(config ?? "")))
    await answer(port, kind, keyed(`${base}${kind === "py" ? "pyodide/pyodide.asm" : "micropython/micropython"}.wasm`));
};

/** In a worker: gives a way to load something with modules of the page. `port`: to the page. */
export const sharing = (port: MessagePort): (<T>(load: () => Promise<T>) => Promise<T>) => {
  const sent = new Map<string, Module>();
  const asked = new Map<string, (module: Module) => void>();
  /** What stands for the answer to a request of which the module is known already. */
  const known = new WeakMap<object, WebAssembly.Module>();
  port.onmessage = ({ data: [address, module] }) => {
    sent.set(address, module);
    asked.get(address)?.(module);
  };
  const { fetch } = globalThis;
  const own = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const response = await source;
    const module = known.get(response);
    if (!module) return own.call(WebAssembly, response, imports);
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  const instead: typeof fetch = async (input, init) => {
    const address = String(input);
    if (!sent.has(address) && (!address.startsWith(base) || !/\.wasm(\?|$)/.test(address))) return fetch(input, init);
    const module =
      sent.get(address) ??
      (await new Promise<Module>((answer) => {
        asked.set(address, answer);
        port.postMessage("m" + address);
      }));
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
    }
  };
};
