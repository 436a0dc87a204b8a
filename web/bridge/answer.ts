/** What a call of a worker's function gives: a promise that ends a deadlock instead of taking part in it. */

const scheduled = /\bat (?:Promise|Function)\.resolve\b/;
/** Pyodide does not give Python the promise that a call gives, but a future of its own: it knows who waits for that. */
const remade = /\bJsvPromise_Resolve\b/;

/** How a call is part of the waits of the page. */
export interface Waiting {
  /** Whether a worker waits for the page, or its interpreter wants to know of futures. */
  isOf(): boolean;
  /** The call of a worker on whose behalf code runs now, if it still waits. */
  caller(): number | undefined;
  /** Begins to wait; throws when that closes a cycle. */
  begin(call: number): number;
  end(wait: number): void;
  /** Whether the worker of this call waits still. */
  isOpen(call: number): boolean;
  /** Pyodide has made a future of it. */
  follow(answer: Answer): void;
  /** A task of an interpreter begins to wait for it, which knows who waits for that; tells whether that is so. */
  task(answer: Answer): boolean;
  /** Somebody waits, and nobody knows on whose behalf. */
  elsewhere(): void;
}

export class Answer extends Promise<unknown> {
  /** Derived promises are ordinary ones. */
  static override get [Symbol.species]() { return Promise; }

  readonly #done: (value: unknown) => void;
  readonly #fail: (error: unknown) => void;
  readonly #waits: Waiting;
  /** Who asked, as far as was known then: whoever waits later is most often the same. */
  readonly #asker: number | undefined;
  /** Whose `await` is about to call `then`. */
  #awaiter: number | undefined;
  /** This wait in the graph of all, and for which call it is. */
  #wait: number | undefined;
  #for: number | undefined;
  #isOver = false;
  #isScheduled = false;
  #isRemade = false;

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
    this.#asker = waits.caller();
    // `await` and `Promise.resolve` ask for this first, and only the latter can be seen on the stack. It schedules;
    // whoever waits for what it gives is not known.
    Object.defineProperty(this, "constructor", {
      configurable: true,
      get: () => {
        if (waits.isOf()) {
          const at = new Error().stack ?? "";
          if (remade.test(at)) {
            this.#isRemade = true;
            waits.follow(this);
          } else if (scheduled.test(at)) this.#isScheduled = true;
          else this.#awaiter = waits.caller();
        }
        return Answer;
      },
    });
  }

  get isOver() { return this.#isOver; }

  done(value: unknown) {
    this.#end();
    this.#done(value);
  }

  fail(error: unknown) {
    this.#end();
    this.#fail(error);
  }

  #end() {
    this.waitFor(undefined);
    this.#isOver = true;
  }

  /** It is known for which call somebody waits for this now, or that nobody does. */
  waitFor(call: number | undefined) {
    if (this.#isOver || call === this.#for) return;
    if (this.#wait !== undefined) this.#waits.end(this.#wait);
    this.#wait = undefined;
    this.#for = call;
    if (call === undefined) return;
    try {
      this.#wait = this.#waits.begin(call);
    } catch (cycle) {
      this.#for = undefined;
      this.fail(cycle);
    }
  }

  /** Somebody waits for this, on behalf of a call or of nobody who is known. */
  expect(call = this.#asker) {
    if (this.#isOver || this.#for !== undefined) return;
    if (call === undefined) return this.#waits.elsewhere();
    // The function that asked may be about to return without waiting.
    setTimeout(() => this.#waits.isOpen(call) && this.waitFor(call));
  }

  override then<A, B>(ok?: ((value: any) => A) | null, no?: ((error: any) => B) | null): Promise<any> {
    if (this.#isScheduled) this.#isScheduled = false;
    else if (!this.#isRemade) {
      const call = this.#awaiter ?? this.#waits.caller();
      if (call !== undefined || this.#isOver || !this.#waits.task(this)) this.expect(call);
    }
    return super.then(ok, no);
  }
}
