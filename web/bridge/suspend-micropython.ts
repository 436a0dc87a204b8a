/**
 * How MicroPython is made to stand still. It knows nothing of JavaScript Promise Integration, so three things are changed
 * between it and JavaScript:
 *
 * - C's jumps, by which it raises exceptions, go through JavaScript, over which no stack can stand still. Functions of
 *   WebAssembly that catch exceptions take their place.
 * - Its exports are called by JavaScript that wants what they give at once. Where Python may stand still, that JavaScript
 *   is given nothing, and what Python gives when it has come to its end is converted then.
 * - Its stack in memory is one: what begins while it stands still has to end before it goes on. So nothing begins that
 *   could stand still, too. Memory is collected only where nothing of Python runs at all, which standing still is not.
 */
import { catchers, doors } from "./assemble";
import type { Host, Import, Side } from "./suspend";
import { native } from "./suspend";

/** Imports that may ask the page, of versions from 1.26 on. */
const IMPORTED: Record<string, string> = {
  call0: "vii", call1: "iiiii", call2: "iiiiii", calln: "iiiiii", call0_kwarg: "viiiiii", call1_kwarg: "viiiiiii", calln_kwarg: "viiiiiiii",
  lookup_attr: "iiii", store_attr: "viii", has_attr: "iii", js_subscr_load: "viii", js_subscr_store: "viii",
  js_get_iter: "vii", js_iter_next: "iii", js_reflect_construct: "viiii", js_then_continue: "viiiii", js_get_error_info: "viii",
};

/** Which of their arguments are values of Python: where each is, or how many there are and where. */
const VALUES: Record<string, (number | [count: number, first: number])[]> = {
  call1: [2], call2: [2, 3], calln: [[2, 3]], call0_kwarg: [[2, 4]], call1_kwarg: [2, [3, 5]], calln_kwarg: [[2, 3], [4, 6]], store_attr: [2],
  js_subscr_load: [1], js_subscr_store: [1, 2], js_reflect_construct: [[1, 2]], js_then_continue: [1, 2, 3],
};

/** Bytes of a value in memory: its kind, and two words. */
const SIZE = 12;
/** Kinds of values: from `OBJECTS` on they are proxies, but for these. */
const NONE = 1;
const OBJECTS = 6;
const OF_JAVASCRIPT = 9;
const EXISTING = 10;

/** Exports that run Python. */
const RUN = /^(proxy_c_to_js_|mp_js_do_|mp_js_repl_)/;

/** Those that can be entered so that Python can stand still: which argument says where what they give is written. */
const ENTRIES: Record<string, number | undefined> = {
  proxy_c_to_js_call: 3, proxy_c_to_js_resume: 1, mp_js_do_exec: 2, mp_js_do_exec_async: 2, mp_js_repl_process_char: undefined,
};
const RESUME = "proxy_c_to_js_resume";

type Fn = (...args: any[]) => any;
/** In the place of an export that is entered next. */
type Instead = (name: string, args: number[]) => void;

/** What MicroPython keeps in the global scope. */
interface Tables {
  readonly proxy_js_ref: unknown[];
  readonly proxy_js_map: Map<number, WeakRef<object>>;
  readonly proxy_js_existing: unknown[];
}

/** Whose code runs, and how JavaScript's errors become Python's: web/micropython.ts. */
interface Runner { script: unknown; explain: Fn }

class MicroPython implements Side {
  readonly imports = IMPORTED;
  readonly isLate = false;
  readonly schedule = (callback: () => void, delay: number) => void setTimeout(callback, delay);
  stack = { get: () => 0, set: (_at: number) => {} };
  /** Python that can stand still runs now. */
  #isRunning = false;
  /** How many exports, which cannot, are called within each other. */
  #inner = 0;
  #instead: Instead | undefined;
  #runner: Runner | undefined;
  /** The script for which something else ran when Python went on, if it has. */
  #before: [unknown] | undefined;
  /** Some function of Python, by which values are converted. */
  #reader: Fn = () => undefined;
  #memory!: WebAssembly.Memory;
  #exports: Record<string, Fn> = {};
  readonly #promising = new Map<string, Fn>();
  readonly #doors: WebAssembly.Table;

  constructor(env: Record<string, Import>, readonly host: Host) {
    const jumps = Object.keys(env).filter((name) => /^invoke_[vijfd]+$/.test(name));
    // The place in the table comes first.
    const signatures = jumps.map((name) => name.slice(7).replace(/^./, "$&i"));
    const { exports } = new WebAssembly.Instance(doors(signatures));
    this.#doors = exports.t as WebAssembly.Table;
    jumps.forEach((name, at) => (env[name] = exports[at] as Import));
    this.#catchers = catchers(signatures);
    for (const name of Object.keys(VALUES)) if (name in env) env[name] = this.#again(name, env[name]!);
    if (env.js_then_continue) env.js_then_continue = this.#following(env.js_then_continue);
  }

  readonly #catchers: WebAssembly.Module;

  get #words() { return new Int32Array(this.#memory.buffer); }

  get #tables() { return globalThis as unknown as Tables; }

  // --- what it imports

  /** An import that can be made again: it takes its arguments apart, and some of them can be taken only once. */
  #again(name: string, own: Import): Import {
    const places = (args: number[]) =>
      VALUES[name]!.flatMap((at) => typeof at === "number" ? [args[at]!]
        : Array.from({ length: args[at[0]]! }, (_, i) => args[at[1]]! + SIZE * i));
    return (...args: number[]) => {
      const words = this.#words;
      const kept = places(args).filter((at) => words[at >> 2]! >= OBJECTS && words[at >> 2] !== OF_JAVASCRIPT)
        .map((at) => [at, words[at >> 2] === EXISTING && this.#tables.proxy_js_existing[words[(at >> 2) + 1]!]] as const);
      try {
        return own(...args);
      } finally {
        if (this.host.isStopped) for (const [at, value] of kept) this.#keep(at, value);
      }
    };
  }

  /** Writes a value that JavaScript has taken as one that it knows. */
  #keep(at: number, taken: unknown) {
    const { proxy_js_existing: existing, proxy_js_map: proxies } = this.#tables;
    const words = this.#words;
    const value = taken || proxies.get(words[(at >> 2) + 1]!)?.deref();
    // It was not come to.
    if (value === undefined) return;
    const free = existing.indexOf(undefined);
    const index = free < 0 ? existing.length : free;
    existing[index] = value;
    words.set([EXISTING, index], at >> 2);
  }

  /** Lets Python that waits for a promise stand still when it goes on. */
  #following(own: Import): Import {
    return (id: number, ...rest) => {
      const known = this.#tables.proxy_js_ref;
      const promise = known[id] as Promise<unknown>;
      const then = (done: Fn, failed: Fn) => promise.then(
        (value) => this.#enter(() => done(value)),
        async (reason) => {
          const runner = this.#runner!;
          const { explain } = runner;
          const error = await this.#enter(() => explain(reason));
          await this.#enter(() => {
            runner.explain = () => error;
            try {
              failed(reason);
            } finally {
              runner.explain = explain;
            }
          });
        },
      );
      known[id] = { then };
      try {
        return own(id, ...rest);
      } finally {
        known[id] = promise;
      }
    };
  }

  // --- what it exports

  came(exports: Record<string, any>) {
    const { emscripten_stack_get_current: get, _emscripten_stack_restore: set, setThrew: threw, __indirect_function_table: t } = exports;
    const jumps = new WebAssembly.Instance(this.#catchers, {
      s: { get, set, threw, t, tag: (WebAssembly as any).JSTag, jumped: (error: unknown) => +(error === Infinity) },
    });
    Object.values(jumps.exports).forEach((fn, at) => this.#doors.set(at, fn));
    this.stack = { get, set };
    this.#memory = exports.memory;
    this.#exports = exports;
    return Object.fromEntries(Object.entries(exports).map(([name, own]) => [name, RUN.test(name) ? this.#entry(name, own) : own]));
  }

  #entry(name: string, own: Fn): Fn {
    return (...args: number[]) => {
      // JavaScript goes on although it was stopped.
      if (this.host.isStopped) throw this.host.pause;
      const instead = name in ENTRIES ? this.#instead : undefined;
      if (instead) {
        this.#instead = undefined;
        return void instead(name, args);
      }
      if (name === RESUME && !this.isActive) return this.#resume(args);
      this.#inner++;
      try {
        return own(...args);
      } finally {
        this.#inner--;
      }
    };
  }

  get isActive() { return this.#isRunning || this.#inner > 0; }

  get canStand() { return this.#isRunning && this.#inner === 0; }

  about(first: unknown) { return this.#tables.proxy_js_ref[first as number]; }

  save() { return this.#runner?.script; }

  left() {
    this.#isRunning = false;
    if (this.#before) [this.#runner!.script] = this.#before;
    this.#before = undefined;
  }

  restore(script: unknown) {
    this.#isRunning = true;
    if (!this.#runner) return;
    this.#before = [this.#runner.script];
    this.#runner.script = script;
  }

  // --- entering it

  /** Has what an export is going to write written to another place; who called it finds nothing there. Gives the place. */
  #move(name: string, args: number[]): number {
    const at = ENTRIES[name];
    if (at === undefined) return 0;
    const given = args[at]!;
    const size = name === RESUME ? 3 * SIZE : SIZE;
    const place = (args[at] = this.#exports.malloc!(size));
    const words = this.#words;
    words.copyWithin(place >> 2, given >> 2, (given + size) >> 2);
    words[given >> 2] = NONE;
    return place;
  }

  /** Runs an export on a stack that can stand still; gives what Python gives. */
  async #begin(name: string, args: number[], place: number): Promise<unknown> {
    let run = this.#promising.get(name);
    if (!run) this.#promising.set(name, (run = (WebAssembly as any).promising(this.#exports[name]) as Fn));
    const stack = this.stack.get();
    this.#isRunning = true;
    let result: Promise<unknown>;
    try {
      result = run(...args);
    } finally {
      this.#isRunning = false;
    }
    let given: unknown;
    try {
      given = await result;
    } catch (error) {
      // It has left Python as it was.
      this.stack.set(stack);
      throw error;
    } finally {
      this.left();
    }
    try {
      return place ? this.#value(place) : given;
    } finally {
      if (place) this.#exports.free!(place);
    }
  }

  /** Converts what was written. Only MicroPython's own JavaScript can: it is called for something else, and finds this. */
  #value(place: number): unknown {
    this.#instead = (_, args) => void this.#words.copyWithin(args[3]! >> 2, place >> 2, (place + SIZE) >> 2);
    return this.#reader();
  }

  /** Calls something that enters Python, so that it can stand still; gives what Python gives in the end. */
  #enter(call: Fn): Promise<unknown> {
    const runner = this.#runner!;
    const { script } = runner;
    return new Promise((ok, no) => this.host.enter(() => {
      const before = runner.script;
      runner.script = script;
      let result: Promise<unknown> | undefined;
      this.#instead = (name, args) => (result = this.#begin(name, args, this.#move(name, args)));
      try {
        const given = call();
        ok(result ?? given);
      } catch (error) {
        no(error);
      } finally {
        this.#instead = undefined;
        runner.script = before;
      }
      this.#settle(result);
    }));
  }

  /** When Python has come to its end, the next may begin. */
  #settle(result: Promise<unknown> | undefined) {
    const next = () => this.host.pump();
    result?.then(next, next);
  }

  /** JavaScript begins or goes on with a coroutine: it looks for no result. */
  #resume(args: number[]) {
    const place = this.#move(RESUME, args);
    const failed = this.#tables.proxy_js_ref[this.#words[(place + 2 * SIZE + 4) >> 2]!] as Fn;
    const runner = this.#runner;
    const script = runner?.script;
    this.host.enter(() => {
      const before = runner?.script;
      if (runner) runner.script = script;
      const result = this.#begin(RESUME, args, place);
      if (runner) runner.script = before;
      result.catch(failed);
      this.#settle(result);
    });
  }

  attach(interpreter: Record<string, any>, { runner }: Record<string, unknown>) {
    this.#runner = runner as Runner;
    this.#reader = interpreter.pyimport("builtins").abs;
    for (const name of ["runPythonAsync", "replProcessChar"]) {
      const own = interpreter[name] as Fn;
      interpreter[name] = (given: unknown) => this.#enter(() => own(given));
    }
    return true;
  }

  isProxy(value: unknown) { return typeof value === "function" && !native(value) && "_ref" in value; }

  call(fn: Fn, args: unknown[]) { return this.#enter(() => fn(...args)); }
}

/** Nothing if this is not what MicroPython imports. */
export const micropython = (env: Record<string, Import>, host: Host): Side | undefined =>
  env.proxy_js_free_obj && "JSTag" in WebAssembly ? new MicroPython(env, host) : undefined;
