/** What only some pages use: stubs in `core.js`, each of which loads the chunk that has the rest. */
import { chunk as load } from "./base";
import { KEY, shared } from "./shared";

/** A function of a chunk, which is loaded when it is called first. */
export const lazily =
  (chunk: string, name: string) =>
  async (...args: unknown[]): Promise<any> =>
    (await load(`${chunk}.js`))[name](shared[KEY], ...args);

let used = false;
/** Whether anybody has ever added a hook. */
export const hooked = (): boolean => used;

/** Functions, or texts of code, that are run around scripts. */
const made = (name: string): Set<any> => {
  const kind = name[0] === "c" ? "string" : "function";
  const set = new Set();
  const { add } = set;
  set.add = (value) => {
    if (typeof value !== kind) throw new TypeError(`Invalid ${typeof value} value: expected ${kind}`);
    used = true;
    return add.call(set, value);
  };
  return set;
};

/** The hooks of one side; those of scripts that are async end so. */
const side = (...names: string[]): Record<string, Set<any>> => {
  for (const name of ["onBeforeRun", "codeBeforeRun", "codeAfterRun", "onAfterRun"]) names.push(name, `${name}Async`);
  return Object.fromEntries(names.map((name) => [name, made(name)]));
};

export const hooks = { main: side("onWorker", "onReady"), worker: side("onReady") };
