/** Covariance and correlation of variables, which are the rows of a matrix. */
import { isFloat, isInt } from "../../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../../errors.js";
import { defaultDType } from "../../fused/dtypes.js";
import { noGrad } from "../../gradMode.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";

type Weights = Tensor | null;

function checkWeights(name: "fweights" | "aweights", weights: Weights, count: number): void {
  if (weights === null) return;
  if (weights.ndim > 1 || weights.numel !== count) {
    throw new ShapeError(
      "cov",
      `expected ${count} ${name}, one for each observation, got shape ${formatShape(weights.shape)}`,
    );
  }
  if (noGrad(() => weights.lt(0).any().itemSync()) !== 0)
    throw new ArgumentError("cov", `expected ${name} of at least 0, got a negative one`);
  const fits = name === "fweights" ? isInt(weights.dtype) : isFloat(weights.dtype);
  if (!fits)
    throw new DTypeError(
      "cov",
      `expected ${name === "fweights" ? "integer" : "float"} ${name}, got ${weights.dtype}`,
    );
}

/**
 * The covariance matrix of the rows of x [variables, observations]; a vector is one variable (`torch.cov`). Divided by the
 * weights' sum less `correction`; `fweights` count repetitions, `aweights` say how important observations are. Weights are read to be
 * checked, so they need a device with synchronous reads.
 */
export const cov = op(
  "cov",
  ["correction", "fweights", "aweights"],
  (x: Tensor, correction = 1, fweights: Weights = null, aweights: Weights = null): Tensor => {
    if (x.ndim > 2)
      throw new ShapeError("cov", `expected a matrix or a vector, got shape ${formatShape(x.shape)}`);
    if (x.dtype === "bool") throw new DTypeError("cov", "expected numbers, got a bool tensor");
    if (!Number.isInteger(correction))
      throw new ArgumentError("cov", `expected an integer correction, got ${String(correction)}`);
    const dtype = isFloat(x.dtype) ? x.dtype : defaultDType();
    const rows = (x.ndim === 2 ? x : x.reshape([1, x.numel])).to(dtype);
    const count = rows.shape[1] as number;
    checkWeights("fweights", fweights, count);
    checkWeights("aweights", aweights, count);
    const weights = fweights === null ? aweights : aweights === null ? fweights : fweights.mul(aweights);
    if (weights === null) {
      const centred = count === 0 ? rows : rows.sub(rows.mean(1, true));
      return centred
        .mm(centred.t())
        .div(Math.max(count - correction, 0))
        .squeeze();
    }
    const w = weights.to(dtype);
    const total = w.sum();
    const centred = rows.sub(rows.mul(w).sum(1, true).div(total));
    const taken = aweights === null ? correction : w.mul(aweights.to(dtype)).sum().div(total).mul(correction);
    const divisor = total.sub(taken).clamp(0);
    return centred.mm(centred.mul(w).t()).div(divisor).squeeze();
  },
);

/** Pearson's correlation coefficients of the rows of x (`torch.corrcoef`). */
export const corrcoef = op("corrcoef", [], (x: Tensor): Tensor => {
  if (x.ndim > 2)
    throw new ShapeError("corrcoef", `expected a matrix or a vector, got shape ${formatShape(x.shape)}`);
  const c = cov(x);
  if (c.ndim === 0) return c.div(c);
  const deviation = c.diagonal().sqrt();
  return c.div(deviation.unsqueeze(1)).div(deviation.unsqueeze(0)).clamp(-1, 1);
});
