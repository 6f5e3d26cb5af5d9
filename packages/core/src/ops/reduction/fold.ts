/** Reductions over some or all dimensions. `dim` may be one dimension, several, or absent for all. */
import { checkDType, type DType, isFloat, kindOf } from "../../dtype.js";
import { ArgumentError, IndexError } from "../../errors.js";
import { type Rowwise, rowwise } from "../../fused/rowwise.js";
import type { Expr } from "../../program/expr.js";
import type { Row } from "../../program/row.js";
import { formatShape, normalizeDim, normalizeDims } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectDType } from "../expect.js";
import { type NamedTuple, namedTuple, type ValuesIndices, valuesIndices } from "../namedTuple.js";
import { op } from "../op.js";
import { maximum, minimum } from "../pointwise/binary.js";
import { totalDType } from "./totalDType.js";

export type { ValuesIndices } from "../namedTuple.js";

export type Dims = number | readonly number[] | null;
const all_ = { defaultDim: "all" } as const;

/** A reduction whose result, and whose arithmetic, is of a chosen dtype: `dtypeFor` says of which by default, and checks it. */
function foldIn<D extends Dims = Dims>(
  name: string,
  f: (row: Row, x: Expr) => Expr,
  dtypeFor: (name: string, x: Tensor, given: DType | null) => DType,
) {
  const made = new Map<DType, Rowwise<[Expr], Expr>>();
  return op(
    name,
    ["dim", "keepdim", "dtype"],
    (x: Tensor, dim: D | null = null, keepdim = false, given: DType | null = null): Tensor => {
      const dtype = dtypeFor(name, x, given);
      let fold = made.get(dtype);
      if (fold === undefined) {
        const kind = kindOf(dtype);
        const cast = (e: Expr): Expr => (kind === "f" ? e.toFloat() : kind === "i" ? e.toInt() : e.toBool());
        fold = rowwise(name, (row, e: Expr) => cast(f(row, cast(e))), { ...all_, dtype });
        made.set(dtype, fold);
      }
      return fold(x, { dim, keepdim });
    },
  );
}

function meanDType(name: string, x: Tensor, given: DType | null): DType {
  const dtype = checkDType(name, given ?? x.dtype);
  expectDType(name, isFloat(dtype), "a float tensor or a float dtype to compute in", dtype);
  return dtype;
}

/** Sum (`torch.sum`); computed and returned in `dtype`, by default x's (int32 for narrower integers and booleans). */
export const sum = foldIn("sum", (row, x) => row.sum(x), totalDType);
/** Sum with NaN counted as 0 (`torch.nansum`). */
export const nansum = foldIn("nansum", (row, x) => row.sum(x.isnan().where(0, x)), totalDType);
/** Product over one dimension or all (`torch.prod`). */
export const prod = foldIn<number>("prod", (row, x) => row.prod(x), totalDType);
/** Arithmetic mean of floats (`torch.mean`). */
export const mean = foldIn("mean", (row, x) => row.mean(x), meanDType);
/** Mean of the elements that are not NaN (`torch.nanmean`). */
export const nanmean = foldIn(
  "nanmean",
  (row, x) => row.sum(x.isnan().where(0, x)).div(row.sum(x.isnan().not().toFloat())),
  meanDType,
);

function notEmpty(name: string, x: Tensor, dim: Dims): void {
  for (const d of normalizeDims(name, dim, x.ndim)) {
    if (x.shape[d] === 0)
      throw new IndexError(
        name,
        `cannot reduce dimension ${d} of size 0 of a tensor of shape ${formatShape(x.shape)}: it has no extreme`,
      );
  }
}

/** A reduction to one of the elements, or to its position. */
function choice<D extends Dims = Dims>(
  name: string,
  f: (row: Row, x: Expr) => Expr,
  dtype: "promote" | "index" = "promote",
) {
  const run = rowwise(name, f, { ...all_, dtype });
  return op(name, ["dim", "keepdim"], (x: Tensor, dim: D | null = null, keepdim = false): Tensor => {
    notEmpty(name, x, dim);
    return run(x, { dim, keepdim });
  });
}

/** Greatest element; equal ones share the gradient (`torch.amax`). */
export const amax = choice("amax", (row, x) => row.max(x));
/** Least element; equal ones share the gradient (`torch.amin`). */
export const amin = choice("amin", (row, x) => row.min(x));
/** Position of the first greatest element, int32 (int64 of int64); in the flattened tensor when no dimension is given (`torch.argmax`). */
export const argmax = choice<number>("argmax", (row, x) => row.argmax(x), "index");
/** Position of the first least element, int32 (int64 of int64); in the flattened tensor when no dimension is given (`torch.argmin`). */
export const argmin = choice<number>("argmin", (row, x) => row.argmin(x), "index");

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

function extreme(
  name: "max" | "min",
  whole: (x: Tensor) => Tensor,
  elementwise: (x: Tensor, other: Tensor) => Tensor,
): Extreme {
  const along = rowwise(name, (row, x: Expr) => row[`${name}WithIndex`](x), { dtype: ["promote", "index"] });
  const run = (x: Tensor, dim: number | Tensor | null = null, keepdim = false): Tensor | ValuesIndices => {
    if (dim !== null && typeof dim !== "number") return elementwise(x, dim);
    notEmpty(name, x, dim);
    if (dim === null) return whole(x);
    const at = normalizeDim(name, dim, x.ndim);
    const { value, index } = along(x, { dim: x.ndim === 0 ? null : at, keepdim });
    return valuesIndices(value, index);
  };
  return op(name, ["dim", "keepdim"], run) as unknown as Extreme;
}

/** `max(x)`: the greatest element; `max(x, dim)`: {values, indices} along it; `max(x, other)`: elementwise (`torch.max`). */
export const max = extreme("max", amax, maximum);
/** `min(x)`: the least element; `min(x, dim)`: {values, indices} along it; `min(x, other)`: elementwise (`torch.min`). */
export const min = extreme("min", amin, minimum);

/** The truth of a row: bool, but uint8 of uint8, in which PyTorch once kept booleans. */
function truth(name: "any" | "all") {
  const run = rowwise(name, (row, x: Expr) => row[name](x), all_);
  return op(name, ["dim", "keepdim"], (x: Tensor, dim: Dims = null, keepdim = false): Tensor => {
    const result = run(x, { dim, keepdim });
    return x.dtype === "uint8" ? result.to("uint8") : result;
  });
}
/** Whether any element is true or not zero (`torch.any`); bool (uint8 of uint8). */
export const any = truth("any");
/** Whether all elements are true or not zero (`torch.all`); bool (uint8 of uint8). */
export const all = truth("all");

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
    if ((dim ?? null) === null) throw new ArgumentError("logsumexp", "expected dim, got nothing");
    return lse(x, { dim, keepdim });
  },
);
