/** Variance and its relatives, softmax. */
import type { DType } from "../../dtype.js";
import { ArgumentError } from "../../errors.js";
import type { Results } from "../../fused/results.js";
import { rowwise } from "../../fused/rowwise.js";
import type { Outputs } from "../../program/define.js";
import type { Expr } from "../../program/expr.js";
import type { Row } from "../../program/row.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectFloat } from "../expect.js";
import { namedTuple } from "../namedTuple.js";
import { op } from "../op.js";
import type { Dims } from "./fold.js";

type Measure<R> = (row: Row, x: Expr, correction: Expr) => R;

const variation: Measure<Expr> = (row, x, correction) => row.variance(x, correction);
const deviation: Measure<Expr> = (row, x, correction) => {
  const square = row.variance(x, correction);
  return square.eq(0).where(0, square.sqrt());
};
const withMean =
  (measure: Measure<Expr>): Measure<Expr[]> =>
  (row, x, correction) => [measure(row, x, correction), row.moments(x).mean];

function spread<R extends Outputs, T>(
  name: string,
  measure: Measure<R>,
  result: (measured: Results<R>) => T,
) {
  const run = rowwise(name, measure, { defaultDim: "all", promote: [0] });
  return op(
    name,
    ["dim", "unbiased", "keepdim", "correction"],
    (
      x: Tensor,
      /** PyTorch also takes `unbiased` in its place. */
      dim: Dims | boolean = null,
      unbiased: boolean | null = null,
      keepdim = false,
      correction: number | null = null,
    ): T => {
      expectFloat(name, x.dtype);
      const [dims, flag] = typeof dim === "boolean" ? [null, dim] : [dim, unbiased];
      if (flag !== null && correction !== null)
        throw new ArgumentError(name, "expected either unbiased or correction, got both");
      return result(run(x, correction ?? (flag === false ? 0 : 1), { dim: dims, keepdim }));
    },
  );
}
const itself = (x: Tensor): Tensor => x;

/** Variance, divided by n - correction, by default n - 1 (`torch.var`). */
const variance = spread("var", variation, itself);

export { variance as var };
/** Standard deviation, by default with n - 1 (`torch.std`). */
export const std = spread("std", deviation, itself);
/** Variance and mean in one sweep (`torch.var_mean`). */
export const varMean = spread("varMean", withMean(variation), (parts: readonly Tensor[]) =>
  namedTuple(["var", "mean"], parts),
);
/** Standard deviation and mean in one sweep (`torch.std_mean`). */
export const stdMean = spread("stdMean", withMean(deviation), (parts: readonly Tensor[]) =>
  namedTuple(["std", "mean"], parts),
);

function distribution(name: string, f: (row: Row, x: Expr) => Expr) {
  const rows = rowwise(name, f);
  return op(name, ["dim", "dtype"], (x: Tensor, dim: number, dtype: DType | null = null): Tensor => {
    expectFloat(name, dtype ?? x.dtype);
    return rows(dtype === null ? x : x.to(dtype), { dim });
  });
}

/** exp(x) / sum(exp(x)) along `dim` (`torch.softmax`). */
export const softmax = distribution("softmax", (row, x) => {
  const e = x.sub(row.max(x).detach()).exp();
  return e.div(row.sum(e));
});
/** log(softmax(x)) along `dim` (`torch.log_softmax`). */
export const logSoftmax = distribution("logSoftmax", (row, x) => {
  const shifted = x.sub(row.max(x).detach());
  return shifted.sub(row.sum(shifted.exp()).log());
});
