/** Linear algebra under the names of `torch.linalg`. */
import type { DType } from "../../dtype.js";
import { ArgumentError, ShapeError } from "../../errors.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectShape } from "../expect.js";
import { op } from "../op.js";
import { powersOf } from "../ranges.js";
import { vectorNorm } from "../reduction/norms.js";
import * as products from "./products.js";

export { vectorNorm } from "../reduction/norms.js";
export { matrixPower, multiDot } from "./chains.js";
export { matmul } from "./matmul.js";
export { vecdot } from "./products.js";

type Pair = readonly [number, number];
/** Orders that need no decomposition: Frobenius, greatest or least sum of a column (1, -1) or of a row (infinities). */
type MatrixOrder = number | "fro";

/** The norm of matrices in two dimensions (`torch.linalg.matrix_norm`): "fro", 1, -1, Infinity or -Infinity. */
export const matrixNorm = op(
  "matrixNorm",
  ["ord", "dim", "keepdim", "dtype"],
  (
    x: Tensor,
    ord: MatrixOrder = "fro",
    dim: Pair = [-2, -1],
    keepdim = false,
    dtype: DType | null = null,
  ): Tensor => {
    expectShape("matrixNorm", x.ndim >= 2, "a matrix or a batch of them", x);
    if (dim.length !== 2)
      throw new ArgumentError("matrixNorm", `expected two dimensions, got ${formatShape(dim)}`);
    const [rows, columns] = dim.map((d) => normalizeDim("matrixNorm", d, x.ndim)) as unknown as Pair;
    if (rows === columns)
      throw new ArgumentError("matrixNorm", `expected two different dimensions, got ${formatShape(dim)}`);
    if (ord === "fro") return vectorNorm(x, 2, [rows, columns], keepdim, dtype);
    if (Math.abs(ord) !== 1 && Math.abs(ord) !== Number.POSITIVE_INFINITY) {
      throw new ArgumentError(
        "matrixNorm",
        `expected ord to be "fro", 1, -1, Infinity or -Infinity, got ${String(ord)}`,
      );
    }
    const byColumn = Math.abs(ord) === 1;
    const sums = vectorNorm(x, 1, byColumn ? rows : columns, true, dtype);
    const along = byColumn ? columns : rows;
    const result = ord > 0 ? sums.amax(along, true) : sums.amin(along, true);
    return keepdim ? result : result.squeeze(Math.max(rows, columns)).squeeze(Math.min(rows, columns));
  },
);

/**
 * The norm of a vector or a matrix (`torch.linalg.norm`): without `ord` the 2-norm of all elements along `dim`; with it a vector norm
 * along one dimension, a matrix norm along two.
 */
export const norm = op(
  "norm",
  ["ord", "dim", "keepdim", "dtype"],
  (
    x: Tensor,
    ord: MatrixOrder | null = null,
    dim: number | readonly number[] | null = null,
    keepdim = false,
    dtype: DType | null = null,
  ): Tensor => {
    if (ord === null) return vectorNorm(x, 2, dim, keepdim, dtype);
    const dims = dim === null ? x.shape.map((_, d) => d) : typeof dim === "number" ? [dim] : dim;
    expectShape(
      "norm",
      dim !== null || x.ndim === 1 || x.ndim === 2,
      `a vector or a matrix for ord ${String(ord)}`,
      x,
    );
    if (dims.length === 2) return matrixNorm(x, ord, dims as unknown as Pair, keepdim, dtype);
    if (dims.length !== 1 || typeof ord !== "number")
      throw new ArgumentError(
        "norm",
        `expected one or two dimensions that fit ord ${String(ord)}, got ${formatShape(dims)}`,
      );
    return vectorNorm(x, ord, dims, keepdim, dtype);
  },
);

/** The vector product along `dim`, the last by default (`torch.linalg.cross`). */
export const cross = op("cross", ["other", "dim"], (x: Tensor, other: Tensor, dim = -1): Tensor => {
  if (x.ndim !== other.ndim)
    throw new ShapeError(
      "cross",
      `expected tensors of one rank, got shapes ${formatShape(x.shape)} and ${formatShape(other.shape)}`,
    );
  const along = normalizeDim("cross", dim, x.ndim);
  if (x.shape[along] !== 3 || other.shape[along] !== 3)
    throw new ShapeError(
      "cross",
      `expected size 3 along dimension ${dim} of both, got shapes ${formatShape(x.shape)} and ${formatShape(other.shape)}`,
    );
  return products.cross(x, other, dim);
});

/** The diagonals of matrices in the last two dimensions (`torch.linalg.diagonal`). */
export const diagonal = op(
  "diagonal",
  ["offset", "dim1", "dim2"],
  (x: Tensor, offset = 0, dim1 = -2, dim2 = -1): Tensor => x.diagonal(offset, dim1, dim2),
);

/** x^0, x^1, … along a new last dimension, as many as x's last dimension has elements unless N is given (`torch.linalg.vander`). */
export const vander = op("vander", ["N"], (x: Tensor, N: number | null = null): Tensor => {
  const row = x.ndim === 0 ? x.unsqueeze(0) : x;
  const count = N ?? (row.shape[row.ndim - 1] as number);
  if (count <= 1) throw new ArgumentError("vander", `expected N above 1, got ${count}`);
  return powersOf(row, count);
});
