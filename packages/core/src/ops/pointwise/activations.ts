/** The activation functions that are methods of tensors too; the others are in `nn.functional`. */
import { pointwise } from "../../fused/pointwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectShape } from "../expect.js";
import { needTensor, op } from "../op.js";

const leaky = pointwise("prelu", (x, weight) => x.gt(0).where(x, x.mul(weight)));
/** x above 0, weight * x below, with one weight for all or one per channel, which is dimension 1 (`torch.prelu`). */
export const prelu = op("prelu", ["weight"], (x: Tensor, weight: Tensor): Tensor => {
  needTensor("prelu", "weight", weight);
  if (weight.numel === 1) return leaky(x, weight.reshape([]));
  const channels = x.ndim >= 2 ? x.shape[1] : 1;
  expectShape(
    "prelu",
    weight.ndim === 1 && weight.shape[0] === channels,
    `a weight of 1 or ${channels} elements`,
    weight,
  );
  return leaky(x, weight.reshape([weight.numel, ...new Array<number>(x.ndim - 2).fill(1)]));
});

const shrunk = pointwise("hardshrink", (x, limit) => x.ge(limit.neg()).and(x.le(limit)).where(0, x), {
  promote: [0],
});
/** 0 within [-lambd, lambd], x outside (`torch.hardshrink`). */
export const hardshrink = op("hardshrink", ["lambd"], (x: Tensor, lambd = 0.5): Tensor => shrunk(x, lambd));
