import { ArgumentError, Generator } from "@flambeau/core";
import { RandomStream } from "../random/stream.js";
import { checkCount, type Sampler, type Sized } from "./sampler.js";

export interface DistributedSamplerOptions {
  /** How many processes share the dataset. */
  numReplicas: number;
  /** Which of them this is, from 0. */
  rank: number;
  /** Whether each epoch has another order; true unless given. */
  shuffle?: boolean;
  /** The same in all processes. */
  seed?: number;
  /** Whether to leave out the samples that do not divide evenly; else some are taken twice. */
  dropLast?: boolean;
}

/**
 * Every process's own share of a dataset (`torch.utils.data.DistributedSampler`): all processes take equally many indices,
 * and together they cover the dataset. Call `setEpoch` before each epoch so that its order is another.
 */
export class DistributedSampler implements Sampler {
  #epoch = 0;

  constructor(
    readonly source: Sized,
    readonly options: DistributedSamplerOptions,
  ) {
    const { numReplicas, rank } = options;
    checkCount("DistributedSampler", "numReplicas", numReplicas);
    if (!Number.isInteger(rank) || rank < 0 || rank >= numReplicas) {
      throw new ArgumentError(
        "DistributedSampler",
        `expected a rank from 0 to ${numReplicas - 1}, got ${rank}`,
      );
    }
  }

  get length(): number {
    const share = this.source.length / this.options.numReplicas;
    return this.options.dropLast === true ? Math.floor(share) : Math.ceil(share);
  }

  /** Chooses the order of the next pass. */
  setEpoch(epoch: number): void {
    this.#epoch = epoch;
  }

  *[Symbol.iterator](): globalThis.Generator<number, void> {
    const { numReplicas, rank, seed = 0, shuffle = true } = this.options;
    const count = this.source.length;
    const order = shuffle ? new RandomStream(new Generator(seed + this.#epoch)).permutation(count) : null;
    for (let i = 0; i < this.length; i++) {
      const at = (rank + i * numReplicas) % count;
      yield order === null ? at : order[at]!;
    }
  }
}
