/** Attributes such as `py-click="name"`: a loaded chunk looks after all elements that have one. */
import type { Kind } from "../boot";
import type { Parts } from "../parts";
import { call } from "./call";
import { failure } from "./failure";
import { environment, names, present } from "./environments";

/** Attributes that stand with those of events, and name none. */
const OTHER = new Set(["env"]);

/** Elements that have such attributes: those of our languages, and those of a page's own types. */
const within = (node: Node, types: readonly string[]): Element[] => {
  const starts = types.map((type) => `starts-with(name(),"${type}-")`).join(" or ");
  const found = document.evaluate(`descendant-or-self::*[@*[${starts}]]`, node, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
  return Array.from({ length: found.snapshotLength }, (_, index) => found.snapshotItem(index) as Element);
};

/** The type and event of an attribute's name. */
const parse = (name: string, types: readonly string[]): [type: string, event: string] | undefined => {
  const type = types.find((type) => name.startsWith(type + "-"));
  const event = type && name.slice(type.length + 1);
  return type && event && !OTHER.has(event) ? [type, event] : undefined;
};

/** What listens on an element, by the attribute's name. */
const listening = new WeakMap<Element, Map<string, (event: Event) => void>>();

const words = (error: any): string => (typeof error?.message === "string" ? error.message : String(error));

/** Which interpreter an element asks for, or nothing when there is none. */
const nameOf = (element: Element, type: string): string => element.getAttribute(`${type}-env`) || type;
const asked = (parts: Parts, element: Element, type: string) => environment(parts, nameOf(element, type));

/** Calls what an attribute names. */
const handle = async (parts: Parts, element: Element, type: string, path: string, event: Event): Promise<void> => {
  const waiting = asked(parts, element, type);
  if (!waiting) {
    const known = names(parts);
    const there = known.length
      ? `Available interpreters are: ${known.map((name) => `"${name}"`).join(", ")}.`
      : "There are no interpreters in this page.";
    const message = `The interpreter "${element.getAttribute(`${type}-env`) || type}" was not found. ${there}`;
    const hint = `add a script of this type to the page, or name another one with ${type}-env`;
    return void parts.report(failure("PY4003", message, hint, element.outerHTML));
  }
  // After a wait it would be too late for `event.preventDefault()`.
  const { kind, interpreter } = present(parts, nameOf(element, type)) ?? (await waiting);
  try {
    await call(interpreter, path, event);
  } catch (error) {
    parts.raised(kind, words(error));
  }
};

/** Buttons and fields can be used once there is somebody to hear of it. */
const disable = async (parts: Parts, element: Element, type: string): Promise<void> => {
  const field = element as HTMLButtonElement;
  const waiting = "disabled" in field && !field.disabled && asked(parts, element, type);
  if (!waiting) return;
  field.disabled = true;
  await waiting;
  field.disabled = false;
};

/** Listens to what the attributes of an element name. */
const listen = (parts: Parts, element: Element, types: readonly string[]): void => {
  const known = listening.get(element) ?? new Map<string, (event: Event) => void>();
  listening.set(element, known);
  for (const name of element.getAttributeNames()) {
    const found = parse(name, types);
    if (!found || known.has(name)) continue;
    const [type, event] = found;
    const listener = (event: Event) => {
      const path = element.getAttribute(name);
      if (path !== null) return void handle(parts, element, type, path, event);
      // It has been taken away.
      element.removeEventListener(event.type, listener);
      known.delete(name);
    };
    known.set(name, listener);
    element.addEventListener(event, listener);
    void disable(parts, element, type);
  }
};

/** Looks after the elements in a node. */
export const adopt = (parts: Parts, node: Node, types: readonly string[] = ["py", "mpy"] satisfies Kind[]): void => {
  for (const element of within(node, types)) listen(parts, element, types);
};
