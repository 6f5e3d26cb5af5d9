/** A seeded stream of choices: the same seed and stream give the same trial on every machine. */
import { philox } from "../reference/philox.js";

export class Seeded {
  readonly #key: readonly [number, number];
  #count = 0;

  constructor(seed: number, stream: number) {
    this.#key = [seed >>> 0, stream >>> 0];
  }

  /** Uniform in [0, 1). */
  next(): number {
    return philox([this.#count++, 0, 0, 0], this.#key)[0] * 2 ** -32;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    return items.map(() => rest.splice(this.int(0, rest.length - 1), 1)[0] as T);
  }
}
