/** The interpreters of a page by name: those of the two languages, and those of types that a page defines. */
import type { Kind } from "../boot";
import type { Interpreter } from "../package";
import type { Parts } from "../parts";

/** An interpreter that can be called. */
export interface Environment {
  readonly kind: Kind;
  readonly interpreter: Interpreter;
}

const isKind = (name: string): name is Kind => name === "py" || name === "mpy";

/** Each is in a chunk of its own, and all chunks have to see the same ones. */
const own = (parts: Parts): Map<string, Promise<Environment>> => {
  const shared = parts as Parts & { environments?: Map<string, Promise<Environment>> };
  return (shared.environments ??= new Map());
};

/** Those that have started. */
const started = new WeakMap<Promise<Environment>, Environment>();

/** Makes an interpreter known. */
export const add = (parts: Parts, name: string, interpreter: Promise<Environment>): void => void own(parts).set(name, interpreter);

/** The interpreter of this name if it has started: what listens to an event has to act at once. */
export const present = (parts: Parts, name: string): Environment | undefined => {
  const found = own(parts).get(name);
  if (found) {
    if (!started.has(found)) found.then((is) => started.set(found, is), () => {});
    return started.get(found);
  }
  const given = isKind(name) ? parts.lanes[name].given : undefined;
  return given && { kind: name as Kind, interpreter: given.interpreter };
};

/** The interpreter of this name once it has started; nothing when there is none and none is starting. */
export const environment = (parts: Parts, name: string): Promise<Environment> | undefined => {
  const found = own(parts).get(name);
  if (found || !isKind(name)) return found;
  const lane = parts.lanes[name];
  const waits = lane.turn || lane.started;
  return waits && (lane.wrap.promise as Promise<{ interpreter: Interpreter }>).then(({ interpreter }) => ({ kind: name, interpreter }));
};

/** All names. */
export const names = (parts: Parts): string[] => [
  ...(["py", "mpy"] as const).filter((kind) => environment(parts, kind)),
  ...own(parts).keys(),
];
