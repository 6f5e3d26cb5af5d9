/** The shared memory of one worker, used again from batch to batch. */

const smallest = 64 * 1024;

export class Slabs {
  readonly #free: SharedArrayBuffer[] = [];

  /** Memory of at least `bytes`, or null where none is needed. Free slabs that are too small for today's batches are dropped. */
  take(bytes: number): SharedArrayBuffer | null {
    if (bytes === 0) return null;
    const fitting = this.#free.findIndex((slab) => slab.byteLength >= bytes);
    if (fitting >= 0) return this.#free.splice(fitting, 1)[0]!;
    this.#free.pop();
    return new SharedArrayBuffer(Math.max(smallest, 2 ** Math.ceil(Math.log2(bytes))));
  }

  give(slab: SharedArrayBuffer): void {
    this.#free.push(slab);
  }
}
