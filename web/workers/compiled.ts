/**
 * WebAssembly is compiled once for a page and all its workers. A page sends each worker what it has compiled, for itself or
 * for another; a worker asks for what it has not been sent.
 */
import { base, chunk, keyed } from "../base";
import type { Kind } from "../boot";
import { lend } from "../lend";
import { type Ahead, type Coming, KEY, shared } from "../shared";

type Module = WebAssembly.Module | undefined;

/** On the page: what was compiled for workers, by address. */
const modules = new Map<string, Promise<Module>>();

/** What the page itself runs of this language, if anything. */
const ofPage = async (kind: Kind): Promise<{ address?: string; module?: Module }> => {
  const { started } = shared[KEY].lanes[kind];
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
      .then(async (own) =>
        own.address && keyed(own.address) === address ? own.module
        : (await shared[KEY].ahead.modules[address]) || WebAssembly.compileStreaming(fetch(address)))
      .catch(() => void modules.delete(address));
    modules.set(address, module);
  }
  return module;
};

/** On the page: sends a worker the module that it asks for. */
export const answer = async (port: MessagePort, kind: Kind, address: string): Promise<void> =>
  port.postMessage([address, await compile(kind, address)]);

/** On the page: sends a worker the interpreter that it is going to ask for, as far as the page can tell which that is, and what reads its configuration. */
export const offer = async (port: MessagePort, kind: Kind, config: object | undefined): Promise<void> => {
  const { parts = [] }: { parts?: Iterable<[string, WebAssembly.Module]> } = shared[KEY];
  if (config) for (const part of parts) port.postMessage(part);
  const { address, module } = await ofPage(kind).catch(() => ({}) as { address?: string; module?: Module });
  if (address) port.postMessage([keyed(address), module]);
  else if (!/interpreter|debug|ulab|version|\.(toml|json)/.test(JSON.stringify(config ?? "")))
    await answer(port, kind, keyed(`${base}${kind === "py" ? "pyodide/pyodide.asm" : "micropython/micropython"}.wasm`));
};

/** On the page: sends the first worker the data that it is going to ask for; gives their addresses. */
export const give = (port: MessagePort, kind: Kind): string[] => {
  const { worker }: Required<Ahead> = shared[KEY].ahead;
  const addresses = kind === "py" ? Object.keys(worker) : [];
  for (const address of addresses) {
    void worker[address]!.then((data) => port.postMessage([address, data], data ? [data] : []));
    delete worker[address];
  }
  return addresses;
};

/**
 * In a worker: gives a way to load something with modules of the page. `port`: to the page, `ahead`: the addresses of data
 * that it is going to send.
 */
export const sharing = (port: MessagePort, ahead: readonly string[]): (<T>(load: () => Promise<T>) => Promise<T>) => {
  const here: Coming = {};
  const came: Record<string, (data: ArrayBuffer | undefined) => void> = {};
  for (const address of ahead) here[address] = new Promise((come) => (came[address] = come));
  shared[KEY] = { ahead: { here } };
  const sent: Record<string, WebAssembly.Module | undefined> = {};
  const asked: Record<string, (module: Module) => void> = {};
  port.onmessage = ({ data: [address, what] }) => {
    if (came[address]) return came[address](what);
    sent[address] = what;
    asked[address]?.(what);
  };
  const ask = (address: string) =>
    new Promise<Module>((answer) => {
      asked[address] = answer;
      port.postMessage("m" + address);
    });
  const isOurs = (address: string) => address.startsWith(base) && /\.wasm(\?|$)/.test(address);
  return lend((address) => sent[address] ?? (isOurs(address) ? ask(address) : undefined));
};
