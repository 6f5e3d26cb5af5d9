/** Reductions of everything that is sent to one place. */
import { type DType, isFloat } from "../../dtype.js";
import { ArgumentError } from "../../errors.js";
import type { Scalar } from "../../fused/dtypes.js";
import { applyOne } from "../../primitives/dispatch.js";
import type { Tensor } from "../../tensor/tensor.js";
import { full, fullLike } from "../creation.js";
import { div } from "../pointwise/binary.js";
import { clampMin } from "../pointwise/ternary.js";
import { extremeOf } from "../reduction/extremeOf.js";
import { converted } from "../shape/copying.js";
import { type Places, type Reduce, scattered } from "./scattering.js";

export type ReduceName = "sum" | "prod" | "mean" | "amax" | "amin";

/** Throws unless `reduce` is one of `names`. */
export function reduceNames(op: string, reduce: unknown, names: readonly ReduceName[]): void {
  if (!names.includes(reduce as ReduceName)) {
    throw new ArgumentError(op, `expected reduce to be one of ${names.join(", ")}, got "${String(reduce)}"`);
  }
}

/** For each reduction how a scatter folds, and the value that leaves it unchanged. */
const folds: {
  readonly [R in ReduceName]: {
    readonly reduce: Reduce;
    readonly identity: (dtype: DType) => Scalar;
  };
} = {
  sum: { reduce: "add", identity: () => 0 },
  mean: { reduce: "add", identity: () => 0 },
  prod: { reduce: "mul", identity: () => 1 },
  amax: { reduce: "max", identity: (dtype) => extremeOf(dtype, -1) },
  amin: { reduce: "min", identity: (dtype) => extremeOf(dtype, 1) },
};

/** Writes a source into a copy of a tensor, at places that span the source's shape. */
export type Writing = (op: string, x: Tensor, src: Tensor, places: Places) => Tensor;

/** Folds the source into what is there. */
export const folding =
  (reduce: Reduce): Writing =>
  (op, x, src, places) =>
    scattered(op, x, src, places, reduce);

/** Reduces the source with what is there; without `includeSelf` the elements that are hit start anew. */
export const reducing =
  (name: ReduceName, includeSelf: boolean): Writing =>
  (op, x, src, places) => {
    const { reduce, identity } = folds[name];
    const everywhere = (value: Scalar, dtype: DType): Tensor =>
      applyOne("expand", [full([], value, { dtype, device: x.device })], { shape: src.shape });
    const base = includeSelf ? x : scattered(op, x, everywhere(identity(x.dtype), x.dtype), places, "set");
    const folded = scattered(op, base, src, places, reduce);
    if (name !== "mean") return folded;
    const start = fullLike(x, Number(includeSelf), { dtype: "int32" });
    const count = clampMin(scattered(op, start, everywhere(1, "int32"), places, "add"), 1);
    return converted(div(folded, count, isFloat(x.dtype) ? null : "floor"), x.dtype);
  };
