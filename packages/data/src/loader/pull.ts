/** Samples of an iterable dataset, some at a time. */
import type { IterableDataset } from "../datasets/dataset.js";

type Stepper<T> = Iterator<T> | AsyncIterator<T>;

/** A new pass over the dataset. */
export const stepper = <T>(dataset: IterableDataset<T>): Stepper<T> =>
  Symbol.asyncIterator in dataset ? dataset[Symbol.asyncIterator]() : dataset[Symbol.iterator]();

/** The next `count` samples, fewer where the dataset ends. */
export async function pull<T>(from: Stepper<T>, count: number): Promise<T[]> {
  const samples: T[] = [];
  while (samples.length < count) {
    const step = await from.next();
    if (step.done === true) break;
    samples.push(step.value);
  }
  return samples;
}

/** As `pull`, at once. */
export function pullSync<T>(from: Iterator<T>, count: number): T[] {
  const samples: T[] = [];
  while (samples.length < count) {
    const step = from.next();
    if (step.done === true) break;
    samples.push(step.value);
  }
  return samples;
}
