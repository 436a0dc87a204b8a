/** Requests whose failures are told apart, and which are tried again when the network drops them. */
import { type Diagnostic, Failed, failed } from "./kinds";
import { part } from "./part";

/** Pauses before the second and the third try, in milliseconds. */
const PAUSES = [250, 1000];

/** What there was in place of a file. */
export class Unfetched extends Failed {
  constructor(
    diagnostic: Diagnostic,
    /** The server's or the browser's words. */
    readonly text: string,
    /** Absent when there was no answer. */
    readonly status?: number,
  ) {
    super([diagnostic]);
  }
}

/** The answer's bytes, and who asks for words when there are none. */
export type Fetch = (address: string, written?: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Requests for the runtime at `base`, whose part knows the words for a failure. */
export const fetcher = (base: string, ask: (address: string) => Promise<Response> = (address) => fetch(address)): Fetch => {
  const unfetched = async (address: string, text: string, status?: number) =>
    new Unfetched((await part(base, "config-json"))({ unfetched: address, text, status }), text, status);
  return async (address, written = address) => {
    for (let tried = 0; ; tried++) {
      try {
        const response = await ask(address);
        if (!response.ok) throw await unfetched(written, response.statusText, response.status);
        return new Uint8Array(await response.arrayBuffer());
      } catch (error) {
        if (error instanceof Failed) throw error;
        const pause = PAUSES[tried];
        if (pause === undefined) throw await unfetched(written, error instanceof Error ? error.message : String(error));
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  };
};

/** The text at an address. */
export const text = async (fetch: Fetch, address: string, written = address): Promise<string> => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await fetch(address, written));
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw failed("PY0003", `${written} is not UTF-8 text.`, "save the file as UTF-8 in your editor");
  }
};
