/** Products of several matrices, and powers of one. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { formatShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { expectInteger, expectShape } from "../expect.js";
import { newZeros } from "../like.js";
import { op } from "../op.js";
import { matmul, mm } from "./matmul.js";

/** The cheapest order of a chain of matrices, by dynamic programming over where the last product splits it. */
function splits(sizes: readonly number[]): number[][] {
  const n = sizes.length - 1;
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const split = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const at = (row: number, column: number): number => (cost[row] as number[])[column] as number;
  for (let length = 1; length < n; length++) {
    for (let from = 0; from + length < n; from++) {
      const to = from + length;
      let best = Number.POSITIVE_INFINITY;
      for (let k = from; k < to; k++) {
        const total =
          at(from, k) +
          at(k + 1, to) +
          (sizes[from] as number) * (sizes[k + 1] as number) * (sizes[to + 1] as number);
        if (total >= best) continue;
        best = total;
        (split[from] as number[])[to] = k;
      }
      (cost[from] as number[])[to] = best;
    }
  }
  return split;
}

/** The product of matrices in the cheapest order; the first and the last may be vectors (`torch.linalg.multi_dot`). */
export function multiDot(tensors: readonly Tensor[]): Tensor {
  if (!Array.isArray(tensors) || tensors.length < 2)
    throw new ArgumentError("multiDot", "expected at least two tensors");
  const [first, last] = [tensors[0] as Tensor, tensors[tensors.length - 1] as Tensor];
  const matrices = tensors.map((x, i) => {
    const end = i === 0 || i === tensors.length - 1;
    if (x.ndim !== 2 && !(end && x.ndim === 1))
      throw new ShapeError(
        "multiDot",
        `expected matrices (vectors at the ends), got shape ${formatShape(x.shape)} at ${i}`,
      );
    return x.ndim === 2 ? x : i === 0 ? x.unsqueeze(0) : x.unsqueeze(1);
  });
  const split = splits([
    ...matrices.map((x) => x.shape[0] as number),
    (matrices[matrices.length - 1] as Tensor).shape[1] as number,
  ]);
  const between = (from: number, to: number): Tensor => {
    if (from === to) return matrices[from] as Tensor;
    const k = (split[from] as number[])[to] as number;
    return mm(between(from, k), between(k + 1, to));
  };
  let result = between(0, matrices.length - 1);
  if (last.ndim === 1) result = result.squeeze(1);
  return first.ndim === 1 ? result.squeeze(0) : result;
}

/** The product of matrices (`torch.chain_matmul`); `linalg.multiDot` also takes vectors. */
export function chainMatmul(...matrices: readonly Tensor[]): Tensor {
  if (matrices.some((x) => !(x instanceof Tensor) || x.ndim !== 2))
    throw new ShapeError("chainMatmul", "expected matrices");
  return matrices.length === 1 ? (matrices[0] as Tensor) : multiDot(matrices);
}

/** A value that does not depend on x, in x's shape, and with a gradient of 0 for it. */
const constantPower = pointwise("matrixPower", (x, value) => x.eq(x).or(true).where(value, x));

/** The n-th power of square matrices, n of at least 0 (`torch.linalg.matrix_power`). */
export const matrixPower = op("matrixPower", ["n"], (x: Tensor, n: number): Tensor => {
  const size = x.shape[x.ndim - 1] as number;
  expectShape("matrixPower", x.ndim >= 2 && x.shape[x.ndim - 2] === size, "square matrices", x);
  expectInteger("matrixPower", 0, "an integer power of at least 0", n);
  if (n === 0) return constantPower(x, newZeros(x, [size, size]).fillDiagonal_(1));
  let result: Tensor | null = null;
  let square = x;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? square : matmul(result, square);
    if (rest > 1) square = matmul(square, square);
  }
  return (result as Tensor) === x ? x.clone() : (result as Tensor);
});
