/**
 * Lets Pyodide stand still while it waits for the page, without shared memory: JavaScript Promise Integration.
 *
 * A chunk that only workers with Pyodide on pages that are not isolated load. Pyodide reaches JavaScript through functions
 * that its WebAssembly imports. In front of each that gets JavaScript's objects we put a function of WebAssembly:
 *
 *     loop
 *       call the import
 *       nobody asked the page: return what it gave
 *       stand still until the page has answered
 *     end
 *
 * What asks the page throws; that unwinds JavaScript, which cannot stand still, back to this loop. The second time the
 * answer is there. So an object of the page is an object like any other, whatever Python does with it.
 */
import type { Answer, Suspend } from "./worker";

type Import = ((...args: any[]) => any) & { sig?: string };
type Imports = Record<string, WebAssembly.ModuleImports>;

/** What Pyodide's WebAssembly imports and we need. */
interface Environment {
  can_run_sync_js(): number;
  saveState(): unknown;
  restoreState(state: unknown): void;
}

/** What of a started Pyodide we need. */
interface Pyodide {
  readonly ffi: { readonly PyProxy: new () => object };
  readonly _api: { scheduleCallback(callback: () => void, delay: number): void };
  pyimport(name: string): Record<string, unknown>;
}
type Callable = ((...args: unknown[]) => unknown) & { callPromising(...args: unknown[]): Promise<unknown> };

/** One call of an import: what it asked so far. */
type Journal = { readonly question: string; readonly answer: Answer; run: number }[];

/** These only look at what a value is: they never ask. */
const NEVER = /^(Jsv_typeof|JsvNoValue|JsvNum|JsvFunction_Check|JsvArray_Check|JsvError|__hiwire|set_|restoreState|raw_call)/;

const IMPORTED = ["JsProxy_GetAttr_js", "can_run_sync_js", "saveState", "restoreState"];

const NOT_HERE =
  "the page cannot be asked from here: JavaScript has called this Python function and waits for what it returns\n" +
  "hint: on this host only code that Python runs by itself can use `window`, `document` and `sync`; " +
  "make it a task (`asyncio.create_task`), or send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`";
const NOT_TWICE =
  "a JavaScript function of the worker has used an object of the page, which it can only on pages with shared memory\n" +
  "hint: run it on the page (`js_modules.main`), or send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`";

// --- WebAssembly, written by hand

const VALUE: Record<string, number> = { i: 0x7f, j: 0x7e, f: 0x7d, d: 0x7c, e: 0x6f };
const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
const list = (items: number[][]): number[] => [...leb(items.length), ...items.flat()];
const section = (id: number, items: number[][]): number[] => {
  const body = list(items);
  return [id, ...leb(body.length), ...body];
};
const name = (text: string): number[] => list([...text].map((letter) => [letter.charCodeAt(0)]));
const type = (sig: string): number[] => [
  0x60, ...list([...sig.slice(1)].map((letter) => [VALUE[letter]!])), ...list(sig[0] === "v" ? [] : [[VALUE[sig[0]!]!]]),
];

/** The module with a loop for each of the functions, by their signatures. */
const loops = (signatures: string[]): Uint8Array<ArrayBuffer> => {
  const types = [...new Set(["e", "ee", "ve", ...signatures])];
  const of = (sig: string) => leb(types.indexOf(sig));
  const count = signatures.length;
  const [save, wait, resume] = [count, count + 1, count + 2];
  const imports = [
    ...signatures.map((sig, i) => [...name("f"), ...name(String(i)), 0, ...of(sig)]),
    [...name("s"), ...name("save"), 0, ...of("e")],
    [...name("s"), ...name("wait"), 0, ...of("ee")],
    [...name("s"), ...name("resume"), 0, ...of("ve")],
    [...name("s"), ...name("asked"), 3, 0x7f, 1],
  ];
  const bodies = signatures.map((sig, i) => {
    const given = sig.length - 1;
    const returns = sig[0] !== "v";
    const code = [
      ...list(returns ? [[1, VALUE[sig[0]!]!]] : []),
      0x03, 0x40, // loop
      ...Array.from({ length: given }, (_, local) => [0x20, ...leb(local)]).flat(),
      0x10, ...leb(i), ...(returns ? [0x21, ...leb(given)] : []), // the import; keep what it gave
      0x23, 0, 0x45, 0x04, 0x40, ...(returns ? [0x20, ...leb(given)] : []), 0x0f, 0x0b, // not asked: return it
      0x10, ...leb(save), 0x10, ...leb(wait), 0x10, ...leb(resume),
      0x0c, 0, 0x0b, 0x00, 0x0b, // once more; unreachable
    ];
    return [...leb(code.length), ...code];
  });
  return new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, types.map(type)),
    ...section(2, imports),
    ...section(3, signatures.map(of)),
    ...section(7, signatures.map((_, i) => [...name(String(i)), 0, ...leb(count + 3 + i)])),
    ...section(10, bodies),
  ]);
};

// --- standing still

const native = (fn: object) => Function.prototype.toString.call(fn).includes("[native code]");

export class Suspension implements Suspend {
  /** Thrown to get back to the loop. Pyodide lets it through. */
  readonly #pause = Object.assign(new Error("the page is asked"), { pyodide_fatal_error: true });
  readonly #asked = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  #env: Environment | undefined;
  #clearError = () => {};
  /** WebAssembly's own stack, in its memory. */
  #stack = { get: () => 0, set: (_at: number) => {} };
  /** The call of an import that runs now: how deep, what it asked, how often it was made, its first argument. */
  #depth = 0;
  #journal: Journal | undefined;
  #run = 0;
  #callee: unknown;
  /** The journal of the call that is made again next. */
  #again: Journal | undefined;
  #question: { journal: Journal; question: string; answer: Promise<Answer> } | undefined;
  /** How many stacks stand still until the page answers. */
  #still = 0;
  #schedule: (callback: () => void, delay: number) => void = setTimeout;
  readonly #queue: (() => void)[] = [];
  #entering = false;
  #isProxy: (value: unknown) => value is Callable = (_value): _value is Callable => false;

  constructor() {
    const { instantiate, instantiateStreaming } = WebAssembly as any;
    const hook = (own: Function) => async (source: unknown, imports?: Imports) => {
      const env = imports?.env as Record<string, Import> | undefined;
      if (!env || !IMPORTED.every((name) => name in env)) return own.call(WebAssembly, source, imports);
      this.#loop(env);
      const result = await own.call(WebAssembly, source, imports);
      const { exports } = result.instance ?? result;
      const { PyErr_Clear, emscripten_stack_get_current: get, _emscripten_stack_restore: set } = exports;
      if (PyErr_Clear) this.#clearError = PyErr_Clear;
      if (get && set) this.#stack = { get, set };
      return result;
    };
    WebAssembly.instantiate = hook(instantiate) as any;
    WebAssembly.instantiateStreaming = hook(instantiateStreaming) as any;
  }

  /** Puts a loop in front of each import that may ask the page. */
  #loop(env: Record<string, Import>) {
    this.#env = env as unknown as Environment;
    const names = Object.keys(env).filter((name) => {
      const fn = env[name];
      return typeof fn === "function" && /^[vijfde][ijfde]*e[ijfde]*$/.test(fn.sig ?? "") && !NEVER.test(name);
    });
    const signatures = names.map((name) => env[name]!.sig!);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(loops(signatures)), {
      f: Object.fromEntries(names.map((name, i) => [i, this.#guard(env[name]!, signatures[i]!)])),
      s: {
        save: () => this.#save(),
        wait: new (WebAssembly as any).Suspending((saved: object) => this.#wait(saved)),
        resume: (saved: { state: unknown; journal: Journal }) => {
          this.#env!.restoreState(saved.state);
          this.#again = saved.journal;
        },
        asked: this.#asked,
      },
    });
    names.forEach((name, i) => (env[name] = Object.assign(exports[i] as Import, { sig: signatures[i] })));
  }

  #guard(fn: Import, sig: string): Import {
    const nothing = sig[0] === "e" ? null : sig[0] === "j" ? 0n : 0;
    return (...args) => {
      if (this.#depth > 0) return this.#inner(fn, args);
      this.#journal = this.#again;
      this.#again = undefined;
      this.#run = (this.#journal?.length ?? 0) + 1;
      this.#callee = args[0];
      const stack = this.#stack.get();
      this.#depth++;
      try {
        return fn(...args);
      } catch (error) {
        if (error !== this.#pause) throw error;
        // It has passed WebAssembly, which did not get to tidy up.
        this.#stack.set(stack);
        return nothing;
      } finally {
        this.#depth--;
        this.#journal = undefined;
      }
    };
  }

  /** Between this call and the loop in which Python can stand still there is JavaScript, which has to be left. */
  #inner(fn: Import, args: unknown[]): unknown {
    const result = fn(...args);
    if (this.#asked.value) throw this.#pause;
    return result;
  }

  #save() {
    this.#asked.value = 0;
    // What was left half done may have complained.
    this.#clearError();
    return { state: this.#env!.saveState(), ...this.#question! };
  }

  #wait(saved: any) {
    this.#still++;
    return saved.answer.then((answer: Answer) => {
      this.#still--;
      // Python goes on at once and may ask again.
      if (this.#queue.length) this.#schedule(() => this.#pump(), 0);
      saved.journal.push({ question: saved.question, answer, run: 0 });
      return saved;
    });
  }

  get canWait() { return this.#depth > 0 && Boolean(this.#env!.can_run_sync_js()); }

  get stopped(): unknown { return this.#asked.value ? this.#pause : undefined; }

  objection(isOurs: (fn: object) => boolean): string | undefined {
    if (!this.canWait) return NOT_HERE;
    const callee = this.#callee;
    if (typeof callee === "function" && !isOurs(callee) && !native(callee)) return NOT_TWICE;
    return undefined;
  }

  recall(question: string): Answer | undefined {
    // What was learnt meanwhile may have made some questions needless, so these are skipped.
    const known = this.#journal?.find((asked) => asked.run < this.#run && asked.question === question);
    // Python that JavaScript has called meanwhile asks for itself.
    if (!known || !this.canWait) return undefined;
    known.run = this.#run;
    return known.answer;
  }

  pause(question: string, answer: Promise<Answer>): unknown {
    this.#asked.value = 1;
    this.#question = { journal: (this.#journal ??= []), question, answer };
    return this.#pause;
  }

  // --- one thing at a time: what comes while Python waits for the page has to wait, as with shared memory

  /** Tells what Pyodide has started. False when it is one that cannot be made to stand still. */
  attach(pyodide: Pyodide): boolean {
    if (!this.#env) return false;
    this.#isProxy = (value): value is Callable => value instanceof pyodide.ffi.PyProxy && typeof (value as any).callPromising === "function";
    const { scheduleCallback } = pyodide._api;
    this.#schedule = scheduleCallback;
    // asyncio's own steps.
    pyodide.pyimport("pyodide.webloop").scheduleCallback = (callback: () => void, delay: number) =>
      scheduleCallback(() => this.#enter(callback), delay);
    this.#followEvents();
    return true;
  }

  invoke(fn: Function, args: unknown[]): unknown {
    if (!this.#isProxy(fn)) return fn(...args);
    return new Promise((ok, no) => this.#enter(() => fn.callPromising(...args).then(ok, no)));
  }

  #enter(run: () => void) {
    this.#queue.push(run);
    this.#pump();
  }

  #pump() {
    if (!this.#queue.length || this.#entering || this.#still) return;
    this.#entering = true;
    // Pyodide begins in its next turn, and this one comes after it.
    this.#queue.shift()!();
    this.#schedule(() => {
      this.#entering = false;
      this.#pump();
    }, 0);
  }

  /** Timers and listeners of the worker itself: Python that they call can wait too. */
  #followEvents() {
    const made = new WeakMap<object, Function>();
    const wrap = <T>(fn: T): T => {
      if (!this.#isProxy(fn)) return fn;
      let wrapped = made.get(fn);
      if (!wrapped) {
        wrapped = (...args: unknown[]) => void this.invoke(fn, args);
        made.set(fn, wrapped);
      }
      return wrapped as T;
    };
    const scope = globalThis as any;
    for (const timer of ["setTimeout", "setInterval", "queueMicrotask", "requestAnimationFrame"]) {
      const own = scope[timer];
      if (own) scope[timer] = (fn: unknown, ...rest: unknown[]) => own.call(scope, wrap(fn), ...rest);
    }
    const { addEventListener, removeEventListener } = EventTarget.prototype as any;
    Object.assign(EventTarget.prototype, {
      addEventListener(this: unknown, type: string, fn: unknown, options: unknown) { return addEventListener.call(this, type, wrap(fn), options); },
      removeEventListener(this: unknown, type: string, fn: unknown, options: unknown) { return removeEventListener.call(this, type, wrap(fn), options); },
    });
    for (const kind of ["WebSocket", "EventSource", "XMLHttpRequest", "MessagePort", "Worker", "FileReader", "BroadcastChannel"]) {
      let prototype = scope[kind]?.prototype;
      for (; prototype && prototype !== EventTarget.prototype; prototype = Object.getPrototypeOf(prototype)) {
        for (const [key, { get, set }] of Object.entries(Object.getOwnPropertyDescriptors(prototype) as PropertyDescriptorMap)) {
          if (key.startsWith("on") && set) Object.defineProperty(prototype, key, { get, set(value) { set.call(this, wrap(value)); }, configurable: true, enumerable: true });
        }
      }
    }
  }
}
