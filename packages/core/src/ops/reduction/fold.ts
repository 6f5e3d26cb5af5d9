/** Reductions over some or all dimensions. `dim` may be one dimension, several, or absent for all. */
import { checkDType, type DType, isFloat, kindOf } from "../../dtype.js";
import { ArgumentError, DTypeError, IndexError } from "../../errors.js";
import type { TensorLike } from "../../fused/dtypes.js";
import { rowwise } from "../../fused/rowwise.js";
import type { Expr } from "../../program/expr.js";
import type { Row } from "../../program/row.js";
import { normalizeDim, normalizeDims } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type NamedTuple, namedTuple } from "../namedTuple.js";
import { op } from "../op.js";
import { maximum, minimum } from "../pointwise/binary.js";

export type Dims = number | readonly number[] | null;
type Fold = (x: Tensor, options: { dim?: Dims; keepdim?: boolean }) => Tensor;

/** A reduction whose result, and whose arithmetic, is of a chosen dtype. */
function foldAs(
  name: string,
  f: (row: Row, x: Expr) => Expr,
): (x: Tensor, dtype: DType, dim: Dims, keepdim: boolean) => Tensor {
  const made = new Map<DType, Fold>();
  return (x, dtype, dim, keepdim) => {
    let fold = made.get(dtype);
    if (fold === undefined) {
      const kind = kindOf(checkDType(name, dtype));
      const cast = (e: Expr): Expr => (kind === "f" ? e.toFloat() : kind === "i" ? e.toInt() : e.toBool());
      fold = rowwise(name, (row, e) => cast(f(row, cast(e))), { dtype, defaultDim: "all" });
      made.set(dtype, fold);
    }
    return fold(x, { dim, keepdim });
  };
}

const all_ = { defaultDim: "all" } as const;
/** Sums of narrow integers are int32, so that they do not overflow at once. */
const sumDType = (x: Tensor): DType => (isFloat(x.dtype) || x.dtype === "int64" ? x.dtype : "int32");

const sumAs = foldAs("sum", (row, x) => row.sum(x));
/** Sum (`torch.sum`); computed and returned in `dtype`, by default x's (int32 for narrower integers and booleans). */
export const sum = op(
  "sum",
  ["dim", "keepdim", "dtype"],
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null): Tensor =>
    sumAs(x, dtype ?? sumDType(x), dim, keepdim),
);

const nansumAs = foldAs("nansum", (row, x) => row.sum(x.kind === "f" ? x.isnan().where(0, x) : x));
/** Sum with NaN counted as 0 (`torch.nansum`). */
export const nansum = op(
  "nansum",
  ["dim", "keepdim", "dtype"],
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null): Tensor =>
    nansumAs(x, dtype ?? sumDType(x), dim, keepdim),
);

const prodAs = foldAs("prod", (row, x) => row.prod(x));
/** Product over one dimension or all (`torch.prod`). */
export const prod = op(
  "prod",
  ["dim", "keepdim", "dtype"],
  (x: Tensor, dim: number | null = null, keepdim = false, dtype: DType | null = null): Tensor =>
    prodAs(x, dtype ?? sumDType(x), dim, keepdim),
);

function floatResult(name: string, x: Tensor, dtype: DType | null): DType {
  const result = dtype ?? x.dtype;
  if (!isFloat(result))
    throw new DTypeError(name, `expected a float tensor or a float dtype to compute in, got ${result}`);
  return result;
}

const meanAs = foldAs("mean", (row, x) => row.mean(x));
/** Arithmetic mean of floats (`torch.mean`). */
export const mean = op(
  "mean",
  ["dim", "keepdim", "dtype"],
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null): Tensor =>
    meanAs(x, floatResult("mean", x, dtype), dim, keepdim),
);

const nanmeanAs = foldAs("nanmean", (row, x) =>
  row.sum(x.isnan().where(0, x)).div(row.sum(x.isnan().not().toFloat())),
);
/** Mean of the elements that are not NaN (`torch.nanmean`). */
export const nanmean = op(
  "nanmean",
  ["dim", "keepdim", "dtype"],
  (x: Tensor, dim: Dims = null, keepdim = false, dtype: DType | null = null): Tensor =>
    nanmeanAs(x, floatResult("nanmean", x, dtype), dim, keepdim),
);

function notEmpty(name: string, x: Tensor, dim: Dims): void {
  for (const d of normalizeDims(name, dim, x.ndim)) {
    if (x.shape[d] === 0)
      throw new IndexError(
        name,
        `cannot reduce dimension ${d} of size 0 of a tensor of shape [${x.shape.join(", ")}]: it has no extreme`,
      );
  }
}

const amaxAll = rowwise("amax", (row, x) => row.max(x), { ...all_, dtype: "promote" });
const aminAll = rowwise("amin", (row, x) => row.min(x), { ...all_, dtype: "promote" });
/** Greatest element; equal ones share the gradient (`torch.amax`). */
export const amax = op("amax", ["dim", "keepdim"], (x: Tensor, dim: Dims = null, keepdim = false): Tensor => {
  notEmpty("amax", x, dim);
  return amaxAll(x, { dim, keepdim });
});
/** Least element; equal ones share the gradient (`torch.amin`). */
export const amin = op("amin", ["dim", "keepdim"], (x: Tensor, dim: Dims = null, keepdim = false): Tensor => {
  notEmpty("amin", x, dim);
  return aminAll(x, { dim, keepdim });
});
const bothExtremes = rowwise("aminmax", (row, x) => [row.min(x), row.max(x)], { ...all_, dtype: "promote" });
/** Least and greatest element in one sweep (`torch.aminmax`). A 0-d tensor kept along a dimension becomes 1-d, as in PyTorch. */
export const aminmax = op(
  "aminmax",
  ["dim", "keepdim"],
  (x: Tensor, dim: number | null = null, keepdim = false): NamedTuple<readonly ["min", "max"], Tensor> => {
    notEmpty("aminmax", x, dim);
    const line = x.ndim === 0 && dim !== null && keepdim ? x.reshape([1]) : x;
    return namedTuple(["min", "max"], bothExtremes(line, { dim, keepdim }) as readonly Tensor[]);
  },
);

const argmaxAll = rowwise("argmax", (row, x) => row.argmax(x), { ...all_, dtype: "index" });
const argminAll = rowwise("argmin", (row, x) => row.argmin(x), { ...all_, dtype: "index" });
/** Position of the first greatest element, int32 (int64 of int64); in the flattened tensor when no dimension is given (`torch.argmax`). */
export const argmax = op(
  "argmax",
  ["dim", "keepdim"],
  (x: Tensor, dim: number | null = null, keepdim = false): Tensor => {
    notEmpty("argmax", x, dim);
    return argmaxAll(x, { dim, keepdim });
  },
);
/** Position of the first least element, int32 (int64 of int64); in the flattened tensor when no dimension is given (`torch.argmin`). */
export const argmin = op(
  "argmin",
  ["dim", "keepdim"],
  (x: Tensor, dim: number | null = null, keepdim = false): Tensor => {
    notEmpty("argmin", x, dim);
    return argminAll(x, { dim, keepdim });
  },
);

export type ValuesIndices = NamedTuple<readonly ["values", "indices"], Tensor>;
const maxAlong = rowwise(
  "max",
  (row, x) => {
    const { value, index } = row.maxWithIndex(x);
    return [value, index];
  },
  { dtype: ["promote", "index"] },
);
const minAlong = rowwise(
  "min",
  (row, x) => {
    const { value, index } = row.minWithIndex(x);
    return [value, index];
  },
  { dtype: ["promote", "index"] },
);

function extreme(
  name: "max" | "min",
  x: Tensor,
  dim: number | TensorLike | null,
  keepdim: boolean,
): Tensor | ValuesIndices {
  if (dim === null) {
    notEmpty(name, x, null);
    return name === "max" ? amaxAll(x, { dim: null }) : aminAll(x, { dim: null });
  }
  if (typeof dim !== "number") return name === "max" ? maximum(x, dim) : minimum(x, dim);
  notEmpty(name, x, dim);
  const along = normalizeDim(name, dim, x.ndim);
  const values = (name === "max" ? maxAlong : minAlong)(x, { dim: x.ndim === 0 ? null : along, keepdim });
  return namedTuple(["values", "indices"], values as readonly Tensor[]);
}

interface Extreme {
  (x: Tensor): Tensor;
  (x: Tensor, other: Tensor): Tensor;
  (x: Tensor, options: { dim: number; keepdim?: boolean }): ValuesIndices;
  (x: Tensor, dim: number, keepdim?: boolean | { keepdim?: boolean }): ValuesIndices;
}
/** `max` and `min` as methods. */
export interface ExtremeMethod {
  (): Tensor;
  (other: Tensor): Tensor;
  (options: { dim: number; keepdim?: boolean }): ValuesIndices;
  (dim: number, keepdim?: boolean | { keepdim?: boolean }): ValuesIndices;
}
const extremeOp = (name: "max" | "min"): Extreme =>
  op(name, ["dim", "keepdim"], (x: Tensor, dim: number | Tensor | null = null, keepdim = false) =>
    extreme(name, x, dim, keepdim),
  ) as unknown as Extreme;

/** `max(x)`: the greatest element; `max(x, dim)`: {values, indices} along it; `max(x, other)`: elementwise (`torch.max`). */
export const max = extremeOp("max");
/** `min(x)`: the least element; `min(x, dim)`: {values, indices} along it; `min(x, other)`: elementwise (`torch.min`). */
export const min = extremeOp("min");

const anyAll = rowwise("any", (row, x) => row.any(x), all_);
const allAll = rowwise("all", (row, x) => row.all(x), all_);
/** The truth of a row: bool, but uint8 of uint8, in which PyTorch once kept booleans. */
const truth = (x: Tensor, result: Tensor): Tensor => (x.dtype === "uint8" ? result.to("uint8") : result);
/** Whether any element is true or not zero (`torch.any`); bool (uint8 of uint8). */
export const any = op(
  "any",
  ["dim", "keepdim"],
  (x: Tensor, dim: Dims = null, keepdim = false): Tensor => truth(x, anyAll(x, { dim, keepdim })),
);
/** Whether all elements are true or not zero (`torch.all`); bool (uint8 of uint8). */
export const all = op(
  "all",
  ["dim", "keepdim"],
  (x: Tensor, dim: Dims = null, keepdim = false): Tensor => truth(x, allAll(x, { dim, keepdim })),
);

const counted = rowwise("countNonzero", (row, x) => row.sum(x.ne(0).toInt()), { ...all_, dtype: "index" });
/** Number of elements that are not zero, int32 or, of int64, int64 (`torch.count_nonzero`). */
export const countNonzero = op(
  "countNonzero",
  ["dim"],
  (x: Tensor, dim: Dims = null): Tensor => counted(x, { dim }),
);

const lse = rowwise("logsumexp", (row, x) => row.logsumexp(x));
/** log(sum(exp(x))) without overflow (`torch.logsumexp`). */
export const logsumexp = op(
  "logsumexp",
  ["dim", "keepdim"],
  (x: Tensor, dim: number | readonly number[], keepdim = false): Tensor => {
    if (dim === undefined || dim === null) throw new ArgumentError("logsumexp", "expected dim, got nothing");
    return lse(x, { dim, keepdim });
  },
);
