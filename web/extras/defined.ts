/** `whenDefined(type)`: what runs the first script of a type, once there is one. */
import type { Kind } from "../boot";
import type { Parts } from "../parts";
import { wrapper } from "./wrapper";

/** A type that a page defines, or is going to. */
interface Defined {
  readonly promise: Promise<unknown>;
  resolve(wrap: unknown): void;
}

/** What is known of a type of a page's own; each chunk sees the same ones. */
export const known = (parts: Parts, type: string): Defined => {
  const types = ((parts as Parts & { types?: Map<string, Defined> }).types ??= new Map());
  let entry = types.get(type);
  if (!entry) {
    let resolve!: (wrap: unknown) => void;
    const promise = new Promise((ok) => (resolve = ok));
    types.set(type, (entry = { promise, resolve }));
  }
  return entry;
};

/** Whether the scripts in workers that the page has could not be started, all of them. */
const allFailed = (kind: Kind): boolean => {
  const scripts = [...document.querySelectorAll<Element & { xworker?: Worker | null }>(`script[type=${kind}][worker],${kind}-script[worker]`)];
  return scripts.length > 0 && scripts.every(({ xworker }) => xworker === null);
};

/**
 * The interpreter's wrapper where the page has a script that does not run in a worker, else `type` and `xworker` of the
 * first one that does. Waits for a script to come into the page; fails when those that are there could not be started.
 */
const ofLanguage = async (parts: Parts, kind: Kind): Promise<unknown> => {
  const lane = parts.lanes[kind];
  await parts.ready;
  for (;;) {
    const begun = lane.turn ?? lane.started;
    // After the turn of a script its interpreter is there, or did not start.
    if (begun) await Promise.race([lane.wrap.promise, begun]);
    if (lane.given) return wrapper(parts, kind);
    const worker = await Promise.race([lane.worker.promise, undefined]);
    if (worker) return worker;
    if (begun || allFailed(kind)) throw new Error(`no script of type "${kind}" could be started; the messages before say why`);
    const ended = new Promise((done) => addEventListener(`${kind}:done`, done, { once: true }));
    await Promise.race([lane.wrap.promise, lane.worker.promise, ended]);
  }
};

export const whenDefined = async (parts: Parts, type: string): Promise<unknown> =>
  type === "py" || type === "mpy" ? ofLanguage(parts, type) : known(parts, type).promise;
