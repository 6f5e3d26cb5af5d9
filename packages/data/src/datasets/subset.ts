import { ArgumentError, type Generator } from "@flambeau/core";
import { RandomStream } from "../random/stream.js";
import { checkIndex, type Dataset } from "./dataset.js";
import { type Recipe, recipe, recipeOf } from "./recipe.js";

/** The samples of a dataset at some indices, in their order (`torch.utils.data.Subset`). */
export class Subset<T> implements Dataset<T> {
  constructor(
    readonly dataset: Dataset<T>,
    readonly indices: ArrayLike<number>,
  ) {}

  get length(): number {
    return this.indices.length;
  }

  get(index: number): T | Promise<T> {
    return this.dataset.get(this.indices[checkIndex("Subset.get", index, this.length)]!);
  }

  [recipeOf](): Recipe | null {
    const of = recipe(this.dataset);
    return of === null ? null : { kind: "subset", of, indices: this.indices };
  }
}

/**
 * Cuts a dataset at random into parts that do not overlap (`torch.utils.data.random_split`). `lengths` are counts that add
 * up to the dataset's, or fractions that add up to 1, whose rounding leaves go to the first parts one each. The default
 * generator chooses unless one is given. Throws ArgumentError for lengths that do not add up.
 */
export function randomSplit<T>(
  dataset: Dataset<T>,
  lengths: readonly number[],
  generator?: Generator,
): Subset<T>[] {
  const counts = partLengths(lengths, dataset.length);
  const order = new RandomStream(generator).permutation(dataset.length);
  let at = 0;
  return counts.map((count) => {
    at += count;
    return new Subset(dataset, order.slice(at - count, at));
  });
}

function partLengths(lengths: readonly number[], total: number): number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  const nonNegative = lengths.every((n) => n >= 0);
  if (nonNegative && sum === total && lengths.every(Number.isInteger)) return [...lengths];
  if (!nonNegative || Math.abs(sum - 1) > 1e-9) {
    const given = lengths.join(", ");
    throw new ArgumentError(
      "randomSplit",
      `expected counts that add up to ${total} or fractions that add up to 1, got ${given}`,
    );
  }
  const counts = lengths.map((fraction) => Math.floor(fraction * total + 1e-9));
  let left = total - counts.reduce((a, b) => a + b, 0);
  for (let i = 0; left > 0; i = (i + 1) % counts.length, left--) counts[i]!++;
  return counts;
}
