/** The banner: a failure that the visitor of a page sees without opening any tools. */
import css from "./banner.css";

/** One message for a person; its texts are made by the part `errors` (crates/part/src/errors.rs). */
export interface Message {
  readonly code: string;
  /** All of it, as the console has it. */
  readonly text: string;
  /** Whether the console had it before. */
  readonly quiet: boolean;
  readonly message: string;
  readonly place: string | null;
  readonly source: string | null;
  readonly hint: string | null;
  /** What the detail is called. */
  readonly title: string;
  readonly detail: string | null;
}

/** More than this help nobody; the console has them all. */
const MOST = 20;

/** The whole text of each banner, by which the next message is compared. */
const texts = new WeakMap<Element, string>();

const child = (parent: Element, tag: string, className: string, text: string | null = ""): HTMLElement => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  parent.append(element);
  return element;
};

const container = (): Element => {
  const found = document.querySelector(".py-errors");
  if (found) return found;
  // Styles that no content security policy forbids.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  return child(document.body ?? document.documentElement, "div", "py-errors");
};

/** Adds a message to the banners at the bottom of the page. */
export const show = ({ code, text, message, place, source, hint, title, detail }: Message): void => {
  const all = container();
  const last = all.lastElementChild as HTMLElement | null;
  if (last && texts.get(last) === text) {
    // Counted up instead of shown twice in a row.
    last.dataset.count = String(Number(last.dataset.count ?? 1) + 1);
    return;
  }
  if (all.childElementCount >= MOST) {
    if (last!.className !== "py-error") return;
    child(all, "div", "py-error py-error-more", "There are more errors: see the browser's console.");
    return;
  }
  const banner = document.createElement("div");
  banner.className = "py-error";
  banner.setAttribute("role", "alert");
  banner.dataset.code = code;
  texts.set(banner, text);
  child(banner, "div", "py-error-message", message);
  if (place) child(banner, "div", "py-error-place", place);
  if (source) child(banner, "pre", "py-error-source", source);
  if (hint) child(banner, "div", "py-error-hint", `Hint: ${hint}`);
  if (detail) {
    const details = child(banner, "details", "");
    child(details, "summary", "", title);
    child(details, "pre", "", detail);
  }
  const close = child(banner, "button", "", "✕");
  close.setAttribute("type", "button");
  close.setAttribute("aria-label", "Dismiss this message");
  close.addEventListener("click", () => banner.remove());
  all.append(banner);
};
