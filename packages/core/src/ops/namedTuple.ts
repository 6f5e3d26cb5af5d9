/** Results with several parts: PyTorch's field names, and destructuring by position. */
import type { Tensor } from "../tensor/tensor.js";

/** Parts by name that can also be taken by position: `const { values, indices } = …` or `const [values, indices] = …`. */
export type NamedTuple<N extends readonly string[], T> = { readonly [K in N[number]]: T } & Iterable<T>;

export function namedTuple<const N extends readonly string[], T>(
  names: N,
  parts: readonly T[],
): NamedTuple<N, T> {
  const result = Object.fromEntries(names.map((name, i) => [name, parts[i]]));
  Object.defineProperty(result, Symbol.iterator, {
    value: () => parts[Symbol.iterator](),
    enumerable: false,
  });
  return result as NamedTuple<N, T>;
}

/** Elements chosen along a dimension, and their positions in it. */
export type ValuesIndices = NamedTuple<readonly ["values", "indices"], Tensor>;
export const valuesIndices = (values: Tensor, indices: Tensor): ValuesIndices =>
  namedTuple(["values", "indices"], [values, indices]);
