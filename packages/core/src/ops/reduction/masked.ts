/** Reductions and normalisations that leave out what a mask does not hold, under the names of `torch.masked`. */
import { type DType, isFloat } from "../../dtype.js";
import { defaultDType, floatFor } from "../../fused/dtypes.js";
import { normalizeDims } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectDType } from "../expect.js";
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

/** A reduction along `D`: one dimension, or any. */
const reduction = <D extends Dims = Dims>(
  name: string,
  run: (x: Tensor, dim: D | null, keepdim: boolean, dtype: DType | null, mask: Mask) => Tensor,
) =>
  op(
    `masked.${name}`,
    names,
    (
      x: Tensor,
      dim: D | null = null,
      keepdim = false,
      dtype: DType | null = null,
      mask: Mask = null,
    ): Tensor => run(x, dim, keepdim, dtype, mask),
  );

/** Sum of what the mask holds (`torch.masked.sum`). */
export const sum = reduction("sum", (x, dim, keepdim, dtype, mask) =>
  fold.sum(filled(x, mask, 0), dim, keepdim, dtype),
);
/** Product of what the mask holds (`torch.masked.prod`), over any dimensions. */
export const prod = reduction("prod", (x, dim, keepdim, dtype, mask) => {
  const given = filled(x, mask, 1);
  const dims = typeof dim === "number" ? [dim] : (dim ?? []);
  if (x.ndim === 0 || (dims.length === 0 && !keepdim)) return fold.prod(given, { dtype });
  const all = normalizeDims("masked.prod", dims, x.ndim);
  return all.reduceRight((result, d) => fold.prod(result, d, keepdim, dtype), given);
});

const extreme = (name: string, run: typeof fold.amax, sign: 1 | -1) =>
  reduction(name, (x, dim, keepdim, dtype, mask) =>
    run(filled(cast(x, dtype), mask, extremeOf(dtype ?? x.dtype, sign)), dim, keepdim),
  );
/** Greatest element that the mask holds; the dtype's least where there is none (`torch.masked.amax`). */
export const amax = extreme("amax", fold.amax, -1);
/** Least element that the mask holds; the dtype's greatest where there is none (`torch.masked.amin`). */
export const amin = extreme("amin", fold.amin, 1);

const position = (name: string, run: typeof fold.argmax, sign: 1 | -1) =>
  reduction<number>(name, (x, dim, keepdim, dtype, mask) => {
    const result = dtype ?? x.dtype;
    return run(filled(cast(x, dtype), mask, extremeOf(result, sign)), dim, keepdim).to(result);
  });
/** Position of the greatest element that the mask holds, in x's dtype as in PyTorch (`torch.masked.argmax`). */
export const argmax = position("argmax", fold.argmax, -1);
/** Position of the least element that the mask holds, in x's dtype as in PyTorch (`torch.masked.argmin`). */
export const argmin = position("argmin", fold.argmin, 1);

/** How many elements the mask holds, in the dtype of a mean of x. */
const counted = (x: Tensor, mask: Mask, dim: Dims, keepdim: boolean, dtype: DType): Tensor =>
  fold.sum((mask ?? x.newOnes([], { dtype: "bool" })).expand(x.shape).to(dtype), dim, keepdim);

/** Mean of what the mask holds; NaN where there is nothing (`torch.masked.mean`). */
export const mean = reduction("mean", (x, dim, keepdim, dtype, mask) => {
  const given = x.to(dtype ?? floatFor(x.dtype));
  expectDType("masked.mean", isFloat(given.dtype), "a float dtype", given.dtype);
  if (mask === null) return fold.mean(given, dim, keepdim);
  return fold.sum(filled(given, mask, 0), dim, keepdim).div(counted(x, mask, dim, keepdim, given.dtype));
});
/** Middle of what the mask holds along one dimension; NaN where there is nothing (`torch.masked.median`). */
export const median = op(
  "masked.median",
  names,
  (x: Tensor, dim: number, keepdim = false, dtype: DType | null = null, mask: Mask = null): Tensor => {
    const given = cast(x, dtype);
    expectDType("masked.median", isFloat(given.dtype), "a float tensor or dtype", given.dtype);
    return mask === null
      ? medians.median(given, dim, keepdim).values
      : medians.nanmedian(filled(given, mask, Number.NaN), dim, keepdim).values;
  },
);
/** log(sum(exp(x))) of what the mask holds (`torch.masked.logsumexp`). */
export const logsumexp = reduction("logsumexp", (x, dim, keepdim, dtype, mask) => {
  const given = cast(x, isFloat(dtype ?? x.dtype) ? dtype : defaultDType());
  const dims = normalizeDims("masked.logsumexp", dim, x.ndim);
  return fold.logsumexp(filled(given, mask, Number.NEGATIVE_INFINITY), dims, keepdim).to(dtype ?? x.dtype);
});

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
  const computed = dtype ?? floatFor(x.dtype);
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

const alongDim = (name: string, run: (x: Tensor, dim: number, dtype: DType | null, mask: Mask) => Tensor) =>
  op(
    `masked.${name}`,
    ["dim", "dtype", "mask"],
    (x: Tensor, dim: number, dtype: DType | null = null, mask: Mask = null): Tensor =>
      run(x, dim, dtype, mask),
  );
/** softmax over what the mask holds, 0 elsewhere (`torch.masked.softmax`). */
export const softmax = alongDim("softmax", (x, dim, dtype, mask) =>
  statistics.softmax(filled(cast(x, dtype), mask, Number.NEGATIVE_INFINITY), dim),
);
/** log of the masked softmax (`torch.masked.log_softmax`). */
export const logSoftmax = alongDim("logSoftmax", (x, dim, dtype, mask) =>
  statistics.logSoftmax(filled(cast(x, dtype), mask, Number.NEGATIVE_INFINITY), dim),
);
/** softmax of -x over what the mask holds, 0 elsewhere (`torch.masked.softmin`). */
export const softmin = alongDim("softmin", (x, dim, dtype, mask) =>
  statistics.softmax(filled(cast(x, dtype), mask, Number.POSITIVE_INFINITY).neg(), dim),
);
/** Running sum of what the mask holds (`torch.masked.cumsum`). */
export const cumsum = alongDim("cumsum", (x, dim, dtype, mask) =>
  scan.cumsum(filled(x, mask, 0), dim, dtype ?? x.dtype),
);
/** Running product of what the mask holds (`torch.masked.cumprod`). */
export const cumprod = alongDim("cumprod", (x, dim, dtype, mask) =>
  scan.cumprod(filled(x, mask, 1), dim, dtype ?? x.dtype),
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
