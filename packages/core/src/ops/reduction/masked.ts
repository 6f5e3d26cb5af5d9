/** Reductions and normalisations that leave out what a mask does not hold, under the names of `torch.masked`. */
import { type DType, isFloat } from "../../dtype.js";
import { DTypeError } from "../../errors.js";
import { defaultDType } from "../../fused/dtypes.js";
import type { Tensor } from "../../tensor/tensor.js";
import * as medians from "../indexing/median.js";
import * as scan from "../indexing/scan.js";
import { op } from "../op.js";
import * as binary from "../pointwise/binary.js";
import { where } from "../pointwise/where.js";
import { extremeOf } from "./extremeOf.js";
import type { Dims } from "./fold.js";
import * as fold from "./fold.js";
import { vectorNorm } from "./norms.js";
import * as statistics from "./statistics.js";

type Mask = Tensor | null;

/** x where the mask holds, else a value that the fold ignores. */
const filled = (x: Tensor, mask: Mask, value: number | bigint | boolean): Tensor =>
  mask === null ? x : where(mask, x, value).to(x.dtype);
const cast = (x: Tensor, dtype: DType | null): Tensor => (dtype === null ? x : x.to(dtype));

const names = ["dim", "keepdim", "dtype", "mask"] as const;

/** Sum of what the mask holds (`torch.masked.sum`). */
export const sum = op(
  "masked.sum",
  names,
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null, mask: Mask = null): Tensor =>
    fold.sum(filled(x, mask, 0), dim, keepdim, dtype),
);
/** Product of what the mask holds (`torch.masked.prod`), over any dimensions. */
export const prod = op(
  "masked.prod",
  names,
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null, mask: Mask = null): Tensor => {
    const given = filled(x, mask, 1);
    const dims = typeof dim === "number" ? [dim] : (dim ?? []);
    if (dims.length === 0 && !keepdim) return fold.prod(given, { dtype });
    const all =
      dims.length === 0
        ? x.shape.map((_, d) => d)
        : dims.map((d) => (d < 0 ? d + x.ndim : d)).sort((a, b) => a - b);
    if (x.ndim === 0) return fold.prod(given, { dtype });
    return [...all].reverse().reduce((result, d) => fold.prod(result, d, keepdim, dtype), given);
  },
);
/** Greatest element that the mask holds; the dtype's least where there is none (`torch.masked.amax`). */
export const amax = op(
  "masked.amax",
  names,
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null, mask: Mask = null): Tensor =>
    fold.amax(filled(cast(x, dtype), mask, extremeOf(dtype ?? x.dtype, -1)), dim, keepdim),
);
/** Least element that the mask holds; the dtype's greatest where there is none (`torch.masked.amin`). */
export const amin = op(
  "masked.amin",
  names,
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null, mask: Mask = null): Tensor =>
    fold.amin(filled(cast(x, dtype), mask, extremeOf(dtype ?? x.dtype, 1)), dim, keepdim),
);
/** Position of the greatest element that the mask holds, in x's dtype as in PyTorch (`torch.masked.argmax`). */
export const argmax = op(
  "masked.argmax",
  names,
  (
    x: Tensor,
    dim: number | null = null,
    keepdim = false,
    dtype: DType | null = null,
    mask: Mask = null,
  ): Tensor =>
    fold
      .argmax(filled(cast(x, dtype), mask, extremeOf(dtype ?? x.dtype, -1)), dim, keepdim)
      .to(dtype ?? x.dtype),
);
/** Position of the least element that the mask holds, in x's dtype as in PyTorch (`torch.masked.argmin`). */
export const argmin = op(
  "masked.argmin",
  names,
  (
    x: Tensor,
    dim: number | null = null,
    keepdim = false,
    dtype: DType | null = null,
    mask: Mask = null,
  ): Tensor =>
    fold
      .argmin(filled(cast(x, dtype), mask, extremeOf(dtype ?? x.dtype, 1)), dim, keepdim)
      .to(dtype ?? x.dtype),
);

/** How many elements the mask holds, in the dtype of a mean of x. */
const counted = (x: Tensor, mask: Mask, dim: Dims, keepdim: boolean, dtype: DType): Tensor =>
  fold.sum((mask ?? x.newOnes([], { dtype: "bool" })).expand(x.shape).to(dtype), dim, keepdim);

/** Mean of what the mask holds; NaN where there is nothing (`torch.masked.mean`). */
export const mean = op(
  "masked.mean",
  names,
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null, mask: Mask = null): Tensor => {
    const given = x.to(dtype ?? (isFloat(x.dtype) ? x.dtype : defaultDType()));
    if (!isFloat(given.dtype))
      throw new DTypeError("masked.mean", `expected a float dtype, got ${given.dtype}`);
    if (mask === null) return fold.mean(given, dim, keepdim);
    return fold.sum(filled(given, mask, 0), dim, keepdim).div(counted(x, mask, dim, keepdim, given.dtype));
  },
);
/** Middle of what the mask holds along one dimension; NaN where there is nothing (`torch.masked.median`). */
export const median = op(
  "masked.median",
  names,
  (x: Tensor, dim: number, keepdim = false, dtype: DType | null = null, mask: Mask = null): Tensor => {
    const given = cast(x, dtype);
    if (!isFloat(given.dtype))
      throw new DTypeError("masked.median", `expected a float tensor or dtype, got ${given.dtype}`);
    return mask === null
      ? medians.median(given, dim, keepdim).values
      : medians.nanmedian(filled(given, mask, Number.NaN), dim, keepdim).values;
  },
);
/** log(sum(exp(x))) of what the mask holds (`torch.masked.logsumexp`). */
export const logsumexp = op(
  "masked.logsumexp",
  names,
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null, mask: Mask = null): Tensor => {
    const given = isFloat(dtype ?? x.dtype) ? cast(x, dtype) : x.to(defaultDType());
    const dims =
      dim === null || (typeof dim !== "number" && dim.length === 0) ? x.shape.map((_, d) => d) : dim;
    return fold.logsumexp(filled(given, mask, Number.NEGATIVE_INFINITY), dims, keepdim).to(dtype ?? x.dtype);
  },
);

/** The p-norm of what the mask holds (`torch.masked.norm`). */
export const norm = op(
  "masked.norm",
  ["ord", ...names],
  (
    x: Tensor,
    ord = 2,
    dim: Dims = null,
    keepdim = false,
    dtype: DType | null = null,
    mask: Mask = null,
  ): Tensor =>
    vectorNorm(filled(cast(x, dtype), mask, ord < 0 ? Number.POSITIVE_INFINITY : 0), ord, dim, keepdim),
);

const spreadNames = ["dim", "unbiased", "keepdim", "dtype", "mask"] as const;
function variance(
  x: Tensor,
  dim: Dims,
  unbiased: boolean,
  keepdim: boolean,
  dtype: DType | null,
  mask: Mask,
): Tensor {
  const computed = dtype ?? (isFloat(x.dtype) ? x.dtype : defaultDType());
  const given = x.to(computed);
  const count = counted(x, mask, dim, true, computed);
  const centre = fold.sum(filled(given, mask, 0), dim, true).div(count);
  const distance = filled(given.sub(centre), mask, 0);
  const total = fold.sum(distance.mul(distance), dim, keepdim);
  const divisor = keepdim ? count : count.reshape(total.shape);
  return total.div(unbiased ? divisor.sub(1).clamp(0) : divisor);
}
const spread = (name: string, finish: (v: Tensor) => Tensor) =>
  op(
    name,
    spreadNames,
    (
      x: Tensor,
      dim: Dims = null,
      unbiased = true,
      keepdim = false,
      dtype: DType | null = null,
      mask: Mask = null,
    ): Tensor => finish(variance(x, dim, unbiased ?? true, keepdim, dtype, mask)),
  );
const varianceOf = spread("masked.var", (v) => v);

/** Variance of what the mask holds, by n - 1 unless `unbiased` is false (`torch.masked.var`). */
export { varianceOf as var };
/** Standard deviation of what the mask holds, by n - 1 unless `unbiased` is false (`torch.masked.std`). */
export const std = spread("masked.std", (v) => v.sqrt());

const along = ["dim", "dtype", "mask"] as const;
/** softmax over what the mask holds, 0 elsewhere (`torch.masked.softmax`). */
export const softmax = op(
  "masked.softmax",
  along,
  (x: Tensor, dim: number, dtype: DType | null = null, mask: Mask = null): Tensor =>
    statistics.softmax(filled(cast(x, dtype), mask, Number.NEGATIVE_INFINITY), dim),
);
/** log of the masked softmax (`torch.masked.log_softmax`). */
export const logSoftmax = op(
  "masked.logSoftmax",
  along,
  (x: Tensor, dim: number, dtype: DType | null = null, mask: Mask = null): Tensor =>
    statistics.logSoftmax(filled(cast(x, dtype), mask, Number.NEGATIVE_INFINITY), dim),
);
/** softmax of -x over what the mask holds, 0 elsewhere (`torch.masked.softmin`). */
export const softmin = op(
  "masked.softmin",
  along,
  (x: Tensor, dim: number, dtype: DType | null = null, mask: Mask = null): Tensor =>
    statistics.softmax(filled(cast(x, dtype), mask, Number.POSITIVE_INFINITY).neg(), dim),
);
/** x over its masked p-norm along `dim`, but at least eps; 0 where the mask does not hold (`torch.masked.normalize`). */
export const normalize = op(
  "masked.normalize",
  ["ord", "dim", "eps", "dtype", "mask"],
  (
    x: Tensor,
    ord: number,
    dim: number,
    eps = 1e-12,
    dtype: DType | null = null,
    mask: Mask = null,
  ): Tensor => {
    const given = cast(x, dtype);
    return filled(given.div(norm(given, ord, dim, true, null, mask).clamp(eps)), mask, 0);
  },
);
/** Running sum of what the mask holds (`torch.masked.cumsum`). */
export const cumsum = op(
  "masked.cumsum",
  along,
  (x: Tensor, dim: number, dtype: DType | null = null, mask: Mask = null): Tensor =>
    scan.cumsum(filled(x, mask, 0), dim, dtype ?? x.dtype),
);
/** Running product of what the mask holds (`torch.masked.cumprod`). */
export const cumprod = op(
  "masked.cumprod",
  along,
  (x: Tensor, dim: number, dtype: DType | null = null, mask: Mask = null): Tensor =>
    scan.cumprod(filled(x, mask, 1), dim, dtype ?? x.dtype),
);
/** log(exp(x) + exp(other)), each counting where its mask holds (`torch.masked.logaddexp`). */
export const logaddexp = op(
  "masked.logaddexp",
  ["other", "dtype", "inputMask", "otherMask"],
  (
    x: Tensor,
    other: Tensor,
    dtype: DType | null = null,
    inputMask: Mask = null,
    otherMask: Mask = null,
  ): Tensor =>
    binary.logaddexp(
      filled(cast(x, dtype), inputMask, Number.NEGATIVE_INFINITY),
      filled(cast(other, dtype), otherMask, Number.NEGATIVE_INFINITY),
    ),
);
