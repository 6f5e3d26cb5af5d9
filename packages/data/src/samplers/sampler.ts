/** Orders in which a dataset's samples are taken. */
import { ArgumentError } from "@flambeau/core";

/** Gives indices, or lists of them; each pass over it is one epoch (`torch.utils.data.Sampler`). */
export interface Sampler<T = number> extends Iterable<T> {
  readonly length: number;
}

/** A dataset, or any other thing with a length. */
export interface Sized {
  readonly length: number;
}

/** All indices in order (`torch.utils.data.SequentialSampler`). */
export class SequentialSampler implements Sampler {
  constructor(readonly source: Sized) {}

  get length(): number {
    return this.source.length;
  }

  *[Symbol.iterator](): Generator<number, void> {
    for (let i = 0; i < this.source.length; i++) yield i;
  }
}

/**
 * Groups the indices of another sampler (`torch.utils.data.BatchSampler`). The last group may be smaller, or is left out
 * with `dropLast`.
 */
export class BatchSampler implements Sampler<number[]> {
  constructor(
    readonly sampler: Sampler,
    readonly batchSize: number,
    readonly dropLast: boolean = false,
  ) {
    checkCount("BatchSampler", "batchSize", batchSize);
  }

  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *[Symbol.iterator](): Generator<number[], void> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}

/** Throws ArgumentError unless `value` is a positive integer. */
export function checkCount(op: string, name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value <= 0) {
    throw new ArgumentError(op, `expected ${name} to be a positive integer, got ${String(value)}`);
  }
}
