/** Covariance and correlation of variables, which are the rows of a matrix. */
import { isFloat, isInt } from "../../dtype.js";
import { ArgumentError, DTypeError } from "../../errors.js";
import { floatFor } from "../../fused/dtypes.js";
import { noGrad } from "../../gradMode.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectArgument, expectDType, expectShape } from "../expect.js";
import { op } from "../op.js";

type Weights = Tensor | null;

function checkWeights(name: "fweights" | "aweights", weights: Weights, count: number): void {
  if (weights === null) return;
  const whole = name === "fweights";
  expectShape(
    "cov",
    weights.ndim <= 1 && weights.numel === count,
    `${count} ${name}, one for each observation`,
    weights,
  );
  if (noGrad(() => weights.lt(0).any().itemSync()) !== 0)
    throw new ArgumentError("cov", `expected ${name} of at least 0, got a negative one`);
  expectDType(
    "cov",
    (whole ? isInt : isFloat)(weights.dtype),
    `${whole ? "integer" : "float"} ${name}`,
    weights.dtype,
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
    expectShape("cov", x.ndim <= 2, "a matrix or a vector", x);
    if (x.dtype === "bool") throw new DTypeError("cov", "expected numbers, got a bool tensor");
    expectArgument("cov", Number.isInteger(correction), "an integer correction", correction);
    const dtype = floatFor(x.dtype);
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
  expectShape("corrcoef", x.ndim <= 2, "a matrix or a vector", x);
  const c = cov(x);
  if (c.ndim === 0) return c.div(c);
  const deviation = c.diagonal().sqrt();
  return c.div(deviation.unsqueeze(1)).div(deviation.unsqueeze(0)).clamp(-1, 1);
});
