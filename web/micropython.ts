/** What MicroPython lacks between Python and JavaScript: whose code runs, and exceptions that can be caught. */

type Import = (...args: unknown[]) => unknown;

/** The functions that MicroPython calls. */
export type Imports = Record<string, Import>;

/** What MicroPython keeps of JavaScript's objects, and of its own that JavaScript has. */
export interface Tables {
  proxy_js_ref: unknown[];
  proxy_js_map: Map<number, unknown>;
}

/** Imports in which code of the page may run, and throw. */
const RUNS_CODE = /^(call|js_(get_iter|iter_|reflect|subscr)|(has|lookup|store)_attr)/;

/**
 * Makes Python exceptions of what JavaScript throws while Python calls it. Without this it would unwind the interpreter
 * up to whoever started it.
 */
export const guard = (env: Imports, runner: Runner): true => {
  for (const name of Object.keys(env)) {
    if (!RUNS_CODE.test(name)) continue;
    const own = env[name];
    env[name] = (a, b, c, d, e, f, g) => {
      try {
        return own(a, b, c, d, e, f, g);
      } catch (error) {
        throw runner.raise(error);
      }
    };
  }
  // A name that is a keyword of Python may be written with an underscore: `Uint8Array.from_`.
  const { lookup_attr: look } = env;
  env.lookup_attr = (object, name, out) => look(object, name, out) || runner.withoutUnderscore(name, () => look(object, name, out));
  const { js_then_continue: wait } = env;
  env.js_then_continue = (id, ...rest) => {
    const known = runner.tables.proxy_js_ref;
    const promise = known[id as number] as Promise<unknown>;
    const explained = (done: Import, failed: Import) => promise.then(done, (reason) => failed(runner.explain(reason)));
    known[id as number] = { then: explained };
    try {
      return wait(id, ...rest);
    } finally {
      known[id as number] = promise;
    }
  };
  return true;
};

/** The byte of `_`. */
const UNDERSCORE = 95;

/** MicroPython's number for the kind of a float. */
const FLOAT = 4;

/** The parts of MicroPython's module that are used here. */
interface Module {
  _proxy_c_to_js_get_iter(id: number): void;
  setValue(pointer: number, value: unknown, type: string): void;
  [name: string]: unknown;
}

/** Whose code MicroPython runs at this moment, and what JavaScript has thrown. */
export class Runner {
  script: Element | undefined;
  /** What `raiser` shall raise. */
  thrown: unknown;
  /** Set by `_pyrite.py`: an object that raises when it is iterated, and a function that makes exceptions. */
  raiser: { readonly _ref: number } | undefined;
  explain = (reason: unknown): unknown => reason;
  #module!: Module;
  #memory!: WebAssembly.Memory;

  constructor(readonly tables: Tables) {}

  /** Takes the memory of what was instantiated. */
  remember({ exports }: WebAssembly.Instance): void {
    this.#memory = Object.values(exports).find((one) => one instanceof WebAssembly.Memory)!;
  }

  /** Makes `script` the running one and tells which was before. */
  enter(script: Element | undefined): Element | undefined {
    const before = this.script;
    this.script = script;
    return before;
  }

  /**
   * Lets whole numbers of more than 32 bits, such as the time, come to Python as floats. MicroPython would cut them: it
   * writes a number's 32 bits, then, four bytes before, that it is whole.
   */
  #widen(module: Module): void {
    const { setValue } = module;
    let wide = 0;
    module.setValue = (pointer, value, type) => {
      if (type === "i32" && typeof value === "number" && value !== (value | 0)) {
        new Uint32Array(new Float64Array([value]).buffer).forEach((half, at) => setValue(pointer + 4 * at, half, type));
        wide = pointer - 4;
      } else {
        setValue(pointer, wide && wide === pointer ? FLOAT : value, type);
        wide = 0;
      }
    };
  }

  /** Raises in Python what JavaScript has thrown, or gives it back. */
  raise(error: unknown): unknown {
    // Infinity is an exception of Python on its way.
    if (error === Infinity || !this.raiser) return error;
    this.thrown = error;
    // Of MicroPython's functions, iterating is one that lets an exception through to whoever called JavaScript.
    this.#module._proxy_c_to_js_get_iter(this.raiser._ref);
    return error;
  }

  /** Looks again for a name that ends with an underscore, without it. */
  withoutUnderscore(name: unknown, look: () => unknown): unknown {
    // Not each version gives its memory to others.
    const memory = new Uint8Array(this.#memory.buffer);
    const end = memory.indexOf(0, name as number) - 1;
    if (memory[end] !== UNDERSCORE) return 0;
    memory[end] = 0;
    try {
      return look();
    } finally {
      // It may have grown meanwhile, into another buffer.
      new Uint8Array(this.#memory.buffer)[end] = UNDERSCORE;
    }
  }

  /**
   * Runs each Python callback on behalf of the script that ran when JavaScript got hold of it: a listener, a timer,
   * the rest of a script after an `await`. MicroPython has no notion of a context, but all its proxies go through one
   * map, and all calls of them through two functions.
   */
  follow(module: Module): void {
    this.#module = module;
    this.#widen(module);
    const proxies = this.tables.proxy_js_map;
    if (!proxies) return;
    const owners = new Map<number, Element | undefined>();
    proxies.set = (id, proxy) => {
      owners.set(id, this.script);
      return Map.prototype.set.call(proxies, id, proxy);
    };
    proxies.delete = (id) => {
      owners.delete(id);
      return Map.prototype.delete.call(proxies, id);
    };
    for (const name of ["_proxy_c_to_js_call", "_proxy_c_to_js_resume"]) {
      const call = module[name] as (id: number, ...rest: unknown[]) => unknown;
      module[name] = (id: number, ...rest: unknown[]) => {
        const before = this.enter(owners.get(id) ?? this.script);
        try {
          return call(id, ...rest);
        } finally {
          this.enter(before);
        }
      };
    }
  }
}
