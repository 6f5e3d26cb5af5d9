/** Elements in the middle, and the most frequent one. */
import { isFloat } from "../../dtype.js";
import { IndexError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { rowwise } from "../../fused/rowwise.js";
import { noGrad } from "../../gradMode.js";
import { applyOne, isUnobserved } from "../../primitives/dispatch.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { arange, full } from "../creation.js";
import type { ValuesIndices } from "../namedTuple.js";
import { op } from "../op.js";
import { argmax } from "../reduction/fold.js";
import { reshape } from "../shape/reshape.js";
import { atLeastOneDim, moveDim, sliceAlong } from "../shape/slicing.js";
import { gatherAlong } from "./along.js";
import { pickedOne, sort } from "./sort.js";

/** Place of the median in a sorted row, NaN last: that of the first NaN if there is one. */
const medianPlace = rowwise(
  "median",
  (row, x) => {
    const numbers = row.sum(x.isnan().not().toInt());
    return numbers.lt(row.size).where(numbers, row.size.sub(1).truncDiv(2));
  },
  { dtype: "int32" },
);
const nanmedianPlace = rowwise(
  "nanmedian",
  (row, x) => row.sum(x.isnan().not().toInt()).sub(1).max(0).truncDiv(2),
  { dtype: "int32" },
);

type Name = "median" | "nanmedian";

/** Index of the median along `dim`, which is kept. */
function medianIndex(name: Name, x: Tensor, dim: number): Tensor {
  const source = atLeastOneDim(x);
  const { values, indices } = sort(source, dim);
  if (!isFloat(x.dtype))
    return sliceAlong(indices, dim, Math.floor(((source.shape[dim] as number) - 1) / 2), 1);
  const place = (name === "median" ? medianPlace : nanmedianPlace)(values, { dim, keepdim: true });
  return gatherAlong(name, indices, dim, place);
}

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

function medianOp(name: Name): Median {
  const run = (x: Tensor, dim: number | null = null, keepdim = false): Tensor | ValuesIndices => {
    if (dim === null) {
      if (x.numel === 0) return full([], Number.NaN, { dtype: x.dtype, device: x.device });
      const value = noGrad(() => {
        const flat = reshape(x, [x.numel]);
        return pickedOne(name, flat, 0, medianIndex(name, flat, 0), false).values;
      });
      return isUnobserved([x]) ? value : shared(x, value);
    }
    const at = normalizeDim(name, dim, x.shape.length);
    if (x.shape[at] === 0)
      throw new IndexError(
        name,
        `cannot take the median of dimension ${dim} of size 0 of shape ${formatShape(x.shape)}`,
      );
    return pickedOne(
      name,
      x,
      at,
      noGrad(() => medianIndex(name, x, at)),
      keepdim,
    );
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

const startsRun = pointwise(
  "mode",
  (x, before, place) => x.ne(before).and(x.isnan().and(before.isnan()).not()).where(place, 0),
  { dtype: "int32" },
);
const runLength = pointwise("mode", (place, start) => place.sub(start).add(1));

/** The most frequent element along `dim`, the least of several: {values, indices} (`torch.mode`). */
export const mode = op("mode", ["dim", "keepdim"], (x: Tensor, dim = -1, keepdim = false): ValuesIndices => {
  const at = normalizeDim("mode", dim, x.shape.length);
  if (x.shape[at] === 0)
    throw new IndexError(
      "mode",
      `cannot take the mode of dimension ${dim} of size 0 of shape ${formatShape(x.shape)}`,
    );
  const indices = noGrad(() => {
    const source = atLeastOneDim(x);
    const last = source.shape.length - 1;
    const size = source.shape[at] as number;
    const sorted = sort(moveDim(source, at, last));
    const place = arange(size, { device: x.device });
    const before = gatherAlong(
      "mode",
      sorted.values,
      last,
      applyOne("expand", [shiftedPlaces(place)], { shape: sorted.values.shape }),
    );
    const starts = startsRun(sorted.values, before, place);
    const start = applyOne("scan", [starts], { op: "max", axis: last, reverse: false, dtype: "int32" });
    const best = argmax(runLength(place, start), last, true);
    return moveDim(gatherAlong("mode", sorted.indices, last, best), last, at);
  });
  return pickedOne("mode", x, at, indices, keepdim);
});

const shift = pointwise("mode", (place) => place.sub(1).max(0));
/** 0, 0, 1, 2, …: the place before each place. */
const shiftedPlaces = (place: Tensor): Tensor => shift(place);
