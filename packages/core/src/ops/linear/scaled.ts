/** Products added to something: beta * input + alpha * (a @ b) and its relatives. */
import { isFloat } from "../../dtype.js";
import { applyOne } from "../../primitives/dispatch.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { bmm, mm, mv, outer } from "./matmul.js";

/** beta * input + alpha * product. Integers cut beta and alpha to integers, booleans ask only whether they are 0, as in PyTorch. */
function combine(product: Tensor, input: Tensor, givenBeta: number, givenAlpha: number): Tensor {
  const factor = (value: number): number =>
    isFloat(product.dtype) ? value : product.dtype === "bool" ? Number(value !== 0) : Math.trunc(value);
  const [beta, alpha] = [factor(givenBeta), factor(givenAlpha)];
  const scaled =
    alpha === 1 ? product : product.dtype === "bool" ? product.logicalAnd(false) : product.mul(alpha);
  if (beta === 0) return scaled; // PyTorch: NaN in an input that counts for nothing does not spread
  return (beta === 1 ? input : input.mul(beta)).add(scaled);
}

/** beta * input + alpha * (mat1 @ mat2) (`torch.addmm`). */
export const addmm = op(
  "addmm",
  ["mat1", "mat2", "beta", "alpha"],
  (input: Tensor, mat1: Tensor, mat2: Tensor, beta = 1, alpha = 1): Tensor => {
    const plain =
      beta === 1 && alpha === 1 && mat1.ndim === 2 && mat2.ndim === 2 && mat1.shape[1] === mat2.shape[0];
    const fits =
      input.ndim <= 2 &&
      [mat1.shape[0], mat2.shape[1]]
        .slice(2 - input.ndim)
        .every((n, i) => input.shape[i] === n || input.shape[i] === 1);
    if (plain && fits && isFloat(input.dtype) && input.dtype === mat1.dtype && mat1.dtype === mat2.dtype)
      return applyOne("matmul", [mat1, mat2, input], {});
    return combine(mm(mat1, mat2), input, beta, alpha);
  },
);
/** beta * input + alpha * (mat @ vec) (`torch.addmv`). */
export const addmv = op(
  "addmv",
  ["mat", "vec", "beta", "alpha"],
  (input: Tensor, mat: Tensor, vec: Tensor, beta = 1, alpha = 1): Tensor =>
    combine(mv(mat, vec), input, beta, alpha),
);
/** beta * input + alpha * outer(vec1, vec2) (`torch.addr`). */
export const addr = op(
  "addr",
  ["vec1", "vec2", "beta", "alpha"],
  (input: Tensor, vec1: Tensor, vec2: Tensor, beta = 1, alpha = 1): Tensor =>
    combine(outer(vec1, vec2), input, beta, alpha),
);
/** beta * input + alpha * (batch1 @ batch2) (`torch.baddbmm`). */
export const baddbmm = op(
  "baddbmm",
  ["batch1", "batch2", "beta", "alpha"],
  (input: Tensor, batch1: Tensor, batch2: Tensor, beta = 1, alpha = 1): Tensor =>
    combine(bmm(batch1, batch2), input, beta, alpha),
);
const sumOf = (batch: Tensor): Tensor => batch.sum(0, { dtype: batch.dtype });
/** beta * input + alpha * sum over the batch of batch1 @ batch2 (`torch.addbmm`). */
export const addbmm = op(
  "addbmm",
  ["batch1", "batch2", "beta", "alpha"],
  (input: Tensor, batch1: Tensor, batch2: Tensor, beta = 1, alpha = 1): Tensor =>
    combine(sumOf(bmm(batch1, batch2)), input, beta, alpha),
);
