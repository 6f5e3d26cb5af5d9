/** The product to which all matrix products come down. */
import { DTypeError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { broadcastShapes, formatShape, numelOf } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expandTo } from "../shape/expanding.js";

/** a [..., M, K] times b [..., K, N] with equal or broadcasting batch dimensions. */
export function batched(name: string, a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== b.dtype) throw new DTypeError(name, `expected one dtype, got ${a.dtype} and ${b.dtype}`);
  const [ra, rb] = [a.ndim, b.ndim];
  const [columns, rows] = [a.shape[ra - 1] as number, b.shape[rb - 2]];
  if (columns !== rows) {
    throw new ShapeError(
      name,
      `cannot multiply ${formatShape(a.shape)} by ${formatShape(b.shape)}: ${columns} columns meet ${rows} rows`,
    );
  }
  if (a.dtype === "bool") throw new DTypeError(name, "expected numbers, got bool tensors");
  const lead = a.shape.slice(0, -2);
  if (rb === 2 && ra > 2 && a.isContiguous()) {
    // One tall product instead of many: the right side is shared by the whole batch.
    const tall = a.reshape([numelOf(lead) * (a.shape[ra - 2] as number), columns]);
    return applyOne("matmul", [tall, b], {}).reshape(a.shape.with(-1, b.shape[1] as number));
  }
  const batch = broadcastShapes(name, lead, b.shape.slice(0, -2));
  const spread = (x: Tensor): Tensor => expandTo(name, x, [...batch, ...x.shape.slice(-2)]);
  return applyOne("matmul", [spread(a), spread(b)], {});
}
