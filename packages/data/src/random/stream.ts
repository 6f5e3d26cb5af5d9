/** Random integers on the host, for orders and splits: the same for one seed on every platform. */
import { defaultGenerator, type Generator, philox4x32 } from "@flambeau/core";

/**
 * A sequence of random words. Each stream takes the place of one draw of its generator, so the streams of one generator
 * differ, and what one of them is used for never moves the next.
 */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #counter = [0, 0, 0, 0];
  readonly #block = new Uint32Array(4);
  #used = 4;

  constructor(generator: Generator = defaultGenerator) {
    const { seed, offset } = generator.next();
    this.#key = words(seed);
    [this.#counter[2], this.#counter[3]] = words(offset);
  }

  /** 32 random bits. */
  word(): number {
    if (this.#used === 4) {
      philox4x32(this.#counter, this.#key, this.#block);
      this.#counter[0] = (this.#counter[0]! + 1) >>> 0;
      if (this.#counter[0] === 0) this.#counter[1]!++;
      this.#used = 0;
    }
    return this.#block[this.#used++]!;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.word() >>> 5;
    return (high * 2 ** 26 + (this.word() >>> 6)) * 2 ** -53;
  }

  /** A uniform integer from 0 to `count` - 1, for counts up to 2^53. Draws that would favour small numbers are rejected. */
  below(count: number): number {
    const wide = count > 2 ** 32;
    const span = wide ? 2 ** 53 : 2 ** 32;
    const limit = span - (span % count);
    for (;;) {
      const drawn = wide ? this.uniform() * 2 ** 53 : this.word();
      if (drawn < limit) return drawn % count;
    }
  }

  /** 0 to `count` - 1 in random order (Fisher and Yates). */
  permutation(count: number): Int32Array | Float64Array {
    const order = count < 2 ** 31 ? new Int32Array(count) : new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const j = this.below(i + 1);
      order[i] = order[j]!;
      order[j] = i;
    }
    return order;
  }
}

/** The two halves of a 64-bit integer, the lower first. */
const words = (value: number | bigint): [number, number] => {
  const wide = BigInt.asUintN(64, BigInt(value));
  return [Number(wide & 0xffffffffn), Number(wide >> 32n)];
};
