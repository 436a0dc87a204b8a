/**
 * Tells people what went wrong: in the console always, on the page where something did not happen. A chunk that is
 * loaded with the first failure (`errors.js`); the words are made by the part `errors`.
 */
import { isFull, isShown } from "../quiet";
import { part } from "../setup/part";
import { type Message, show } from "./banner";

/** What the words depend on; described in crates/part/src/errors.rs. */
export interface Known {
  /** The page's own name. */
  readonly page: string;
  readonly scripts: readonly string[][];
  readonly placed: readonly string[][];
}

interface Answer {
  readonly probe?: readonly string[];
  readonly shown: readonly Message[];
}

let reading: Promise<string | null> | undefined;

/**
 * The text of the page itself, if the browser still has it: it is never requested a second time, because a page may do
 * things when it is asked for.
 */
const readPage = async (): Promise<string | null> => {
  try {
    const response = await fetch(location.href.split("#")[0]!, { cache: "only-if-cached", mode: "same-origin" });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
};

/** The first of these addresses that cannot be had, and why. */
const firstFailure = async (addresses: readonly string[]): Promise<object> => {
  for (const address of addresses) {
    try {
      const response = await fetch(address);
      if (!response.ok) return { address, status: response.status, text: response.statusText };
      await response.arrayBuffer();
    } catch (error) {
      return { address, text: (error as Error).message };
    }
  }
  return {};
};

/** What is known when a failure is explained; the text of the page where it is needed. */
const questionOf = async (base: string, facts: readonly string[], known: Known, full: boolean): Promise<object> => {
  const inPage = /^PY400[01]/.test(facts[0]!) && known.placed.some(([, script]) => script);
  return {
    ...known,
    base,
    facts,
    text: inPage ? await (reading ??= readPage()) : null,
    direct: location.protocol === "file:",
    full,
  };
};

/** A traceback with its real places; nobody is told of it. */
export const locate = async (base: string, language: string, traceback: string, known: Known): Promise<string> => {
  const ask = await part(base, "errors");
  const facts = ["PY4000", "python", language, traceback];
  const { shown }: Answer = ask(await questionOf(base, facts, known, isFull(language)));
  return shown.map(({ detail, message }) => detail ?? message).join("\n");
};

/** Tells about a failure; `facts` are those of crates/core/src/facts.rs. Gives its message. */
export const tell = async (base: string, facts: string, known: Known): Promise<string> => {
  const ask = await part(base, "errors");
  const fields = facts.split("\0");
  const language = /^(python|stderr)$/.test(fields[1] ?? "") ? fields[2] : undefined;
  const question = await questionOf(base, fields, known, isFull(language));
  let answer: Answer = ask(question);
  if (answer.probe) answer = ask({ ...question, probe: await firstFailure(answer.probe) });
  for (const message of answer.shown) {
    if (!message.quiet) console.error(message.text);
    if (isShown(language)) show(message);
  }
  return answer.shown.map(({ message }) => message).join("\n");
};

/** The place of the first byte that is not UTF-8. */
export const badByte = (bytes: Uint8Array<ArrayBuffer>): number => {
  // A byte that fits nowhere becomes three others: the first that differs, or the beginning of what it is in.
  const written = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  let at = written.findIndex((byte, index) => byte !== bytes[index]);
  while (at > 0 && written[at]! >> 6 === 2) at--;
  return at;
};
