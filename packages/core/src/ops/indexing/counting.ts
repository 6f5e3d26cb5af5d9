/** How often values occur. */
import { isFloat } from "../../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { noGrad } from "../../gradMode.js";
import { indexDType } from "../../tensor/indexDType.js";
import { formatShape, sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { full, scalarLike, zeros } from "../creation.js";
import { op } from "../op.js";
import { amax, amin } from "../reduction/fold.js";
import { converted } from "../shape/copying.js";
import { expandTo } from "../shape/expanding.js";
import { readNumber } from "../shape/reading.js";
import { reshape } from "../shape/reshape.js";
import { scatterInPlace } from "./scattering.js";

/** Sums of `amounts` by bin. */
function tallied(name: string, bins: number, index: Tensor, amounts: Tensor): Tensor {
  const out = zeros([bins], { dtype: amounts.dtype, device: index.device });
  return scatterInPlace(
    name,
    out,
    amounts,
    { coordinates: [{ index: 0 }], indices: [index], wrap: false },
    "add",
  );
}

/**
 * How often each of 0, 1, 2, … occurs in a 1-d integer tensor, or the sum of `weights` at its places (`torch.bincount`); at least `minlength` bins.
 * int32 counts, float sums. The greatest value is read at once.
 */
export const bincount = op(
  "bincount",
  ["weights", "minlength"],
  (x: Tensor, weights: Tensor | null = null, minlength = 0): Tensor => {
    if (isFloat(x.dtype) || x.dtype === "bool")
      throw new DTypeError("bincount", `expected a tensor of integers, got ${x.dtype}`);
    if (x.shape.length !== 1)
      throw new ShapeError("bincount", `expected a 1-d tensor, got shape ${formatShape(x.shape)}`);
    if (!Number.isInteger(minlength) || minlength < 0)
      throw new ArgumentError("bincount", `expected minlength that is not negative, got ${minlength}`);
    if (weights !== null && !sameShape(weights.shape, x.shape)) {
      throw new ShapeError(
        "bincount",
        `expected weights of shape ${formatShape(x.shape)}, got ${formatShape(weights.shape)}`,
      );
    }
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

const edges = pointwise(
  "histc",
  (low, high) => {
    const flat = low.eq(high);
    return [flat.where(low.sub(1), low), flat.where(high.add(1), high)];
  },
  { dtype: "promote" },
);
const binOf = pointwise(
  "histc",
  (x, low, high, bins) => {
    const place = x.sub(low).div(high.sub(low)).mul(bins);
    const inside = x.ge(low).and(x.le(high));
    return [inside.where(place, 0).floor().toInt().min(bins.sub(1).toInt()).toFloat(), inside.toFloat()];
  },
  { dtype: "promote", promote: [0] },
);

/** How many elements fall into each of `bins` equal bins from `min` to `max`, or over the range of the data when both are 0 (`torch.histc`). */
export const histc = op(
  "histc",
  ["bins", "min", "max"],
  (x: Tensor, bins = 100, min = 0, max = 0): Tensor => {
    if (!isFloat(x.dtype)) throw new DTypeError("histc", `expected a float tensor, got ${x.dtype}`);
    if (!Number.isInteger(bins) || bins <= 0)
      throw new ArgumentError("histc", `expected a positive number of bins, got ${bins}`);
    if (!(min <= max) || !Number.isFinite(max - min))
      throw new ArgumentError("histc", `expected a finite range from min to max, got ${min} and ${max}`);
    return noGrad(() => {
      if (x.numel === 0) return zeros([bins], { dtype: x.dtype, device: x.device });
      const bound = (value: number): Tensor => scalarLike(x, value);
      const ofData = min === max;
      const [low, high] = edges(ofData ? amin(x) : bound(min), ofData ? amax(x) : bound(max)) as [
        Tensor,
        Tensor,
      ];
      const [index, weight] = binOf(x, low, high, bins) as [Tensor, Tensor];
      return tallied(
        "histc",
        bins,
        converted(reshape(index, [x.numel]), "int32"),
        reshape(weight, [x.numel]),
      );
    });
  },
);
