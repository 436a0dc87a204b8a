/** A terminal on the page: how it looks, fits, and is used by people who do not see it or use no mouse. */
import { FitAddon } from "@xterm/addon-fit";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { type ITheme, Terminal } from "@xterm/xterm";
import css from "./terminal.css";
import xterm from "@xterm/xterm/css/xterm.css";

const DARK: ITheme = { background: "#191A19", foreground: "#F5F2E7", cursor: "#F5F2E7", cursorAccent: "#191A19", selectionBackground: "#4d5a6b" };
/** Its colours have to be read on a bright ground. */
const LIGHT: ITheme = {
  background: "#FAF9F5", foreground: "#1F1F1C", cursor: "#1F1F1C", cursorAccent: "#FAF9F5", selectionBackground: "#BCD4F5",
  black: "#1F1F1C", red: "#B3261E", green: "#1B6E2D", yellow: "#7A5A00", blue: "#1A56B0", magenta: "#8A2A8F", cyan: "#0B6B77", white: "#5F5E58",
  brightBlack: "#6B6A63", brightRed: "#C4302B", brightGreen: "#257A38", brightYellow: "#8A6500", brightBlue: "#2563C9", brightMagenta: "#9C3AA1",
  brightCyan: "#0F7884", brightWhite: "#3A3A36",
};

let sheet: CSSStyleSheet | undefined;

/** Adds the styles where the terminal is, in a way that no content security policy forbids. */
const addStyles = (root: Document | ShadowRoot): void => {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(xterm + css);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
};

/**
 * xterm.js writes styles of its own into elements, which a content security policy may forbid: here each of them is a sheet
 * instead.
 */
const withSheets = (root: Document | ShadowRoot, act: () => void): void => {
  const own = Object.getOwnPropertyDescriptor(document, "createElement");
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const isStyle = name === "style";
    const element = Document.prototype.createElement.call(document, isStyle ? "template" : name, options);
    if (!isStyle) return element;
    const sheet = new CSSStyleSheet();
    root.adoptedStyleSheets.push(sheet);
    Object.defineProperty(element, "textContent", { set: (css: string) => sheet.replaceSync(css) });
    element.remove = () => {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet);
      Element.prototype.remove.call(element);
    };
    return element;
  }) as typeof document.createElement;
  try {
    act();
  } finally {
    if (own) Object.defineProperty(document, "createElement", own);
    else delete (document as { createElement?: unknown }).createElement;
  }
};

/** Colours that are not in the theme, or not readable on its ground, xterm.js puts into attributes, which may be forbidden too. */
const withoutAttributes = (terminal: Terminal): void => {
  const rows = (terminal as any)._core?._renderService?._renderer?.value?._rowFactory;
  if (!rows?._addStyle) return;
  rows._addStyle = (element: HTMLElement, css: string) => {
    const [name, value] = css.split(/:(.*)/s);
    element.style.setProperty(name!, value!);
  };
};

/** Opens a terminal in an element. */
export const open = (container: HTMLElement): Terminal => {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => (scheme.matches ? DARK : LIGHT);
  // An element that has a height of its own is filled.
  const isFilled = container.clientHeight > 0;
  const terminal = new Terminal({
    convertEol: true, cursorBlink: true, fontSize: 14, lineHeight: 1.15, screenReaderMode: true, theme: theme(), rows: 16,
    fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace", minimumContrastRatio: 4.5,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new WebLinksAddon());
  const root = container.getRootNode() as Document;
  addStyles(root);
  withSheets(root, () => terminal.open(container));
  withoutAttributes(terminal);
  terminal.element!.classList.add("pyrite-terminal");
  container.style.background = theme().background!;
  scheme.addEventListener("change", () => {
    terminal.options.theme = theme();
    container.style.background = theme().background!;
  });
  terminal.textarea?.setAttribute("aria-label", "Python terminal; press Escape, then Tab to leave it");
  const resize = () => {
    const wanted = fit.proposeDimensions();
    if (wanted && wanted.cols > 1) terminal.resize(wanted.cols, isFilled ? Math.max(2, wanted.rows) : terminal.rows);
  };
  resize();
  new ResizeObserver(resize).observe(container);
  // Tab completes; after Escape it leaves, so that nobody who uses a keyboard is caught.
  let escaped = false;
  terminal.attachCustomKeyEventHandler(({ key, type }) => {
    if (key === "Tab" && escaped) return false;
    if (type === "keydown" && key !== "Shift") escaped = key === "Escape";
    return true;
  });
  return terminal;
};
