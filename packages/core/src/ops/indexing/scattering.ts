/** Writing to the places that index tensors name. */
import type { Coordinate } from "../../backend/kernels.js";
import { copyOf } from "../../primitives/copy.js";
import { applyOne, isUnobserved } from "../../primitives/dispatch.js";
import type { PrimitiveParams } from "../../primitives/primitives.js";
import { scatterInto } from "../../primitives/structured.js";
import { write } from "../../tensor/inplace.js";
import type { Tensor } from "../../tensor/tensor.js";
import { zeros } from "../creation.js";

export type Reduce = PrimitiveParams["scatter"]["reduce"];

export interface Places {
  readonly coordinates: readonly Coordinate[];
  readonly indices: readonly Tensor[];
  /** Whether negative indices count from the end. */
  readonly wrap: boolean;
}

/** A copy of `x` with `src` folded into it at `places`, which span the shape of `src`. */
export const scattered = (
  op: string,
  x: Tensor,
  src: Tensor,
  { coordinates, indices, wrap }: Places,
  reduce: Reduce,
): Tensor => applyOne("scatter", [x, src, ...indices], { op, coordinates, wrap, reduce });

/** Folds `src` into `x` itself; recorded for backward if either takes part. */
export function scatterInPlace(op: string, x: Tensor, src: Tensor, places: Places, reduce: Reduce): Tensor {
  if (!isUnobserved([x, src])) return write(op, x, scattered(op, x, src, places, reduce));
  const source = src.storage === x.storage ? copyOf(src) : src;
  scatterInto(x, source, places.indices, { op, coordinates: places.coordinates, wrap: places.wrap, reduce });
  x.storage.version++;
  return x;
}

/** Sums of `amounts` by bin, for 1-d tensors. */
export const tallied = (op: string, bins: number, index: Tensor, amounts: Tensor): Tensor =>
  scatterInPlace(
    op,
    zeros([bins], { dtype: amounts.dtype, device: index.device }),
    amounts,
    { coordinates: [{ index: 0 }], indices: [index], wrap: false },
    "add",
  );
