/** What pages get of an interpreter, in full: what `core.js` has of it, and the rest, which few ask for. */
import type { Kind } from "../boot";
import { factory, type Parts } from "../parts";
import { call } from "./call";

const words = (error: any): string => (typeof error?.message === "string" ? error.message : String(error));

/** Makes of a function that takes lines one that takes bytes as they come; `end`: the byte that ends a line. */
export const buffered = (tell: (line: string) => void, end = 13): ((bytes: number | Uint8Array) => void) => {
  const decoder = new TextDecoder();
  let line: number[] = [];
  return (bytes) => {
    for (const byte of typeof bytes === "number" ? [bytes] : bytes) {
      if (byte !== end) line.push(byte);
      else {
        tell(decoder.decode(Uint8Array.from(line)));
        line = [];
      }
    }
  };
};

/** The wrapper of a language whose interpreter has started. */
export const wrapper = (parts: Parts, kind: Kind): any => {
  const wrap = parts.lanes[kind].given;
  wrap.io.buffered = buffered;
  return Object.assign(wrap, {
    XWorker: factory(parts, kind),
    runEvent: async (path: string, event: Event) => {
      try {
        await call(wrap.interpreter, path, event);
      } catch (error) {
        parts.raised(kind, words(error));
      }
    },
  });
};
