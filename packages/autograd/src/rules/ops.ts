/** The few differentiable operations that gradient rules are written in. */
import {
  arange,
  type Device,
  type DType,
  noGrad,
  pointwise,
  rowwise,
  type Tensor,
  zeros,
} from "@flambeau/core";
import { applyOne, copyParams, type PrimitiveParams, sameShape, viewStrides } from "@flambeau/core/internal";

export const sum2 = pointwise("add", (a, b) => a.add(b));
export const mul = pointwise("mul", (a, b) => a.mul(b));
const sumRows = rowwise("sum", (row, x) => row.sum(x));

/** Adds `x` to `target` itself, unrecorded. */
export const addInto = (target: Tensor, x: Tensor): void => noGrad(() => sum2.into([target], target, x));

/** A recorded copy of its own. */
export const clone = (x: Tensor): Tensor => applyOne("fused", [x], copyParams(x, x.shape, x.dtype));

export const cast = (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype ? x : applyOne("fused", [x], copyParams(x, x.shape, dtype));

export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const source = viewStrides(x.shape, x.strides, shape) === null ? clone(x) : x;
  return applyOne("view", [source], { shape });
}

/** Sums over the dimensions that broadcasting `shape` to x's shape had added or stretched. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const shift = x.shape.length - shape.length;
  const dim = x.shape.flatMap((size, d) => (d < shift || (shape[d - shift] === 1 && size !== 1) ? [d] : []));
  return reshape(dim.length === 0 ? x : sumRows(x, { dim, keepdim: true }), shape);
}

export const expandTo = (x: Tensor, shape: readonly number[]): Tensor =>
  sameShape(x.shape, shape) ? x : applyOne("expand", [x], { shape });

/** The last two dimensions exchanged. */
export function transposed(x: Tensor): Tensor {
  const dims = x.shape.map((_, d) => d);
  dims.push(...dims.splice(-2).reverse());
  return applyOne("permute", [x], { dims });
}

export const matmul = (a: Tensor, b: Tensor): Tensor => applyOne("matmul", [a, b], {});

type Described = Pick<Tensor, "shape" | "dtype" | "device">;

export const zerosOf = ({ shape, dtype, device }: Described): Tensor => zeros(shape, { dtype, device });

/** 0, 1, … n - 1 as int32. */
export const counting = (n: number, device: Device): Tensor => arange(n, { dtype: "int32", device });

type Addressing = Pick<PrimitiveParams["gather"], "op" | "coordinates" | "wrap">;

export const gather = (
  x: Tensor,
  indices: readonly Tensor[],
  how: Addressing,
  shape: readonly number[],
): Tensor => applyOne("gather", [x, ...indices], { ...how, shape });

export const scatter = (
  base: Tensor,
  src: Tensor,
  indices: readonly Tensor[],
  how: Addressing,
  reduce: PrimitiveParams["scatter"]["reduce"],
): Tensor => applyOne("scatter", [base, src, ...indices], { ...how, reduce });

/** Addresses x along `axis` by one index tensor, every other position by itself. */
export const alongAxis = (op: string, rank: number, axis: number): Addressing => ({
  op,
  coordinates: Array.from({ length: rank }, (_, d) => (d === axis ? { index: 0 } : { axis: d })),
  wrap: false,
});
