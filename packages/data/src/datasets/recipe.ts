/**
 * How a dataset is built again in another thread. Functions and class instances do not cross threads, so what crosses is
 * the module that makes the dataset, its arguments, and the selections made since.
 */

/** A dataset's module, and which of its exports play which part. */
export interface ModuleRecipe {
  readonly kind: "module";
  readonly url: string;
  readonly dataset: string;
  readonly args: unknown;
}

export type Recipe =
  | ModuleRecipe
  | { readonly kind: "subset"; readonly of: Recipe; readonly indices: ArrayLike<number> }
  | { readonly kind: "concat"; readonly of: readonly Recipe[] };

/** Implemented by datasets that worker threads can build for themselves. */
export const recipeOf: unique symbol = Symbol.for("flambeau.data.recipe") as never;

/** The recipe of a dataset, or null for one that lives in this thread only. */
export const recipe = (dataset: object): Recipe | null =>
  recipeOf in dataset ? (dataset as { [recipeOf](): Recipe | null })[recipeOf]() : null;
