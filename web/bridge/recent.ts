/** Properties of the page's objects that a worker does not ask for again for a while: `experimental_ffi_timeout`. */
import { Message } from "./kinds";
import type { WorkerEnd } from "./worker";

interface Known {
  /** Absent for what has to be asked for each time: it is computed, inherited, or not there. */
  readonly data?: { readonly value: unknown };
  readonly until: number;
}

export class Recent {
  readonly #known = new Map<number, Map<PropertyKey, Known>>();
  #clearing = false;

  /** `milliseconds`: how long a property is believed to stay as it is; 0 is until the event loop turns. */
  constructor(readonly end: WorkerEnd, readonly milliseconds: number) {}

  get(id: number, key: PropertyKey): unknown {
    const { data } = this.#find(id, key);
    return data ? data.value : this.end.get(id, key);
  }

  has(id: number, key: PropertyKey): boolean {
    return !!this.#find(id, key).data || this.end.has(id, key);
  }

  /** The object is not what it was. */
  forget(id: number) {
    this.#known.delete(id);
  }

  #find(id: number, key: PropertyKey): Known {
    const now = performance.now();
    let keys = this.#known.get(id);
    let known = keys?.get(key);
    if (known && known.until > now) return known;
    const found = this.end.ask(Message.Descriptor, id, key) as PropertyDescriptor | undefined;
    const data = found && "value" in found ? { value: found.value as unknown } : undefined;
    known = { data, until: this.milliseconds ? now + this.milliseconds : Infinity };
    if (!keys) this.#known.set(id, (keys = new Map()));
    keys.set(key, known);
    this.#clearSoon();
    return known;
  }

  /** Values are held no longer than they are believed. */
  #clearSoon() {
    if (this.#clearing) return;
    this.#clearing = true;
    setTimeout(() => {
      this.#clearing = false;
      this.#known.clear();
    }, this.milliseconds);
  }
}
