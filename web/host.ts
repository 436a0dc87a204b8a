/** What the runtime needs of the browser and WebAssembly cannot do itself. */
import { base, chunk, keyed } from "./base";


/** Not asked of `document`: Python of a worker may put the page's one there. */
const isPage = "Window" in globalThis;

/** What relative addresses are relative to: a worker finds it behind its own address. */
const page = (): string => (isPage ? document.baseURI : location.hash.slice(1));

/** An address with all that it is relative to. */
export const absolute = (url: string): string => new URL(url, page()).href;

/** `import()`, which has no counterpart in WebAssembly. */
export const importModule = (url: string): Promise<unknown> => import(keyed(absolute(url)));

/** What a value that was thrown has to say. */
export const words = (error: any): string =>
  typeof error?.message === "string" ? error.message : String(error ?? "unknown error");

/** The text at an address; fails with facts (crates/core/src/facts.rs). */
export const fetchText = async (address: string): Promise<string> => {
  const failed = (...facts: unknown[]) => facts.join("\0");
  const response = await fetch(address).catch((error) => error);
  if (!(response instanceof Response)) throw failed("PY0001", "network", address, words(response));
  if (!response.ok) throw failed("PY0001", "status", address, response.status, response.statusText);
  const bytes = await response.arrayBuffer().catch((error) => {
    throw failed("PY0001", "network", address, words(error));
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { badByte } = await chunk("errors.js");
    throw failed("PY0003", "encoding", address, badByte(new Uint8Array(bytes)));
  }
};

/** The page's own name, as its author knows it. */
const pageName = (): string => {
  const name = location.pathname.replace(/.*\//, "") || "index.html";
  try {
    // `other page.html`, not `other%20page.html`.
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};

/** What messages about failures depend on; see web/errors/errors.ts. */
export const known = { page: isPage ? pageName() : "", scripts: [] as string[][], placed: [] as string[][] };

let told: Promise<unknown> = Promise.resolve();

/** Tells people about a failure, after those before it. Gives its message. */
export const report = (facts: string): Promise<string> => {
  const telling = told.then(async () => {
    try {
      const { tell } = await chunk("errors.js");
      return await tell(base, facts, known);
    } catch (error) {
      const [code, , ...fields] = facts.split("\0");
      return showPlainly(code!, `${fields.join(": ")}\n${words(error)}`);
    }
  });
  told = telling;
  return telling;
};

/** Settles when all failures so far have been told. */
export const allTold = (): Promise<unknown> => told;

/** Shows a message without any help. Gives it. */
export const showPlainly = (code: string, words: string): string => {
  const text = `(${code}): ${words}`;
  console.error(text);
  const banner = document.createElement("div");
  banner.className = "py-error";
  banner.role = "alert";
  banner.dataset.code = code;
  banner.style.cssText = "border:1px solid;white-space:pre-wrap";
  banner.textContent = text;
  (document.body ?? document.documentElement).append(banner);
  return text;
};

/**
 * Calls `tell` with what Python says about an exception that JavaScript met: Python that runs later, in a timer or an
 * event, fails outside of any script.
 */
export const listenForErrors = (tell: (text: string) => void): void => {
  for (const name of ["error", "unhandledrejection"])
    addEventListener(name, (event: any) => {
      const error = event.error ?? event.reason;
      const text = words(error);
      // An exception of a worker has the name that it has in Python.
      const isPython = error?.name === "PythonError" || text.startsWith("Traceback (most");
      if (isPython || text.includes("borrowed proxy")) {
        event.preventDefault();
        tell(text);
      }
    });
};

const found = new WeakSet<Element>();

/** The page, or an element of it. */
export type Top = Document | Element;

/** The elements in what `observe` tells of that match and were not found before. */
export const findNew = (tops: Top[], selector: string): Element[] =>
  tops
    .flatMap((top) => [...((top as Element).matches?.(selector) ? [top as Element] : []), ...top.querySelectorAll(selector)])
    .filter((element) => !found.has(element) && found.add(element));

/**
 * Tells about every element that comes into the page from now on, together with what is at the top of the shadow roots in
 * it, which no search finds. Gives what is there now.
 */
export const observe = (tell: (tops: Top[]) => void): Top[] => {
  const observer = new MutationObserver((records) => {
    for (const { attributeName, target, addedNodes } of records) {
      for (const node of addedNodes) if (node instanceof Element) tell(within(node));
      // A `type` that is set late makes a script of what was none, and `py-click` lets an element call Python.
      if (/^(type$|m?py-)/.test(attributeName!)) tell([target as Top]);
    }
  });
  const watch = (root: Node) =>
    observer.observe(root, { childList: true, subtree: true, attributes: true });
  const within = (top: Top): Top[] => {
    const tops = [top];
    for (const top of tops)
      for (const { shadowRoot } of [top as Element, ...top.querySelectorAll("*")])
        if (shadowRoot) {
          watch(shadowRoot);
          tops.push(...shadowRoot.children);
        }
    return tops;
  };
  watch(document);
  // No observer of the document sees inside shadow roots.
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options: ShadowRootInit) {
    const root = attachShadow.call(this, options);
    watch(root);
    return root;
  };
  return within(document);
};

/** Looks an element up by id, else by selector, in the tree that `from` is in. */
export const findTarget = (from: Element, target: string): Element | null | undefined => {
  const root = from.getRootNode() as Partial<Document>;
  try {
    return root.getElementById?.(target) ?? root.querySelector?.(target);
  } catch {
    return null;
  }
};

/** A new element for the output of a script, after it or, where the script is no content, at the end of the page. */
export const makeOutput = (script: Element, tag: string): Element => {
  const output = document.createElement(tag);
  if (document.head.contains(script) && document.body) document.body.append(output);
  else script.after(output);
  return output;
};

/** Takes the code out of an element, which shows output in its place. */
export const takeCode = (element: HTMLElement, code: string): void => {
  setProperty(element, "srcCode", code);
  setProperty(element, "executed", true);
  element.textContent = "";
  element.style.display = "block";
};

/** Gives an element a property that pages can read and not lose by accident. */
export const setProperty = (element: Element, name: string, value: unknown): void => {
  Object.defineProperty(element, name, { value, configurable: true });
};

/**
 * The configuration that the page has for a language, or for the script of a worker, as it is written: the request for
 * `setup.js`. Undefined when there is none.
 */
export const findConfig = (kind: string, worker?: Element): object | undefined => {
  const find = (selector: string) => [...document.querySelectorAll(selector)];
  const own = worker?.hasAttribute("config");
  const main = (tag: string) => `${tag}[config]:not([worker])`;
  let elements = find(`${kind}-config`);
  let attributes = find(`${main(`script[type=${kind}]`)},${main(`${kind}-script`)}`);
  // A worker's own configuration is read by the page's parser, too.
  const parser = [...elements, ...attributes].find((element) => element.matches("[config-parser]"));
  if (own) elements = [], attributes = [worker!];
  const written = (element: Element) => ({
    src: element.getAttribute("src"),
    type: element.getAttribute("type"),
    text: element.textContent,
    html: element.firstElementChild && element.innerHTML,
    value: element.getAttribute("config"),
    parser: (own ? parser ?? element : element).getAttribute("config-parser"),
  });
  if (!elements.length && !attributes.length) return;
  return {
    language: kind,
    worker: !!worker,
    own,
    page: document.baseURI,
    elements: elements.map(written),
    attributes: attributes.map(written),
  };
};
