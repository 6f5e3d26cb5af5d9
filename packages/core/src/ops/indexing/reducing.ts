/** Reductions of everything that is sent to one place. */
import { type DType, isFloat } from "../../dtype.js";
import { ArgumentError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { applyOne } from "../../primitives/dispatch.js";
import type { Tensor } from "../../tensor/tensor.js";
import { full, onesLike, zerosLike } from "../creation.js";
import { type Places, type Reduce, scattered } from "./scattering.js";

export type ReduceName = "sum" | "prod" | "mean" | "amax" | "amin";

/** Throws unless `reduce` is one of `names`. */
export function reduceNames(op: string, reduce: unknown, names: readonly ReduceName[]): void {
  if (!names.includes(reduce as ReduceName)) {
    throw new ArgumentError(op, `expected reduce to be one of ${names.join(", ")}, got "${String(reduce)}"`);
  }
}

const ranges: { readonly [D in DType]?: readonly [bigint, bigint] } = {
  bool: [0n, 1n],
  uint8: [0n, 255n],
  int8: [-128n, 127n],
  int16: [-32768n, 32767n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

const lowest = (dtype: DType): number | bigint => ranges[dtype]?.[0] ?? Number.NEGATIVE_INFINITY;
const highest = (dtype: DType): number | bigint => ranges[dtype]?.[1] ?? Number.POSITIVE_INFINITY;

/** For each reduction how a scatter folds, and the value that leaves it unchanged. */
const folds: {
  readonly [R in ReduceName]: {
    readonly reduce: Reduce;
    readonly identity: (dtype: DType) => number | bigint;
  };
} = {
  sum: { reduce: "add", identity: () => 0 },
  mean: { reduce: "add", identity: () => 0 },
  prod: { reduce: "mul", identity: () => 1 },
  amax: { reduce: "max", identity: lowest },
  amin: { reduce: "min", identity: highest },
};

const floatMean = pointwise("mean", (sum, count) => sum.div(count.max(1)), {
  dtype: "promote",
  promote: [0],
});
const floorMean = pointwise("mean", (sum, count) => sum.floorDiv(count.max(1)), {
  dtype: "promote",
  promote: [0],
});

/** `x` with `src` reduced into it at `places`; without `includeSelf` the elements that are hit start anew. */
export function reduced(
  op: string,
  x: Tensor,
  src: Tensor,
  places: Places,
  name: ReduceName,
  includeSelf: boolean,
): Tensor {
  const { reduce, identity } = folds[name];
  const everywhere = (value: number | bigint, dtype: DType): Tensor =>
    applyOne("expand", [full([], value, { dtype, device: x.device })], { shape: src.shape });
  const base = includeSelf ? x : scattered(op, x, everywhere(identity(x.dtype), x.dtype), places, "set");
  const folded = scattered(op, base, src, places, reduce);
  if (name !== "mean") return folded;
  const start = includeSelf ? onesLike(x, { dtype: "int32" }) : zerosLike(x, { dtype: "int32" });
  const count = scattered(op, start, everywhere(1, "int32"), places, "add");
  return (isFloat(x.dtype) ? floatMean : floorMean)(folded, count);
}
