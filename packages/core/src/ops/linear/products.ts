/** Products of tensors that are no matrix products, and the trace. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { broadcastShapes, formatShape, normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectShape } from "../expect.js";
import { needTensor, op } from "../op.js";

/** The vector product along `dim` of size 3 (`torch.cross`); by default the first dimension of that size. */
export const cross = op(
  "cross",
  ["other", "dim"],
  (x: Tensor, other: Tensor, dim: number | null = null): Tensor => {
    needTensor("cross", "other", other);
    const shape = broadcastShapes("cross", x.shape, other.shape);
    const along = dim === null ? shape.indexOf(3) : normalizeDim("cross", dim, shape.length);
    if (along < 0 || shape[along] !== 3) {
      throw new ShapeError(
        "cross",
        `expected ${dim === null ? "a dimension" : `dimension ${dim}`} of size 3, got shapes ${formatShape(x.shape)} and ${formatShape(other.shape)}`,
      );
    }
    const [a, b] = [x.expand(shape), other.expand(shape)];
    const turned = (t: Tensor, by: number): Tensor => t.roll([by], [along]);
    return turned(a, -1)
      .mul(turned(b, -2))
      .sub(turned(a, -2).mul(turned(b, -1)));
  },
);

/** Kronecker's product: every element of x times the whole of other (`torch.kron`). */
export const kron = op("kron", ["other"], (x: Tensor, other: Tensor): Tensor => {
  needTensor("kron", "other", other);
  const rank = Math.max(x.ndim, other.ndim);
  const padded = (t: Tensor): number[] => [...new Array<number>(rank - t.ndim).fill(1), ...t.shape];
  const [left, right] = [padded(x), padded(other)];
  const outer = x.reshape(left.flatMap((n) => [n, 1])).mul(other.reshape(right.flatMap((n) => [1, n])));
  return outer.reshape(left.map((n, d) => n * (right[d] as number)));
});

/** The sum of a matrix's diagonal (`torch.trace`). */
export const trace = op("trace", [], (x: Tensor): Tensor => {
  expectShape("trace", x.ndim === 2, "a matrix", x);
  return x.diagonal().sum();
});

/** The sum of products along `dim` (`torch.linalg.vecdot`). */
export const vecdot = op("vecdot", ["y", "dim"], (x: Tensor, y: Tensor, dim = -1): Tensor => {
  const last = (t: Tensor): number => t.shape[normalizeDim("vecdot", dim, t.ndim)] ?? 1;
  if (last(x) !== last(y))
    throw new ArgumentError("vecdot", `expected vectors of one length, got ${last(x)} and ${last(y)}`);
  return x.mul(y).sum(dim).to(x.dtype);
});
