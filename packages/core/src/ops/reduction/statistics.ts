/** Variance and its relatives, norms, softmax. */
import { type DType, isFloat } from "../../dtype.js";
import { ArgumentError, DTypeError } from "../../errors.js";
import { rowwise } from "../../fused/rowwise.js";
import type { Expr } from "../../program/expr.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type NamedTuple, namedTuple } from "../namedTuple.js";
import { op } from "../op.js";
import type { Dims } from "./fold.js";

/** `dim` in the place of which PyTorch also takes `unbiased`. */
type DimsOrFlag = Dims | boolean;
const spreadNames = ["dim", "unbiased", "keepdim", "correction"] as const;
const all = { defaultDim: "all" } as const;

const root = (x: Expr): Expr => x.eq(0).where(0, x.sqrt());
const varianceOf = rowwise("var", (row, x, correction) => row.variance(x.toFloat(), correction), {
  ...all,
  promote: [0],
});
const deviationOf = rowwise("std", (row, x, correction) => root(row.variance(x.toFloat(), correction)), {
  ...all,
  promote: [0],
});
const varianceMean = rowwise(
  "varMean",
  (row, x, correction) => [row.variance(x.toFloat(), correction), row.moments(x.toFloat()).mean],
  { ...all, promote: [0] },
);
const deviationMean = rowwise(
  "stdMean",
  (row, x, correction) => [root(row.variance(x.toFloat(), correction)), row.moments(x.toFloat()).mean],
  { ...all, promote: [0] },
);

function spread<R>(
  name: string,
  run: (x: Tensor, correction: number, options: { dim: Dims; keepdim: boolean }) => R,
) {
  return (
    x: Tensor,
    dim: DimsOrFlag = null,
    unbiased: boolean | null = null,
    keepdim = false,
    correction: number | null = null,
  ): R => {
    if (!isFloat(x.dtype)) throw new DTypeError(name, `expected a float tensor, got ${x.dtype}`);
    const flag = typeof dim === "boolean" ? dim : unbiased;
    if (flag !== null && correction !== null)
      throw new ArgumentError(name, "expected either unbiased or correction, got both");
    return run(x, correction ?? (flag === false ? 0 : 1), {
      dim: typeof dim === "boolean" ? null : dim,
      keepdim,
    });
  };
}

/** Variance, divided by n - correction, by default n - 1 (`torch.var`). */
const variance = op(
  "var",
  spreadNames,
  spread("var", (x, correction, options): Tensor => varianceOf(x, correction, options)),
);

export { variance as var };
/** Standard deviation, by default with n - 1 (`torch.std`). */
export const std = op(
  "std",
  spreadNames,
  spread("std", (x, correction, options): Tensor => deviationOf(x, correction, options)),
);
/** Variance and mean in one sweep (`torch.var_mean`). */
export const varMean = op(
  "varMean",
  spreadNames,
  spread(
    "varMean",
    (x, correction, options): NamedTuple<readonly ["var", "mean"], Tensor> =>
      namedTuple(["var", "mean"], varianceMean(x, correction, options) as Tensor[]),
  ),
);
/** Standard deviation and mean in one sweep (`torch.std_mean`). */
export const stdMean = op(
  "stdMean",
  spreadNames,
  spread(
    "stdMean",
    (x, correction, options): NamedTuple<readonly ["std", "mean"], Tensor> =>
      namedTuple(["std", "mean"], deviationMean(x, correction, options) as Tensor[]),
  ),
);

const softmaxRows = rowwise("softmax", (row, x) => {
  const e = x.sub(row.max(x).detach()).exp();
  return e.div(row.sum(e));
});
const logSoftmaxRows = rowwise("logSoftmax", (row, x) => {
  const shifted = x.sub(row.max(x).detach());
  return shifted.sub(row.sum(shifted.exp()).log());
});

const inDType = (x: Tensor, dtype: DType | null): Tensor => (dtype === null ? x : x.to(dtype));
function needsFloat(name: string, x: Tensor, dtype: DType | null): void {
  if (!isFloat(dtype ?? x.dtype))
    throw new DTypeError(name, `expected a float tensor, got ${dtype ?? x.dtype}`);
}

/** exp(x) / sum(exp(x)) along `dim` (`torch.softmax`). */
export const softmax = op(
  "softmax",
  ["dim", "dtype"],
  (x: Tensor, dim: number, dtype: DType | null = null): Tensor => {
    needsFloat("softmax", x, dtype);
    return softmaxRows(inDType(x, dtype), { dim });
  },
);
/** log(softmax(x)) along `dim` (`torch.log_softmax`). */
export const logSoftmax = op(
  "logSoftmax",
  ["dim", "dtype"],
  (x: Tensor, dim: number, dtype: DType | null = null): Tensor => {
    needsFloat("logSoftmax", x, dtype);
    return logSoftmaxRows(inDType(x, dtype), { dim });
  },
);
