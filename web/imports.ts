/** All that the runtime imports (crates/web/src/bindings.rs). */
import type { Placed } from "./engines";
import { lazily } from "./extend";
import { fetchText, findNew, known, observe, report, type Top, words } from "./host";

export { absolute, findTarget, makeOutput, report, setProperty, takeCode } from "./host";
export { allDone, finish, nextTurn, run, runInWorker, startEngine } from "./engines";

/** The text at an address; nothing when it cannot be had, which was told then: `failed` gets the message. */
export const fetchCode = (address: string, failed?: (message: string) => void): Promise<string | void> =>
  fetchText(address).catch(async (facts) => {
    const message = report(words(facts));
    if (failed) failed(await message);
  });

/** Tells when a promise has settled: its value, or nothing when it was rejected. */
export const settled = (promise: unknown, tell: (value?: unknown) => void): void =>
  void Promise.resolve(promise).then(tell, () => tell());

/** What only some pages have, each with a chunk that looks after it. */
const RARE = "script[src*='pyscript.net/latest/'],[type$=py-editor],[type=micropython],[type=pyodide],[type=py-game],py-progress";
const chunkOf = ({ type }: HTMLScriptElement) => (type == null ? "progress" : (/(editor|game)$/.exec(type)?.[0] ?? "define"));
/** Whether an element, or anything in it, has an attribute such as `py-click`. */
const HANDLERS = './/@*[starts-with(translate(name(),"m",""),"py-")]';

/** Hands what is in a node to the chunk for it. Gives nothing. */
const adopt = (chunk: string, node: Node): undefined =>
  void lazily(chunk, "adopt")(node).catch((error) => report("PY3002\0setup\0" + words(error)));

/**
 * Gives the elements that match, and then those that come into the page, shadow roots included; `first` tells which were
 * there from the start.
 */
export const findAll = (selector: string, tell: (elements: Element[], first: boolean) => void): void => {
  const look = (tops: Top[], first: boolean) => {
    const elements = findNew(tops, `${selector},${RARE}`).filter(
      (element) => !element.matches(RARE) || adopt(chunkOf(element as HTMLScriptElement), element),
    );
    for (const top of tops) if (document.evaluate(HANDLERS, top, null, 3).booleanValue) adopt("attributes", top);
    // As it is before anything is done to it.
    if (first) for (const { localName, type, textContent } of elements as HTMLScriptElement[]) known.scripts.push([localName, type ?? "", textContent!]);
    if (first || elements.length) tell(elements, first);
  };
  look(observe((tops) => look(tops, false)), true);
};

/** Remembers what an interpreter is given, for messages. */
export const notePlaced = (...placed: Placed): Placed => (known.placed.push(placed), placed);
