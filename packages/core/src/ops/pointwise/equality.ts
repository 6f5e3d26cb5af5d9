/** Whether whole tensors agree. The answer is read, so the device must offer synchronous reads. */

import { noGrad } from "../../gradMode.js";
import { sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { needTensor, op } from "../op.js";
import { isclose } from "./ternary.js";

/** Whether shapes and all values are equal (`torch.equal`); elsewhere await `x.eq(y).all().item()`. */
export const equal = op("equal", ["other"], (x: Tensor, other: Tensor): boolean => {
  needTensor("equal", "other", other);
  if (!sameShape(x.shape, other.shape)) return false;
  return noGrad(() => x.eq(other).all().itemSync()) !== 0;
});

/** Whether |x - other| <= atol + rtol * |other| everywhere (`torch.allclose`); elsewhere await `x.isclose(y).all().item()`. */
export const allclose = op(
  "allclose",
  ["other", "rtol", "atol", "equalNan"],
  (x: Tensor, other: Tensor, rtol = 1e-5, atol = 1e-8, equalNan = false): boolean =>
    noGrad(() => isclose(x, other, rtol, atol, equalNan).all().itemSync()) !== 0,
);
