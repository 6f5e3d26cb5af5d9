/**
 * How a dataset is built again in another thread. Functions and class instances do not cross threads, so what crosses is
 * the module that makes the dataset, its arguments, and the selections made since.
 */
import { ArgumentError } from "@flambeau/core";
import type { AnyDataset, Dataset } from "./dataset.js";

/** A module, the name of its export that makes the dataset, and what to call it with. */
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

/** Implemented by datasets made of others that a worker thread can build. */
export const recipeOf: unique symbol = Symbol("recipe of a dataset");

const recipes = new WeakMap<object, Recipe>();
const modules = new Map<string, Readonly<Record<string, unknown>>>();

/** The recipe of a dataset, or null for one that only this thread can have. */
export function recipe(dataset: object): Recipe | null {
  if (recipeOf in dataset) return (dataset as { [recipeOf](): Recipe | null })[recipeOf]();
  return recipes.get(dataset) ?? null;
}

export interface WorkerDatasetOptions {
  /** What the factory is called with, here and in every worker; copied as `structuredClone` does. */
  args?: unknown;
  /** Name of the export that is the factory; "default" unless given. */
  dataset?: string;
}

/**
 * Builds a dataset that DataLoader's worker threads can build too: `module` exports a function `(args) => dataset`, for
 * example `await workerDataset<Dataset<Digit>>(new URL("./digits.js", import.meta.url), { args: { train: true } })`. A dataset object
 * itself cannot be sent: functions do not cross threads. It is built here as well, for its length and its order. `Subset`,
 * `randomSplit` and `ConcatDataset` of such datasets can be built in workers too. Throws ArgumentError for a
 * module without that export and for arguments that cannot be copied.
 */
export async function workerDataset<D extends AnyDataset<unknown> = Dataset<unknown>>(
  module: URL | string,
  options: WorkerDatasetOptions = {},
): Promise<D> {
  let args: unknown;
  try {
    args = structuredClone(options.args);
  } catch (cause) {
    throw new ArgumentError(
      "workerDataset",
      `args cannot be sent to a worker thread (${(cause as Error).message})`,
      { cause },
    );
  }
  const found: ModuleRecipe = {
    kind: "module",
    url: String(module),
    dataset: options.dataset ?? "default",
    args,
  };
  const made = (await buildModule(found)) as D;
  recipes.set(made, found);
  return made;
}

/** Loads a module; once loaded, `exportOf` finds its exports without waiting. */
export async function loadModule(url: string): Promise<void> {
  if (!modules.has(url)) modules.set(url, (await import(/* @vite-ignore */ url)) as Record<string, unknown>);
}

/** A function that a loaded module exports. Throws ArgumentError where it has none of that name. */
export function exportOf(op: string, url: string, name: string): (...args: never[]) => unknown {
  const found = modules.get(url)?.[name];
  if (typeof found === "function") return found as (...args: never[]) => unknown;
  throw new ArgumentError(
    op,
    `expected ${url} to export a function named "${name}", found ${found === undefined ? "none" : `a ${typeof found}`}`,
  );
}

/** The module whose other exports a loader may name: that of the (first) dataset. */
export function moduleOf(from: Recipe): string {
  if (from.kind === "module") return from.url;
  return moduleOf(from.kind === "subset" ? from.of : (from.of[0] as Recipe));
}

export async function buildModule({ url, dataset, args }: ModuleRecipe): Promise<AnyDataset<unknown>> {
  await loadModule(url);
  const made = await (exportOf("workerDataset", url, dataset) as (args: unknown) => unknown)(args);
  if (made !== null && typeof made === "object") return made as AnyDataset<unknown>;
  throw new ArgumentError(
    "workerDataset",
    `expected "${dataset}" of ${url} to return a dataset, got ${made === null ? "null" : typeof made}`,
  );
}
