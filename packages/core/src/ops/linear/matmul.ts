/** Matrix products. All reduce to the `matmul` primitive on equal batch dimensions. */
import { ShapeError } from "../../errors.js";
import { formatShape, numelOf, sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { needTensor, op } from "../op.js";
import { batched } from "./batched.js";

function rank(name: string, what: string, x: Tensor, expected: number): void {
  needTensor(name, what, x);
  if (x.ndim !== expected)
    throw new ShapeError(name, `expected ${what} of rank ${expected}, got shape ${formatShape(x.shape)}`);
}

/** Matrix product with PyTorch's rules for vectors and batches (`torch.matmul`). */
export const matmul = op("matmul", ["other"], (x: Tensor, other: Tensor): Tensor => {
  needTensor("matmul", "other", other);
  if (x.ndim === 0 || other.ndim === 0) {
    throw new ShapeError(
      "matmul",
      `expected tensors of at least one dimension, got shapes ${formatShape(x.shape)} and ${formatShape(other.shape)}`,
    );
  }
  const a = x.ndim === 1 ? x.unsqueeze(0) : x;
  const b = other.ndim === 1 ? other.unsqueeze(1) : other;
  let result = batched("matmul", a, b);
  if (other.ndim === 1) result = result.squeeze(-1);
  if (x.ndim === 1) result = result.squeeze(other.ndim === 1 ? -1 : -2);
  return result;
});

/** [M, K] times [K, N] (`torch.mm`). */
export const mm = op("mm", ["mat2"], (x: Tensor, mat2: Tensor): Tensor => {
  rank("mm", "a matrix", x, 2);
  rank("mm", "a matrix", mat2, 2);
  return batched("mm", x, mat2);
});

/** [B, M, K] times [B, K, N] (`torch.bmm`). */
export const bmm = op("bmm", ["mat2"], (x: Tensor, mat2: Tensor): Tensor => {
  rank("bmm", "a batch of matrices", x, 3);
  rank("bmm", "a batch of matrices", mat2, 3);
  if (x.shape[0] !== mat2.shape[0])
    throw new ShapeError("bmm", `expected equal batch sizes, got ${x.shape[0]} and ${mat2.shape[0]}`);
  return batched("bmm", x, mat2);
});

/** [M, K] times [K] (`torch.mv`). */
export const mv = op("mv", ["vec"], (x: Tensor, vec: Tensor): Tensor => {
  rank("mv", "a matrix", x, 2);
  rank("mv", "a vector", vec, 1);
  return batched("mv", x, vec.unsqueeze(1)).squeeze(1);
});

/** The sum of products of two vectors (`torch.dot`). */
export const dot = op("dot", ["other"], (x: Tensor, other: Tensor): Tensor => {
  rank("dot", "a vector", x, 1);
  rank("dot", "a vector", other, 1);
  if (x.shape[0] !== other.shape[0])
    throw new ShapeError("dot", `expected vectors of one length, got ${x.shape[0]} and ${other.shape[0]}`);
  return batched("dot", x.unsqueeze(0), other.unsqueeze(1)).reshape([]);
});
/** As `dot`; the first vector would be conjugated if it were complex (`torch.vdot`). */
export const vdot = dot;

/** All products of two vectors, [N, M] (`torch.outer`). */
export const outer = op("outer", ["vec2"], (x: Tensor, vec2: Tensor): Tensor => {
  rank("outer", "a vector", x, 1);
  rank("outer", "a vector", vec2, 1);
  return x.unsqueeze(1).mul(vec2.unsqueeze(0));
});
export const ger = outer;

/** Products over the last dimension of both (`torch.inner`); with a 0-d tensor, plain multiplication. */
export const inner = op("inner", ["other"], (x: Tensor, other: Tensor): Tensor => {
  needTensor("inner", "other", other);
  if (x.ndim === 0 || other.ndim === 0) return x.mul(other);
  return tensordot(x, other, [[-1], [-1]]);
});

/**
 * Sums products over pairs of dimensions (`torch.tensordot`): the last `dims` of x with the first of other, or two lists.
 */
export const tensordot = op(
  "tensordot",
  ["other", "dims"],
  (x: Tensor, other: Tensor, dims: number | readonly [readonly number[], readonly number[]] = 2): Tensor => {
    const [left, right] =
      typeof dims === "number"
        ? [
            Array.from({ length: dims }, (_, i) => x.ndim - dims + i),
            Array.from({ length: dims }, (_, i) => i),
          ]
        : [dims[0].map((d) => (d < 0 ? d + x.ndim : d)), dims[1].map((d) => (d < 0 ? d + other.ndim : d))];
    const sizes = (t: Tensor, ds: readonly number[]): number[] => ds.map((d) => t.shape[d] as number);
    if (!sameShape(sizes(x, left), sizes(other, right))) {
      throw new ShapeError(
        "tensordot",
        `dimensions ${formatShape(left)} of ${formatShape(x.shape)} do not match ${formatShape(right)} of ${formatShape(other.shape)}`,
      );
    }
    const free = (t: Tensor, ds: readonly number[]): number[] =>
      t.shape.map((_, d) => d).filter((d) => !ds.includes(d));
    const [fx, fo] = [free(x, left), free(other, right)];
    const [rows, columns, k] = [sizes(x, fx), sizes(other, fo), numelOf(sizes(x, left))];
    const a = x.permute([...fx, ...left]).reshape([numelOf(rows), k]);
    const b = other.permute([...right, ...fo]).reshape([k, numelOf(columns)]);
    return batched("tensordot", a, b).reshape([...rows, ...columns]);
  },
);
