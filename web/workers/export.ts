/** The functions that a worker's code offers in `__export__`. */
import type { Interpreter } from "./convert";

interface Globals { globals: { get(name: string): any } }

/** Puts them on `sync`; gives the text of an exception when a name is not there. */
export const exporter = ({ globals }: Interpreter & Partial<Globals>, sync: Record<string, unknown>): string | undefined => {
  const get = (name: string) => {
    try {
      return globals!.get(name);
    } catch {
      // MicroPython's way to say that there is none.
      return undefined;
    }
  };
  const names = get("__export__");
  for (const name of names ?? []) {
    const value = get(name);
    if (value === undefined) return `Traceback (most recent call last):\nNameError: name '${name}' is not defined, but it is in __export__`;
    if (typeof value !== "function") return `Traceback (most recent call last):\nTypeError: '${name}' in __export__ is not a function`;
    sync[name] = value;
  }
  return undefined;
};
