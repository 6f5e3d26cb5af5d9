/** Sorted copies and the first few of them. */
import { IndexError } from "../../errors.js";
import { noGrad } from "../../gradMode.js";
import { apply } from "../../primitives/dispatch.js";
import { normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type ValuesIndices, valuesIndices } from "../namedTuple.js";
import { op } from "../op.js";
import { atLeastOneDim, dropDim, moveDim, sliceAlong, viewAsShape } from "../shape/slicing.js";
import { gatherAlong } from "./along.js";

/** `x` sorted along `dim` (normalized); the first `k` only, unless null. */
function sortedAlong(x: Tensor, dim: number, descending: boolean, k: number | null = null): ValuesIndices {
  const source = atLeastOneDim(x);
  const last = source.shape.length - 1;
  const results = apply("sort", [moveDim(source, dim, last)], { descending, k });
  const [values, indices] = results.map((part) => {
    const placed = moveDim(part, last, dim);
    return x.shape.length === 0 && k !== 0 ? viewAsShape(placed, []) : placed;
  });
  return valuesIndices(values as Tensor, indices as Tensor);
}

/**
 * Sorted along `dim`: {values, indices} (`torch.sort`). Always stable; NaN counts as the greatest.
 */
export const sort = op(
  "sort",
  ["dim", "descending", "stable"],
  (x: Tensor, dim = -1, descending = false, _stable = true): ValuesIndices =>
    sortedAlong(x, normalizeDim("sort", dim, x.shape.length), descending),
);

/** The positions that sort `x` along `dim`, int32 (`torch.argsort`). */
export const argsort = op(
  "argsort",
  ["dim", "descending", "stable"],
  (x: Tensor, dim = -1, descending = false, _stable = true): Tensor =>
    noGrad(() => sortedAlong(x, normalizeDim("argsort", dim, x.shape.length), descending).indices),
);

/** Sorted along the first dimension (`torch.msort`). */
export const msort = op("msort", [], (x: Tensor): Tensor => sortedAlong(x, 0, false).values);

/** `dim` counted from the front; throws IndexError unless it has `k` elements, and `k` is at least `least`. */
function dimWith(name: string, x: Tensor, k: number, least: number, dim: number | null): number {
  const at = normalizeDim(name, dim ?? -1, x.shape.length);
  const size = x.shape[at] ?? 1;
  if (Number.isInteger(k) && k >= least && k <= size) return at;
  throw new IndexError(name, `expected k from ${least} to ${size}, the size of dimension ${dim}, got ${k}`);
}

/** The `k` greatest (or least) elements along `dim`, in order: {values, indices} (`torch.topk`). */
export const topk = op(
  "topk",
  ["k", "dim", "largest", "sorted"],
  (x: Tensor, k: number, dim: number | null = -1, largest = true, _sorted = true): ValuesIndices =>
    sortedAlong(x, dimWith("topk", x, k, 0, dim), largest, k),
);

/** Elements at `indices`, which have size 1 along `dim`, with or without that dimension; only `x` is recorded. */
export function pickedOne(
  name: string,
  x: Tensor,
  dim: number,
  indices: Tensor,
  keepdim: boolean,
): ValuesIndices {
  const source = atLeastOneDim(x);
  const values = gatherAlong(name, source, dim, indices);
  if (keepdim && x.shape.length > 0) return valuesIndices(values, indices);
  return valuesIndices(dropDim(values, dim), dropDim(indices, dim));
}

/** The `k`-th least element along `dim`, counted from 1: {values, indices} (`torch.kthvalue`). */
export const kthvalue = op(
  "kthvalue",
  ["k", "dim", "keepdim"],
  (x: Tensor, k: number, dim: number | null = -1, keepdim = false): ValuesIndices => {
    const at = dimWith("kthvalue", x, k, 1, dim);
    const indices = noGrad(() =>
      sliceAlong(sortedAlong(atLeastOneDim(x), at, false, k).indices, at, k - 1, 1),
    );
    return pickedOne("kthvalue", x, at, indices, keepdim);
  },
);
