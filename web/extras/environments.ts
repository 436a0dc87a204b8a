/** The interpreters of a page by name: those of the two languages, and those of types that a page defines. */
import type { Kind } from "../boot";
import type { Interpreter } from "../package";
import type { Parts } from "../parts";

/** An interpreter that can be called. */
export interface Environment {
  readonly kind: Kind;
  readonly interpreter: Interpreter;
}

/** Each is in a chunk of its own, and all chunks have to see the same ones. */
const own = (parts: Parts): Map<string, Promise<Environment>> => {
  const shared = parts as Parts & { environments?: Map<string, Promise<Environment>> };
  return (shared.environments ??= new Map());
};

/** Makes an interpreter known. */
export const add = (parts: Parts, name: string, interpreter: Promise<Environment>): void => void own(parts).set(name, interpreter);

const isKind = (name: string): name is Kind => name === "py" || name === "mpy";

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
