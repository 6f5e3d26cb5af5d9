/** Floats taken apart. */
import { pointwise } from "../../fused/pointwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectFloat } from "../expect.js";
import { type NamedTuple, namedTuple } from "../namedTuple.js";
import { op } from "../op.js";

const parts = pointwise(
  "frexp",
  (x) => {
    const special = x.eq(0).or(x.isfinite().not());
    const a = special.where(1, x.abs());
    const guess = a.log2().floor().add(1).detach();
    // In two steps: 2 to the whole exponent may be out of range.
    const half = guess.mul(0.5).floor();
    const scaled = x.mul(half.neg().exp2()).mul(half.sub(guess).exp2());
    const size = special.where(0.5, scaled.abs());
    const [over, under] = [size.ge(1), size.lt(0.5)];
    const mantissa = over.where(scaled.mul(0.5), under.where(scaled.mul(2), scaled));
    const exponent = over.where(guess.add(1), under.where(guess.sub(1), guess));
    return [special.where(x, mantissa), special.where(0, exponent).toInt()];
  },
  { dtype: ["promote", "int32"] },
);

/** x = mantissa * 2^exponent with the mantissa's size in [0.5, 1), for floats (`torch.frexp`); the exponent is int32. */
export const frexp = op("frexp", [], (x: Tensor): NamedTuple<readonly ["mantissa", "exponent"], Tensor> => {
  expectFloat("frexp", x.dtype);
  return namedTuple(["mantissa", "exponent"], parts(x) as readonly Tensor[]);
});
