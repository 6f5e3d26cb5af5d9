/** Samplers that draw. Each pass takes one draw of the generator, so passes differ and a seed fixes them all. */
import { ArgumentError, type Generator } from "@flambeau/core";
import { RandomStream } from "../random/stream.js";
import { checkCount, type Sampler, type Sized } from "./sampler.js";

export interface RandomSamplerOptions {
  /** Whether an index may come again. */
  replacement?: boolean;
  /** How many indices a pass gives; as many as the dataset has samples unless given. */
  numSamples?: number;
  /** Where the randomness comes from; the default generator unless given. */
  generator?: Generator;
}

/**
 * Indices in random order (`torch.utils.data.RandomSampler`). Without replacement, more samples than the dataset has take
 * several orders one after the other.
 */
export class RandomSampler implements Sampler {
  constructor(
    readonly source: Sized,
    readonly options: RandomSamplerOptions = {},
  ) {
    if (options.numSamples !== undefined) checkCount("RandomSampler", "numSamples", options.numSamples);
  }

  get length(): number {
    return this.options.numSamples ?? this.source.length;
  }

  *[Symbol.iterator](): globalThis.Generator<number, void> {
    const random = new RandomStream(this.options.generator);
    const count = this.source.length;
    let left = count === 0 ? 0 : this.length;
    if (this.options.replacement === true) while (left-- > 0) yield random.below(count);
    for (; left > 0; left -= count) yield* random.permutation(count).subarray(0, left);
  }
}

/** Given indices in random order (`torch.utils.data.SubsetRandomSampler`). */
export class SubsetRandomSampler implements Sampler {
  constructor(
    readonly indices: readonly number[],
    readonly generator?: Generator,
  ) {}

  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): globalThis.Generator<number, void> {
    for (const i of new RandomStream(this.generator).permutation(this.indices.length)) yield this.indices[i]!;
  }
}

export interface WeightedRandomSamplerOptions {
  /** Whether an index may come again; true unless given. */
  replacement?: boolean;
  generator?: Generator;
}

/**
 * Indices with probabilities in proportion to `weights` (`torch.utils.data.WeightedRandomSampler`). Throws ArgumentError
 * for weights that are negative, not finite or all zero, and for more samples than weights above zero without replacement.
 */
export class WeightedRandomSampler implements Sampler {
  readonly #weights: Float64Array;

  constructor(
    weights: ArrayLike<number>,
    readonly numSamples: number,
    readonly options: WeightedRandomSamplerOptions = {},
  ) {
    const op = "WeightedRandomSampler";
    checkCount(op, "numSamples", numSamples);
    this.#weights = Float64Array.from(weights);
    const wrong = this.#weights.findIndex((w) => !(w >= 0 && w < Infinity));
    if (wrong >= 0) {
      throw new ArgumentError(
        op,
        `expected finite weights of at least 0, got ${this.#weights[wrong]} at index ${wrong}`,
      );
    }
    const usable = this.#weights.filter((w) => w > 0).length;
    if (usable === 0)
      throw new ArgumentError(op, `expected some weight above 0 among the ${weights.length} given`);
    if (options.replacement === false && numSamples > usable) {
      throw new ArgumentError(
        op,
        `cannot draw ${numSamples} different indices: only ${usable} weights are above 0`,
      );
    }
  }

  get length(): number {
    return this.numSamples;
  }

  *[Symbol.iterator](): globalThis.Generator<number, void> {
    const random = new RandomStream(this.options.generator);
    yield* this.options.replacement === false ? this.#distinct(random) : this.#repeated(random);
  }

  *#repeated(random: RandomStream): globalThis.Generator<number, void> {
    let sum = 0;
    const sums = this.#weights.map((w) => (sum += w));
    const last = this.#weights.findLastIndex((w) => w > 0);
    for (let n = 0; n < this.numSamples; n++) yield firstAbove(sums, random.uniform() * sum, last);
  }

  /** The largest of u^(1/w) over all indices is a weighted draw, and so is the next (Efraimidis and Spirakis, 2006). */
  #distinct(random: RandomStream): number[] {
    const keys = this.#weights.map((w) => Math.log(1 - random.uniform()) / w);
    const order = [...keys.keys()].filter((i) => this.#weights[i]! > 0);
    return order.sort((a, b) => keys[b]! - keys[a]!).slice(0, this.numSamples);
  }
}

/** The first place whose running sum exceeds `value`, which is never that of a zero weight; `last` where rounding hides it. */
function firstAbove(sums: Float64Array, value: number, last: number): number {
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
