import { ArgumentError } from "@flambeau/core";
import { checkIndex, type Dataset, type IterableDataset } from "./dataset.js";
import { type Recipe, recipe, recipeOf } from "./recipe.js";

/** Datasets one behind the other (`torch.utils.data.ConcatDataset`). */
export class ConcatDataset<T> implements Dataset<T> {
  readonly length: number;
  /** Where each dataset ends, counted over all. */
  readonly #ends: number[];

  constructor(readonly datasets: readonly Dataset<T>[]) {
    if (datasets.length === 0)
      throw new ArgumentError("ConcatDataset", "expected at least one dataset, got none");
    let end = 0;
    this.#ends = datasets.map((dataset) => {
      end += dataset.length;
      return end;
    });
    this.length = end;
  }

  get(index: number): T | Promise<T> {
    const at = checkIndex("ConcatDataset.get", index, this.length);
    let low = 0;
    let high = this.#ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at < this.#ends[middle]!) high = middle;
      else low = middle + 1;
    }
    return this.datasets[low]!.get(at - (this.#ends[low - 1] ?? 0));
  }

  [recipeOf](): Recipe | null {
    const of = this.datasets.map(recipe);
    return of.every((part) => part !== null) ? { kind: "concat", of } : null;
  }
}

/** Iterable datasets run through one after the other (`torch.utils.data.ChainDataset`). */
export class ChainDataset<T> implements AsyncIterable<T> {
  constructor(readonly datasets: readonly IterableDataset<T>[]) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (const dataset of this.datasets) yield* dataset;
  }
}
