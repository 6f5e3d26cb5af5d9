/** What DataLoader takes, checked and completed. */
import { ArgumentError, type DeviceLike, defaultGenerator, Generator } from "@flambeau/core";
import { type AnyDataset, type Dataset, isMapStyle } from "../datasets/dataset.js";
import { RandomSampler } from "../samplers/random.js";
import { BatchSampler, checkCount, type Sampler, SequentialSampler } from "../samplers/sampler.js";

export interface DataLoaderOptions<T, B> {
  /** Samples per batch, 1 unless given; null gives single samples. */
  batchSize?: number | null;
  /** Whether each pass has another order. */
  shuffle?: boolean;
  /** The order, in place of `shuffle`. */
  sampler?: Sampler;
  /** The batches, in place of `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  batchSampler?: Iterable<readonly number[]> & { readonly length: number };
  /** Whether to leave out a last batch that is not full. */
  dropLast?: boolean;
  /**
   * Makes a batch of samples, `defaultCollate` unless given. A function runs in this thread, also with workers, which then only
   * fetch samples. The name of a function that the dataset's module exports runs where the samples are fetched.
   */
  collateFn?: ((samples: T[]) => B) | string;
  /** Worker threads that fetch and collate ahead; needs a dataset made by `workerDataset`. 0 unless given: this thread does it. */
  numWorkers?: number;
  /** Batches each worker makes ahead; 2 unless given. */
  prefetchFactor?: number;
  /** Whether workers live on between passes. End them with `close()`. */
  persistentWorkers?: boolean;
  /** Seconds that a batch from a worker may take; 0, the default, is for ever. */
  timeout?: number;
  /** Name of a function `(workerId) => …` of the dataset's module that each worker calls when it has built the dataset. */
  workerInitFn?: string;
  /** Fixes orders and worker seeds: the same as a new generator of this seed. */
  seed?: number;
  /** Where orders and worker seeds come from; the default generator unless given. */
  generator?: Generator;
  /** Where the batches' tensors are made; the default device unless given. */
  device?: DeviceLike;
}

const op = "DataLoader";

function refuse(what: string): never {
  throw new ArgumentError(op, what);
}

/** Throws ArgumentError for options that contradict each other. */
export function checkOptions(options: DataLoaderOptions<never, unknown>, mapStyle: boolean): void {
  const { batchSize, batchSampler, dropLast, numWorkers = 0, sampler, shuffle } = options;
  if (typeof batchSize === "number") checkCount(op, "batchSize", batchSize);
  if (options.prefetchFactor !== undefined) checkCount(op, "prefetchFactor", options.prefetchFactor);
  if (!Number.isInteger(numWorkers) || numWorkers < 0)
    refuse(`expected numWorkers to be an integer of at least 0, got ${numWorkers}`);
  if (!((options.timeout ?? 0) >= 0))
    refuse(`expected timeout to be at least 0 seconds, got ${options.timeout}`);
  if (options.seed !== undefined && options.generator !== undefined)
    refuse("expected a seed or a generator, got both");
  if (!mapStyle && (shuffle === true || sampler !== undefined || batchSampler !== undefined)) {
    refuse("an iterable dataset has its own order: shuffle, sampler and batchSampler cannot be used with it");
  }
  if (sampler !== undefined && shuffle === true) refuse("expected shuffle or a sampler, got both");
  if (
    batchSampler !== undefined &&
    (batchSize !== undefined || shuffle === true || sampler !== undefined || dropLast === true)
  ) {
    refuse(
      "a batchSampler takes the place of batchSize, shuffle, sampler and dropLast, which were given too",
    );
  }
  if (batchSize === null && dropLast === true) refuse("dropLast needs batches, but batchSize is null");
  if (batchSize === null && options.collateFn !== undefined) {
    refuse("collateFn makes batches, but batchSize is null; use mapDataset to change single samples");
  }
  if (numWorkers > 0) return;
  for (const name of ["prefetchFactor", "persistentWorkers", "timeout", "workerInitFn"] as const) {
    if (options[name]) refuse(`${name} needs worker threads, but numWorkers is 0`);
  }
}

export const generatorOf = ({ seed, generator }: DataLoaderOptions<never, unknown>): Generator =>
  generator ?? (seed === undefined ? defaultGenerator : new Generator(seed));

/** The lists of indices of a pass, each a batch or, without batching, a single sample; null for an iterable dataset. */
export function batchesOf<T>(
  dataset: AnyDataset<T>,
  options: DataLoaderOptions<T, unknown>,
  generator: Generator,
): (Iterable<readonly number[]> & { readonly length: number }) | null {
  if (options.batchSampler !== undefined) return options.batchSampler;
  if (!isMapStyle(dataset)) return null;
  const order = options.sampler ?? orderOf(dataset, options.shuffle === true, generator);
  return new BatchSampler(order, options.batchSize ?? 1, options.dropLast);
}

const orderOf = (dataset: Dataset<unknown>, shuffle: boolean, generator: Generator): Sampler =>
  shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset);
