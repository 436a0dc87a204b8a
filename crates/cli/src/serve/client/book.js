// Keeps book of what each script of Python does to the page, so that it can be taken back.
// A rule of the server says which scripts do nothing else (crates/check/src/again).

/** What may do more than it shows. */
const ACTIVE = "script,iframe,object,embed,py-script,mpy-script";
/** More than this is not worth keeping. */
const MOST_STEPS = 5000;

/** Properties that are attributes by another name. */
const REFLECTED =
  "alt ariaLabel className colSpan dir disabled hidden href htmlFor id lang max min placeholder role rowSpan src step tabIndex title type".split(" ");

const keepBook = () => {
  /** By the element of a script on the main thread that has begun. */
  const books = new WeakMap();
  const all = new Set();
  /** Who listens to something: books, or nothing for the page itself. */
  const listening = new WeakMap();
  const undos = new Map();
  let runs = 0;
  let isBusy = false;

  /** The book of the script whose Python runs now. */
  const current = () => {
    if (!runs) return undefined;
    try {
      return books.get(document.currentScript);
    } catch {
      return undefined; // An interpreter that has broken down says nothing.
    }
  };

  /** For Python. */
  const number = () => current()?.number ?? 0;

  const note = (book, step) => {
    if (book.steps.push(step) > MOST_STEPS) book.stuck ??= "it has done too much to remember";
  };

  const sameNodes = (one, other) => one.length === other.length && one.every((node, at) => node === other[at]);

  const look = (book, nodes) => {
    for (const node of nodes)
      if (node instanceof Element && (node.matches(ACTIVE) || node.querySelector(ACTIVE)))
        book.stuck ??= "it has put a script or a frame into the page";
  };

  const lastOf = (book, fits) => {
    const last = book.steps.at(-1);
    return last && fits(last) ? last : undefined;
  };

  /** The nodes that `append` and its like are given; nothing where a text is among them. */
  const given = (args) => {
    if (!args.every((node) => node instanceof Node)) return undefined;
    return args.flatMap((node) => (node instanceof DocumentFragment ? [...node.childNodes] : [node]));
  };

  /** Does what adds nodes to an element. */
  const adding = (book, parent, act, args) => {
    const added = given(args);
    if (!added) return replacing(book, parent, act);
    if (added.some((node) => node.isConnected && !book.made.has(node))) book.stuck ??= "it has moved an element of the page";
    const result = act();
    look(book, added);
    if (book.made.has(parent)) return result;
    const last = lastOf(book, ({ parent: other, added }) => added && other === parent);
    if (last) last.added.push(...added);
    else note(book, { parent, added });
    return result;
  };

  /** What stands in an element and was not made by the script: all that it made will be taken away. */
  const others = (book, parent) => [...parent.childNodes].filter((node) => !book.made.has(node));

  /** Does what gives an element other nodes. */
  const replacing = (book, parent, act) => {
    const there = new Set(parent.childNodes);
    const before = others(book, parent);
    const result = act();
    const after = others(book, parent);
    look(book, [...parent.childNodes].filter((node) => !there.delete(node)));
    // What is left was taken out: a script or a frame would begin anew when it is put back.
    look(book, there);
    if (book.made.has(parent)) return result;
    const last = lastOf(book, (step) => step.after && step.parent === parent && sameNodes(step.after, before));
    if (last) last.after = after;
    else note(book, { parent, before, after });
    return result;
  };

  const attributesOf = (element) => new Map([...element.attributes].map(({ name, value }) => [name, value]));

  const sameAttributes = (one, other) => one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);

  /** Does what changes attributes of an element. */
  const setting = (book, element, act) => {
    if (book.made.has(element)) return act();
    const known = book.attributes.get(element);
    const now = attributesOf(element);
    const kept = known ?? { was: now, isOpen: false, isBroken: false };
    // Somebody else was there in between.
    if (known && !known.isOpen && !sameAttributes(known.is, now)) kept.isBroken = true;
    book.attributes.set(element, kept);
    const result = act();
    kept.is = attributesOf(element);
    return result;
  };

  /** The same for `style`, which changes after it was asked for, in the same task. */
  const styling = (book, element, act) => {
    const result = setting(book, element, act);
    const kept = book.attributes.get(element);
    if (!kept) return result;
    kept.isOpen = true;
    queueMicrotask(() => {
      kept.isOpen = false;
      const style = element.getAttribute("style");
      if (style === null) kept.is.delete("style");
      else kept.is.set("style", style);
    });
    return result;
  };

  const watched = (element, act, how, args, self) => {
    const book = isBusy ? undefined : current();
    if (!book || !element) return act();
    isBusy = true;
    try {
      if (element.nodeType !== Node.ELEMENT_NODE) book.stuck ??= "it has changed a text without its element";
      return how(book, element, act, args, self);
    } finally {
      isBusy = false;
    }
  };

  const own = (element) => element;

  /** `of`: the element that changes. */
  const watchMethod = (prototype, name, how, of = own) => {
    const before = prototype[name];
    prototype[name] = function (...args) {
      return watched(of(this), () => before.apply(this, args), how, args, this);
    };
  };

  const watchProperty = (prototype, name, how, side = "set") => {
    const before = Object.getOwnPropertyDescriptor(prototype, name);
    if (!before?.configurable || !before[side]) return;
    const changed = { ...before };
    changed[side] = function (...args) {
      return watched(this, () => before[side].apply(this, args), how);
    };
    Object.defineProperty(prototype, name, changed);
  };

  for (const name of ["append", "prepend"]) watchMethod(Element.prototype, name, adding);
  watchMethod(Element.prototype, "replaceChildren", replacing);
  // What a script has made is taken away wherever it is.
  const removing = (book, parent, act, [node], self) => (book.made.has(node ?? self) ? act() : replacing(book, parent, act));
  watchMethod(Element.prototype, "remove", removing, (element) => element.parentNode);
  watchMethod(HTMLSelectElement.prototype, "remove", replacing);
  watchMethod(Node.prototype, "appendChild", adding);
  watchMethod(Node.prototype, "insertBefore", (book, parent, act, [node]) => adding(book, parent, act, [node]));
  watchMethod(Node.prototype, "removeChild", removing);
  watchMethod(Node.prototype, "replaceChild", replacing);
  watchProperty(Node.prototype, "textContent", replacing);
  watchProperty(Element.prototype, "innerHTML", replacing);
  watchProperty(HTMLElement.prototype, "innerText", replacing);
  for (const name of ["setAttribute", "removeAttribute", "toggleAttribute"]) watchMethod(Element.prototype, name, setting);
  const lists = new WeakMap();
  const { get: listOf } = Object.getOwnPropertyDescriptor(Element.prototype, "classList");
  const { configurable, enumerable, set: setList } = Object.getOwnPropertyDescriptor(Element.prototype, "classList");
  Object.defineProperty(Element.prototype, "classList", {
    configurable, enumerable, set: setList,
    get() {
      const list = listOf.call(this);
      lists.set(list, this);
      return list;
    },
  });
  for (const name of ["add", "remove", "replace", "toggle"]) watchMethod(DOMTokenList.prototype, name, setting, (list) => lists.get(list));
  for (const kind of Object.getOwnPropertyNames(globalThis)) {
    if (!/^\w*Element$/.test(kind) || typeof globalThis[kind] !== "function") continue;
    const { prototype } = globalThis[kind];
    if (!prototype) continue;
    for (const name of REFLECTED) watchProperty(prototype, name, setting);
    watchProperty(prototype, "style", styling, "get");
  }

  const { createElement } = Document.prototype;
  Document.prototype.createElement = function (...args) {
    const element = createElement.apply(this, args);
    const book = isBusy ? undefined : current();
    book?.made.add(element);
    if (book) look(book, [element]);
    return element;
  };

  const { addEventListener: listen } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (listener) {
      const book = current();
      book?.listeners.push([this, type, listener, options]);
      const known = listening.get(this);
      if (known) known.add(book);
      else listening.set(this ?? globalThis, new Set([book]));
    }
    return listen.call(this, type, listener, options);
  };

  /** Teaches an interpreter to end what a script has started. */
  const teach = (kind, interpreter) => {
    if (interpreter.ffi) {
      const globals = interpreter.toPy({ __name__: "_pyrite_again" });
      interpreter.runPython(PYTHON.py, { globals, filename: "/lib/pyrite/again.py" });
      const [start, forget] = ["start", "forget"].map((name) => globals.get(name));
      start(number);
      undos.set(kind, (number, names) => forget(number, interpreter.toPy(names)));
    } else {
      const builtins = interpreter.pyimport("builtins");
      const globals = builtins.dict();
      builtins.exec(builtins.compile(PYTHON.mpy, "/lib/pyrite/again.py", "exec"), globals);
      const { start, forget } = globals;
      start(number);
      undos.set(kind, (number, names) => forget(number, names));
    }
  };

  for (const kind of ["py", "mpy"]) {
    listen.call(document, `${kind}:ready`, ({ target, detail }) => {
      if (!detail || detail.worker) {
        books.set(target, { kind, worker: true });
        return;
      }
      // At this moment the interpreter is there, and the script has not begun.
      if (!undos.has(kind)) teach(kind, detail.wrap.interpreter);
      const number = ++runs;
      Object.defineProperty(target, "pyriteRun", { value: number, configurable: true });
      const book = { kind, number, listeners: [], steps: [], attributes: new Map(), made: new WeakSet(), isDone: false, stuck: undefined };
      books.set(target, book);
      all.add(book);
    }, true);
    listen.call(document, `${kind}:done`, ({ target }) => {
      const book = books.get(target);
      if (book) book.isDone = true;
    }, true);
  }

  /** Whether others have to do with what is to be taken away. */
  const isShared = (nodes, mine) =>
    nodes.some((node) => {
      const parts = node instanceof Element ? [node, ...node.querySelectorAll("*")] : [node];
      const heard = parts.some((part) => [...(listening.get(part) ?? [])].some((book) => book !== mine));
      const changed = (book) =>
        book !== mine && [...book.steps.map(({ parent }) => parent), ...book.attributes.keys()].some((other) => node.contains(other));
      return heard || [...all].some(changed);
    });

  const SHARED = "others use the elements that it has made";
  const SHARED_TOO = "another script has changed the same element";

  const reset = (mine, element, { was, is, isBroken }) => {
    if (isBroken) return "something else has changed an element that it changed";
    if ([...all].some((book) => book !== mine && book.attributes.has(element))) return SHARED_TOO;
    const names = new Set([...was.keys(), ...is.keys()]);
    for (const name of names) {
      if (was.get(name) === is.get(name)) continue;
      if ((element.getAttribute(name) ?? undefined) !== is.get(name)) return `something else has changed the \`${name}\` that it set`;
      if (was.has(name)) element.setAttribute(name, was.get(name));
      else element.removeAttribute(name);
    }
  };

  const step = (mine, { parent, added, before, after }) => {
    if (added) {
      if (isShared(added, mine)) return SHARED;
      for (const node of added) {
        if (node.parentNode && node.parentNode !== parent && !mine.made.has(node)) return "something else has moved what it wrote";
        node.remove();
      }
    } else {
      if (!sameNodes(others(mine, parent), after)) return "something else has changed what it wrote";
      if (isShared([...parent.childNodes].filter((node) => !before.includes(node)), mine)) return SHARED;
      parent.replaceChildren(...before);
    }
  };

  /** Takes back what a script on the main thread has done to the page. Gives why it cannot, if so. */
  const takeBack = (book) => {
    if (book.stuck) return book.stuck;
    all.delete(book);
    for (const [target, type, listener, options] of book.listeners) target.removeEventListener(type, listener, options);
    for (const one of book.steps.reverse()) {
      const why = step(book, one);
      if (why) return why;
    }
    for (const [element, kept] of book.attributes) {
      const why = reset(book, element, kept);
      if (why) return why;
    }
  };

  return { of: (script) => books.get(script), takeBack, forget: (book, names) => undos.get(book.kind)(book.number, names) };
};
