/** Which id belongs to what stands here for an object of the other side. */

/** Fewer are not worth a new table. */
const FEW = 1024;

/** A `WeakMap` that gives memory back: the engine's own keeps the room that it once needed. */
export class Refs {
  #table = new WeakMap<object, number>();
  /** How many there were at most since the table was made. */
  #most = 0;

  get(ref: object) { return this.#table.get(ref); }
  has(ref: object) { return this.#table.has(ref); }

  /** `count`: how many there are with this one. */
  set(ref: object, id: number, count: number) {
    this.#table.set(ref, id);
    if (count > this.#most) this.#most = count;
  }

  /** Some were collected; these are left. */
  shrink(left: ReadonlyMap<number, { readonly weak: WeakRef<object> }>) {
    if (this.#most < FEW || left.size * 4 > this.#most) return;
    this.#table = new WeakMap();
    this.#most = left.size;
    for (const [id, { weak }] of left) {
      const ref = weak.deref();
      if (ref) this.#table.set(ref, id);
    }
  }
}
