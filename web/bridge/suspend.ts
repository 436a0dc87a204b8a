/**
 * Lets an interpreter stand still while it waits for the page, without shared memory: JavaScript Promise Integration.
 *
 * A chunk that only workers on pages that are not isolated load. Interpreters reach JavaScript through functions that their
 * WebAssembly imports. In front of each that gets JavaScript's objects we put a function of WebAssembly:
 *
 *     loop
 *       call the import
 *       nobody asked the page: return what it gave
 *       stand still until the page has answered
 *     end
 *
 * What asks the page throws; that unwinds JavaScript, which cannot stand still, back to this loop. The second time the
 * answer is there. So an object of the page is an object like any other, whatever Python does with it.
 *
 * What is different about the two interpreters is in suspend-pyodide.ts and suspend-micropython.ts.
 */
import { loops } from "./assemble";
import { micropython } from "./suspend-micropython";
import { pyodide } from "./suspend-pyodide";
import type { Answer, Suspend } from "./worker";

export type Import = ((...args: any[]) => any) & { sig?: string };
export type Imports = Record<string, WebAssembly.ModuleImports>;

/** What an interpreter is asked and told. */
export interface Side {
  /** Which imports may ask the page: their signatures. */
  readonly imports: Readonly<Record<string, string>>;
  /** Takes what was instantiated; gives what the interpreter shall see. */
  came(exports: any): any;
  /** Whether the Python that runs now can stand still. */
  readonly canStand: boolean;
  /** What an import that runs is about, from its first argument. */
  about(first: unknown): unknown;
  /** What of the interpreter has to be as it was when it goes on. */
  save(): unknown;
  restore(state: any): void;
  /** It stands still from now on. */
  left?(): void;
  /** The interpreter has started; tells whether it can be made to stand still. `bridge`: what goes with it. */
  attach(interpreter: any, bridge: Record<string, unknown>): boolean;
  isProxy(value: unknown): boolean;
  /** Calls a function of Python so that it can stand still. */
  call(fn: any, args: unknown[]): Promise<unknown>;
  /** Whether Python runs at this moment. */
  readonly isActive: boolean;
  /** Python that is told to run begins in its next turn. */
  readonly isLate: boolean;
  schedule(callback: () => void, delay: number): void;
  /** WebAssembly's own stack, in its memory. */
  readonly stack: { get(): number; set(at: number): void };
}

/** What an interpreter is given. */
export interface Host {
  /** Thrown to get back to the loop. */
  readonly pause: unknown;
  /** Whether it is on its way. */
  readonly isStopped: boolean;
  /** Begins something as soon as nothing stands still. */
  enter(run: () => void): void;
  /** Begins what may begin. */
  pump(): void;
}

/** One call of an import: what it asked so far. */
type Journal = { readonly question: string; readonly answer: Answer; run: number }[];

const NOT_HERE =
  "the page cannot be asked from here: JavaScript has called this Python function and waits for what it returns\n" +
  "hint: on this host only code that Python runs by itself can use `window`, `document` and `sync`; " +
  "make it a task (`asyncio.create_task`), or send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`";
const NOT_TWICE =
  "a JavaScript function of the worker has used an object of the page, which it can only on pages with shared memory\n" +
  "hint: run it on the page (`js_modules.main`), or send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`";

// --- standing still

export const native = (fn: object) => Function.prototype.toString.call(fn).includes("[native code]");

export class Suspension implements Suspend, Host {
  /** Thrown to get back to the loop. Pyodide lets it through. */
  readonly pause = Object.assign(new Error("the page is asked"), { pyodide_fatal_error: true });
  readonly #asked = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  #side: Side | undefined;
  #isUnable = false;
  /** The call of an import that runs now: how deep, what it asked, how often it was made, what it is about. */
  #depth = 0;
  #journal: Journal | undefined;
  #run = 0;
  #callee: unknown;
  /** The journal of the call that is made again next. */
  #again: Journal | undefined;
  #question: { journal: Journal; question: string; answer: Promise<Answer> } | undefined;
  /** How many stacks stand still until the page answers. */
  #still = 0;
  readonly #queue: (() => void)[] = [];
  #entering = false;

  constructor() {
    const { instantiate, instantiateStreaming } = WebAssembly as any;
    const looped = new WeakSet<object>();
    const hook = (own: Function) => async (source: unknown, imports?: Imports) => {
      const env = imports?.env as Record<string, Import> | undefined;
      // One of these two may call the other.
      if (!env || looped.has(env)) return own.call(WebAssembly, source, imports);
      const [given, before] = [await source, { ...env }];
      // Libraries of Pyodide have whatever they ask for, also what MicroPython has.
      const side = pyodide(env, this) ?? (this.#side ? undefined : micropython(env, this));
      if (!side) return own.call(WebAssembly, given, imports);
      // The last one counts: an interpreter that did not start may be started in another way.
      this.#side = side;
      looped.add(env);
      // What was read cannot be read again.
      const spare = given instanceof Response && given.body ? given.clone() : given;
      try {
        this.#loop(env, side);
        const result = await own.call(WebAssembly, given, imports);
        const { instance } = result;
        return instance
          ? { module: result.module, instance: { exports: side.came(instance.exports) } }
          : { exports: side.came(result.exports) };
      } catch (error) {
        if (!(error instanceof WebAssembly.LinkError)) throw error;
      }
      // A version of which nothing is known: it has to do without.
      this.#isUnable = true;
      Object.assign(env, before);
      return own.call(WebAssembly, spare, imports);
    };
    WebAssembly.instantiate = hook(instantiate) as any;
    WebAssembly.instantiateStreaming = hook(instantiateStreaming) as any;
  }

  /** Puts a loop in front of each import that may ask the page. */
  #loop(env: Record<string, Import>, side: Side) {
    const names = Object.keys(side.imports).filter((name) => name in env);
    const signatures = names.map((name) => side.imports[name]!);
    const { exports } = new WebAssembly.Instance(loops(signatures), {
      f: Object.fromEntries(names.map((name, i) => [i, this.#guard(side, env[name]!, signatures[i]!)])),
      s: {
        save: () => {
          this.#asked.value = 0;
          return { state: side.save(), ...this.#question! };
        },
        wait: new (WebAssembly as any).Suspending((saved: object) => this.#wait(side, saved)),
        resume: (saved: { state: unknown; journal: Journal }) => {
          this.#still--;
          // Python goes on at once and may ask again.
          if (this.#queue.length) side.schedule(() => this.pump(), 0);
          side.restore(saved.state);
          this.#again = saved.journal;
        },
        asked: this.#asked,
      },
    });
    names.forEach((name, i) => (env[name] = Object.assign(exports[i] as Import, { sig: signatures[i] })));
  }

  #guard(side: Side, fn: Import, sig: string): Import {
    const nothing = sig[0] === "e" ? null : sig[0] === "j" ? 0n : 0;
    return (...args) => {
      if (this.#depth > 0) return this.#inner(fn, args);
      this.#journal = this.#again;
      this.#again = undefined;
      this.#run = (this.#journal?.length ?? 0) + 1;
      this.#callee = side.about(args[0]);
      const stack = side.stack.get();
      this.#depth++;
      try {
        return fn(...args);
      } catch (error) {
        // Whatever was made of it: all of this will be done once more.
        if (!this.isStopped) throw error;
        // It has passed WebAssembly, which did not get to tidy up.
        side.stack.set(stack);
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
    if (this.isStopped) throw this.pause;
    return result;
  }

  #wait(side: Side, saved: any) {
    this.#still++;
    side.left?.();
    return saved.answer.then((answer: Answer) => {
      saved.journal.push({ question: saved.question, answer, run: 0 });
      return saved;
    });
  }

  get canWait() { return this.#depth > 0 && this.#side!.canStand; }

  get isStopped() { return this.#asked.value !== 0; }

  get stopped(): unknown { return this.isStopped ? this.pause : undefined; }

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

  stop(question: string, answer: Promise<Answer>): unknown {
    this.#asked.value = 1;
    this.#question = { journal: (this.#journal ??= []), question, answer };
    return this.pause;
  }

  // --- one thing at a time: what comes while Python waits for the page has to wait, as with shared memory

  /** Tells what has started. False when it is one that cannot be made to stand still. */
  attach(interpreter: unknown, bridge: Record<string, unknown>): boolean {
    if (this.#isUnable || !this.#side?.attach(interpreter, bridge)) return false;
    this.#followEvents();
    return true;
  }

  invoke(fn: Function, args: unknown[]): unknown {
    const side = this.#side;
    return side?.isProxy(fn) ? side.call(fn, args) : fn(...args);
  }

  enter(run: () => void) {
    this.#queue.push(run);
    // Whatever runs now comes to its end in this turn.
    if (this.#side!.isActive) this.#side!.schedule(() => this.pump(), 0);
    else this.pump();
  }

  pump() {
    const side = this.#side!;
    while (this.#queue.length && !this.#entering && !this.#still && !side.isActive) {
      this.#entering = side.isLate;
      this.#queue.shift()!();
      if (!side.isLate) continue;
      // It begins in its next turn, and this one comes after it.
      side.schedule(() => {
        this.#entering = false;
        this.pump();
      }, 0);
    }
  }

  /** Timers and listeners of the worker itself: Python that they call can wait too. */
  #followEvents() {
    const made = new WeakMap<object, Function>();
    const wrap = <T>(fn: T): T => {
      if (!this.#side!.isProxy(fn)) return fn;
      let wrapped = made.get(fn as object);
      if (!wrapped) {
        wrapped = (...args: unknown[]) => void this.invoke(fn as Function, args);
        made.set(fn as object, wrapped);
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
