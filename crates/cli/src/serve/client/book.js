// Keeps book of what each script of Python does to the page, so that it can be taken back.
// A rule of the server says which scripts do nothing else (crates/check/src/again).

/** What may do more than it shows. */
const ACTIVE = "script,iframe,object,embed,py-script,mpy-script";
/** More than this is not worth keeping. */
const MOST_STEPS = 5000;

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

  /** Does what adds nodes at the end of an element. */
  const adding = (book, parent, act) => {
    const before = parent.childNodes.length;
    const result = act();
    const added = [...parent.childNodes].slice(before);
    look(book, added);
    const last = lastOf(book, ({ parent: other, added }) => added && other === parent);
    if (last) last.added.push(...added);
    else note(book, { parent, added });
    return result;
  };

  /** Does what gives an element other nodes. */
  const replacing = (book, parent, act) => {
    const before = [...parent.childNodes];
    const result = act();
    const after = [...parent.childNodes];
    look(book, after);
    const last = lastOf(book, (step) => step.after && step.parent === parent && sameNodes(step.after, before));
    if (last) last.after = after;
    else note(book, { parent, before, after });
    return result;
  };

  /** Sets what is no node. */
  const setting = (book, element, name, act) => {
    const before = element[name];
    const result = act();
    const value = element[name];
    const last = lastOf(book, (step) => step.element === element && step.name === name);
    if (last) last.value = value;
    else note(book, { element, name, before, value });
    return result;
  };

  const watched = (element, act, how) => {
    const book = isBusy ? undefined : current();
    if (!book) return act();
    isBusy = true;
    try {
      if (element?.nodeType !== Node.ELEMENT_NODE) book.stuck ??= "it has changed a text without its element";
      return how(book, act);
    } finally {
      isBusy = false;
    }
  };

  const watchMethod = (prototype, name, how) => {
    const own = prototype[name];
    prototype[name] = function (...args) {
      return watched(this, () => own.apply(this, args), (book, act) => how(book, this, act));
    };
  };

  const watchProperty = (prototype, name, how) => {
    const own = Object.getOwnPropertyDescriptor(prototype, name);
    if (!own?.set) return;
    Object.defineProperty(prototype, name, {
      ...own,
      set(value) {
        watched(this, () => own.set.call(this, value), (book, act) => how(book, this, act));
      },
    });
  };

  watchMethod(Element.prototype, "append", adding);
  watchMethod(Element.prototype, "replaceChildren", replacing);
  watchProperty(Node.prototype, "textContent", replacing);
  watchProperty(Element.prototype, "innerHTML", replacing);
  watchProperty(HTMLElement.prototype, "innerText", replacing);
  const set = (name) => (book, element, act) => setting(book, element, name, act);
  watchProperty(Element.prototype, "className", set("className"));
  for (const name of ["hidden", "title"]) watchProperty(HTMLElement.prototype, name, set(name));
  for (const kind of [HTMLButtonElement, HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement, HTMLFieldSetElement, HTMLOptionElement, HTMLOptGroupElement])
    watchProperty(kind.prototype, "disabled", set("disabled"));

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
      const book = { kind, number, listeners: [], steps: [], isDone: false, stuck: undefined };
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
      const changed = (book) => book !== mine && book.steps.some(({ parent, element }) => node.contains(parent ?? element));
      return heard || [...all].some(changed);
    });

  const SHARED = "others use the elements that it has made";

  const step = (mine, { parent, added, before, after, element, name, value }) => {
    if (element) {
      if (element[name] !== value) return `something else has changed the \`${name}\` that it set`;
      element[name] = before;
    } else if (added) {
      if (isShared(added, mine)) return SHARED;
      for (const node of added) if (node.parentNode === parent) node.remove();
    } else {
      if (!sameNodes([...parent.childNodes], after)) return "something else has changed what it wrote";
      if (isShared(after.filter((node) => !before.includes(node)), mine)) return SHARED;
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
  };

  return { of: (script) => books.get(script), takeBack, forget: (book, names) => undos.get(book.kind)(book.number, names) };
};
