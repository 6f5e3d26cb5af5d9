/** Attention (`torch.nn.functional.scaled_dot_product_attention`). */
import { DTypeError, formatShape, isFloat, op, ShapeError, type Tensor, where, zeros } from "@flambeau/core";
import { dropout } from "./dropout.js";

/**
 * softmax(query keyᵀ scale + mask) value (Vaswani et al. 2017): query [..., L, E], key [..., S, E], value [..., S, V] → [..., L, V]. A
 * bool `attnMask` says where to look, a float one is added; `isCausal` lets position i see 0 … i. `dropoutP` drops weights. scale is
 * 1 / sqrt(E) unless given.
 */
export const scaledDotProductAttention = op(
  "scaledDotProductAttention",
  ["key", "value", "attnMask", "dropoutP", "isCausal", "scale"],
  (
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attnMask: Tensor | null = null,
    dropoutP = 0,
    isCausal = false,
    scale: number | null = null,
  ): Tensor => {
    const name = "scaledDotProductAttention";
    if (query.ndim < 2 || key.ndim < 2 || query.shape.at(-1) !== key.shape.at(-1))
      throw new ShapeError(
        name,
        `expected query [..., L, E] and key [..., S, E], got ${formatShape(query.shape)} and ${formatShape(key.shape)}`,
      );
    if (isCausal && attnMask !== null)
      throw new ShapeError(name, "expected either attnMask or isCausal, got both");
    if (attnMask !== null && attnMask.dtype !== "bool" && !isFloat(attnMask.dtype))
      throw new DTypeError(name, `expected a bool or float attnMask, got ${attnMask.dtype}`);
    const factor = scale ?? 1 / Math.sqrt(query.shape.at(-1) as number);
    let scores = query.mul(factor).matmul(key.transpose(-2, -1));
    const [length, source] = [query.shape.at(-2) as number, key.shape.at(-2) as number];
    const seen = isCausal
      ? zeros([length, source], { dtype: "bool", device: query.device }).logicalNot().tril()
      : attnMask;
    if (seen !== null)
      scores = seen.dtype === "bool" ? where(seen, scores, Number.NEGATIVE_INFINITY) : scores.add(seen);
    const weights = scores.softmax(-1);
    return (dropoutP > 0 ? dropout(weights, dropoutP) : weights).matmul(value);
  },
);
