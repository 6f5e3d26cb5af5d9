/** How often values occur. */
import { isInt } from "../../dtype.js";
import { ArgumentError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { noGrad } from "../../gradMode.js";
import { indexDType } from "../../tensor/indexDType.js";
import type { Tensor } from "../../tensor/tensor.js";
import { full, zeros } from "../creation.js";
import { expectDType, expectFloat, expectInteger, expectSameShape, expectShape } from "../expect.js";
import { op } from "../op.js";
import { amax, amin } from "../reduction/fold.js";
import { converted } from "../shape/copying.js";
import { expandTo } from "../shape/expanding.js";
import { readNumber } from "../shape/reading.js";
import { reshape } from "../shape/reshape.js";
import { tallied } from "./scattering.js";

/**
 * How often each of 0, 1, 2, … occurs in a 1-d integer tensor, or the sum of `weights` at its places (`torch.bincount`); at least `minlength` bins.
 * int32 counts, float sums. The greatest value is read at once.
 */
export const bincount = op(
  "bincount",
  ["weights", "minlength"],
  (x: Tensor, weights: Tensor | null = null, minlength = 0): Tensor => {
    expectDType("bincount", isInt(x.dtype), "a tensor of integers", x.dtype);
    expectShape("bincount", x.shape.length === 1, "a 1-d tensor", x);
    expectInteger("bincount", 0, "minlength that is not negative", minlength);
    if (weights !== null) expectSameShape("bincount", "weights", x.shape, weights);
    const dtype = weights === null ? indexDType(x) : weights.dtype === "float32" ? "float32" : "float64";
    if (x.numel === 0) return zeros([minlength], { dtype: indexDType(x), device: x.device });
    return noGrad(() => {
      if (readNumber("bincount", amin(x)) < 0)
        throw new ArgumentError("bincount", "expected values that are not negative");
      const bins = Math.max(minlength, readNumber("bincount", amax(x)) + 1);
      const amounts =
        weights === null
          ? expandTo("bincount", full([], 1, { dtype, device: x.device }), x.shape)
          : converted(weights, dtype);
      return tallied("bincount", bins, x, amounts);
    });
  },
);

/** The bin of each element, and 1 if it lies in one; a range of one value is widened by 1 to both sides. */
const binOf = pointwise(
  "histc",
  (x, least, greatest, bins) => {
    const flat = least.eq(greatest);
    const [low, high] = [flat.where(least.sub(1), least), flat.where(greatest.add(1), greatest)];
    const place = x.sub(low).div(high.sub(low)).mul(bins);
    const inside = x.ge(low).and(x.le(high));
    return [inside.where(place, 0).floor().toInt().min(bins.sub(1).toInt()), inside];
  },
  { dtype: ["int32", "promote"], promote: [0] },
);

/** How many elements fall into each of `bins` equal bins from `min` to `max`, or over the range of the data when both are 0 (`torch.histc`). */
export const histc = op(
  "histc",
  ["bins", "min", "max"],
  (x: Tensor, bins = 100, min = 0, max = 0): Tensor => {
    expectFloat("histc", x.dtype);
    expectInteger("histc", 1, "a positive number of bins", bins);
    if (!(min <= max) || !Number.isFinite(max - min))
      throw new ArgumentError("histc", `expected a finite range from min to max, got ${min} and ${max}`);
    return noGrad(() => {
      if (x.numel === 0) return zeros([bins], { dtype: x.dtype, device: x.device });
      const [low, high] = min === max ? [amin(x), amax(x)] : [min, max];
      const [index, amount] = binOf(reshape(x, [x.numel]), low, high, bins) as [Tensor, Tensor];
      return tallied("histc", bins, index, amount);
    });
  },
);
