/** Coordinates of the elements that are not zero. Their number must be read, so the device must offer synchronous reads. */
import { nonzero } from "../../primitives/structured.js";
import type { Tensor } from "../../tensor/tensor.js";
import { readNumber } from "../shape/reading.js";
import { dropDim, sliceAlong } from "../shape/slicing.js";

/** Coordinates of the non-zero elements, row-major: [count, rank] int32. */
export const coordinateRows = (op: string, x: Tensor): Tensor => nonzero(x, (count) => readNumber(op, count));

/** The same as one 1-d tensor per dimension. */
export function coordinatesOf(op: string, x: Tensor): Tensor[] {
  const rows = coordinateRows(op, x);
  return x.shape.map((_, d) => dropDim(sliceAlong(rows, 1, d, 1), 1));
}
