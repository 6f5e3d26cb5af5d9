import { isTensor } from "@flambeau/core";

/** The same structure with each tensor as its dtype, shape and nested values. */
export async function values(tree: unknown): Promise<unknown> {
  if (isTensor(tree)) return { dtype: tree.dtype, shape: [...tree.shape], values: await tree.array() };
  if (Array.isArray(tree)) return Promise.all(tree.map(values));
  if (tree === null || typeof tree !== "object" || ArrayBuffer.isView(tree)) return tree;
  return Object.fromEntries(
    await Promise.all(Object.entries(tree).map(async ([k, v]) => [k, await values(v)])),
  );
}

/** Every item of an iteration. */
export async function collect<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
