/** What can be loaded: samples by index, or samples one after another. */
import { IndexError } from "@flambeau/core";

/** A map-style dataset (`torch.utils.data.Dataset`): a number of samples, each to be had by its index, at once or later. */
export interface Dataset<T> {
  readonly length: number;
  get(index: number): T | Promise<T>;
}

/** A dataset that is only run through (`torch.utils.data.IterableDataset`). Each pass over it asks for a new iterator. */
export type IterableDataset<T> = Iterable<T> | AsyncIterable<T>;

/** Anything DataLoader takes: a plain array is a map-style dataset. */
export type AnyDataset<T> = Dataset<T> | IterableDataset<T> | readonly T[];

export const isMapStyle = <T>(dataset: AnyDataset<T>): dataset is Dataset<T> =>
  "get" in dataset && typeof dataset.get === "function" && !(dataset instanceof Map);

/** The samples of an array by index. */
export class ArrayDataset<T> implements Dataset<T> {
  constructor(readonly items: readonly T[]) {}

  get length(): number {
    return this.items.length;
  }

  get(index: number): T {
    return this.items[checkIndex("ArrayDataset.get", index, this.length)]!;
  }
}

/** `index`, counted from the end where it is negative. Throws IndexError outside the dataset. */
export function checkIndex(op: string, index: number, length: number): number {
  if (Number.isInteger(index) && index >= -length && index < length)
    return index < 0 ? index + length : index;
  throw new IndexError(op, `index ${index} is out of range for a dataset of ${length} samples`);
}

/** Whether a value must be awaited. */
export const isPromise = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";
