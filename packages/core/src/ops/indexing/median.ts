/** Elements in the middle, and the most frequent one. */
import { IndexError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { rowwise } from "../../fused/rowwise.js";
import { noGrad } from "../../gradMode.js";
import { isUnobserved } from "../../primitives/dispatch.js";
import type { Expr } from "../../program/expr.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { arange, scalarLike } from "../creation.js";
import type { ValuesIndices } from "../namedTuple.js";
import { op } from "../op.js";
import { sub } from "../pointwise/binary.js";
import { argmax } from "../reduction/fold.js";
import { catTensors } from "../shape/joining.js";
import { reshape } from "../shape/reshape.js";
import { atLeastOneDim, moveDim, sliceAlong } from "../shape/slicing.js";
import { gatherAlong } from "./along.js";
import { cummax } from "./scan.js";
import { pickedOne, sort } from "./sort.js";

type Name = "median" | "nanmedian";

/** From the count of numbers in a sorted row, whose NaN come last, the place of the median: that of the first NaN if there is one. */
const places: { readonly [N in Name]: (numbers: Expr, size: Expr) => Expr } = {
  median: (numbers, size) => numbers.lt(size).where(numbers, size.sub(1).truncDiv(2)),
  nanmedian: (numbers) => numbers.sub(1).max(0).truncDiv(2),
};

/** The median with its gradient shared among all elements equal to it. */
const shared = rowwise(
  "median",
  (row, x, value) => {
    const hit = x.eq(value).or(x.isnan().and(value.isnan()));
    const share = row
      .sum(hit.and(x.isfinite()).where(x.sub(x.detach()), 0))
      .div(row.sum(hit.toInt()).toFloat());
    return value.detach().add(share);
  },
  { dtype: "promote", defaultDim: "all" },
);

/** Throws IndexError where `dim`, which it counts from the front, has no elements. */
function filledDim(name: string, x: Tensor, dim: number): number {
  const at = normalizeDim(name, dim, x.shape.length);
  if (x.shape[at] !== 0) return at;
  throw new IndexError(
    name,
    `cannot take the ${name} of dimension ${dim} of size 0 of shape ${formatShape(x.shape)}`,
  );
}

function medianOp(name: Name): Median {
  const placeOf = rowwise(name, (row, x: Expr) => places[name](row.sum(x.isnan().not().toInt()), row.size), {
    dtype: "int32",
  });
  const along = (x: Tensor, dim: number, keepdim: boolean): ValuesIndices => {
    const indices = noGrad(() => {
      const sorted = sort(atLeastOneDim(x), dim);
      return gatherAlong(name, sorted.indices, dim, placeOf(sorted.values, { dim, keepdim: true }));
    });
    return pickedOne(name, x, dim, indices, keepdim);
  };
  const run = (x: Tensor, dim: number | null = null, keepdim = false): Tensor | ValuesIndices => {
    if (dim !== null) return along(x, filledDim(name, x, dim), keepdim);
    if (x.numel === 0) return scalarLike(x, Number.NaN);
    const value = noGrad(() => along(reshape(x, [x.numel]), 0, false).values);
    return isUnobserved([x]) ? value : shared(x, value);
  };
  return op(name, ["dim", "keepdim"], run) as unknown as Median;
}

interface Median {
  (x: Tensor): Tensor;
  (x: Tensor, options: { dim: number; keepdim?: boolean }): ValuesIndices;
  (x: Tensor, dim: number, keepdim?: boolean | { keepdim?: boolean }): ValuesIndices;
}

/** `median` and `nanmedian` as methods. */
export interface MedianMethod {
  (): Tensor;
  (options: { dim: number; keepdim?: boolean }): ValuesIndices;
  (dim: number, keepdim?: boolean | { keepdim?: boolean }): ValuesIndices;
}

/** The lower median: of all elements, or {values, indices} along `dim`; NaN where there is one (`torch.median`). */
export const median = medianOp("median");
/** The lower median of the elements that are not NaN (`torch.nanmedian`). */
export const nanmedian = medianOp("nanmedian");

/** The place of an element that differs from the one before it, else 0. */
const startsRun = pointwise(
  "mode",
  (x, before, place) => x.ne(before).and(x.isnan().and(before.isnan()).not()).where(place, 0),
  { dtype: "int32" },
);

/** The most frequent element along `dim`, the least of several: {values, indices} (`torch.mode`). */
export const mode = op("mode", ["dim", "keepdim"], (x: Tensor, dim = -1, keepdim = false): ValuesIndices => {
  const at = filledDim("mode", x, dim);
  const indices = noGrad(() => {
    const source = atLeastOneDim(x);
    const last = source.shape.length - 1;
    const size = source.shape[at] as number;
    const { values, indices } = sort(moveDim(source, at, last));
    const place = arange(size, { device: x.device });
    const before = catTensors(
      "mode",
      [sliceAlong(values, last, 0, 1), sliceAlong(values, last, 0, size - 1)],
      last,
    );
    const starts = cummax(startsRun(values, before, place), last).values;
    // The longest run so far ends where the distance from its start is greatest.
    return moveDim(gatherAlong("mode", indices, last, argmax(sub(place, starts), last, true)), last, at);
  });
  return pickedOne("mode", x, at, indices, keepdim);
});
