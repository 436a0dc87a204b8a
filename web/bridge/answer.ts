/** What a call of a worker's function gives: a promise that ends a deadlock instead of taking part in it. */

const scheduled = /\bat (?:Promise|Function)\.resolve\b/;
/** Pyodide does not give Python the promise that a call gives, but one that it makes of it: nobody sees who waits for it. */
const remade = /\bJsvPromise_Resolve\b/;

/** How a call is part of the waits of the page. */
interface Waiting {
  /** Whether it was made on behalf of a call that a worker waits for still. */
  concerns(): boolean;
  /** Begins to wait; throws when that closes a cycle. */
  begin(): number;
  end(wait: number): void;
  /** It was made on behalf of nobody who is known, and somebody waits. */
  elsewhere(): void;
}

export class Answer extends Promise<unknown> {
  /** Derived promises are ordinary ones. */
  static override get [Symbol.species]() { return Promise; }

  readonly #done: (value: unknown) => void;
  readonly #fail: (error: unknown) => void;
  readonly #waits: Waiting;
  /** This wait in the graph of all. */
  #wait: number | undefined;
  #asked = false;
  #scheduled = false;
  #remade = false;

  constructor(waits: Waiting) {
    let done!: (value: unknown) => void;
    let fail!: (error: unknown) => void;
    super((ok, no) => {
      done = ok;
      fail = no;
    });
    this.#done = done;
    this.#fail = fail;
    this.#waits = waits;
    // `await` and `Promise.resolve` ask for this first, and only the latter can be seen on the stack. It schedules;
    // whoever waits for what it gives is not known.
    Object.defineProperty(this, "constructor", {
      configurable: true,
      get: () => {
        if (waits.concerns()) {
          const stack = new Error().stack ?? "";
          if (remade.test(stack)) this.#remade = true;
          else if (scheduled.test(stack)) this.#scheduled = true;
        }
        return Answer;
      },
    });
  }

  done(value: unknown) {
    this.#end();
    this.#done(value);
  }

  fail(error: unknown) {
    this.#end();
    this.#fail(error);
  }

  #end() {
    if (this.#wait !== undefined) this.#waits.end(this.#wait);
    this.#asked = true;
  }

  /** Somebody waits for this. */
  expect() {
    if (this.#asked) return;
    this.#asked = true;
    if (!this.#waits.concerns()) return this.#waits.elsewhere();
    // The function that asked may be about to return without waiting.
    setTimeout(() => {
      if (!this.#waits.concerns()) return;
      try {
        this.#wait = this.#waits.begin();
      } catch (cycle) {
        this.fail(cycle);
      }
    });
  }

  override then<A, B>(ok?: ((value: any) => A) | null, no?: ((error: any) => B) | null): Promise<any> {
    if (this.#remade) this.#waits.elsewhere();
    else if (this.#scheduled) this.#scheduled = false;
    else this.expect();
    return super.then(ok, no);
  }
}
