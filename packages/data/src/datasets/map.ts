import { type Dataset, type IterableDataset, isMapStyle, isPromise } from "./dataset.js";

/**
 * A dataset whose samples went through `fn`, one at a time as they are asked for. `fn` may be asynchronous; it gets the
 * sample and, for map-style datasets, its index.
 */
export function mapDataset<T, U>(
  dataset: Dataset<T>,
  fn: (sample: T, index: number) => U | Promise<U>,
): Dataset<U>;
export function mapDataset<T, U>(
  dataset: IterableDataset<T>,
  fn: (sample: T) => U | Promise<U>,
): AsyncIterable<U>;
export function mapDataset<T, U>(
  dataset: Dataset<T> | IterableDataset<T>,
  fn: (sample: T, index: number) => U | Promise<U>,
): Dataset<U> | AsyncIterable<U> {
  if (!isMapStyle(dataset)) return new MappedIterable(dataset, fn as (sample: T) => U | Promise<U>);
  return {
    get length() {
      return dataset.length;
    },
    get(index) {
      const sample = dataset.get(index);
      return isPromise(sample) ? sample.then((ready) => fn(ready, index)) : fn(sample, index);
    },
  };
}

class MappedIterable<T, U> implements AsyncIterable<U> {
  constructor(
    readonly dataset: IterableDataset<T>,
    readonly fn: (sample: T) => U | Promise<U>,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<U> {
    for await (const sample of this.dataset) yield this.fn(sample);
  }
}
