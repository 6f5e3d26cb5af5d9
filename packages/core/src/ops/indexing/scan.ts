/** Running folds along one dimension. */
import type { DType } from "../../dtype.js";
import { apply } from "../../primitives/dispatch.js";
import type { PrimitiveParams } from "../../primitives/primitives.js";
import { normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectFloat } from "../expect.js";
import { type ValuesIndices, valuesIndices } from "../namedTuple.js";
import { op } from "../op.js";
import { totalDType } from "../reduction/totalDType.js";
import { converted } from "../shape/copying.js";
import { atLeastOneDim, viewAsShape } from "../shape/slicing.js";

function scanned(
  name: string,
  x: Tensor,
  dim: number,
  fold: PrimitiveParams["scan"]["op"],
  dtype: DType,
): Tensor[] {
  const axis = normalizeDim(name, dim, x.shape.length);
  const outputs = apply("scan", [atLeastOneDim(converted(x, dtype))], {
    op: fold,
    axis,
    reverse: false,
    dtype,
  });
  return x.shape.length === 0 ? outputs.map((out) => viewAsShape(out, [])) : outputs;
}

/** Running folds of totals, in a dtype chosen as that of a sum. */
const totals = (name: string, fold: "sum" | "prod") =>
  op(
    name,
    ["dim", "dtype"],
    (x: Tensor, dim: number, dtype: DType | null = null): Tensor =>
      scanned(name, x, dim, fold, totalDType(name, x, dtype))[0] as Tensor,
  );
/** Running sum along `dim` (`torch.cumsum`). */
export const cumsum = totals("cumsum", "sum");
/** Running product along `dim` (`torch.cumprod`). */
export const cumprod = totals("cumprod", "prod");

const extremes = (name: string, fold: "max" | "min") =>
  op(name, ["dim"], (x: Tensor, dim: number): ValuesIndices => {
    const [values, indices] = scanned(name, x, dim, fold, x.dtype) as [Tensor, Tensor];
    return valuesIndices(values, indices);
  });
/** Running maximum along `dim` with its latest position: {values, indices} (`torch.cummax`). */
export const cummax = extremes("cummax", "max");
/** Running minimum along `dim` with its latest position: {values, indices} (`torch.cummin`). */
export const cummin = extremes("cummin", "min");

/** Logarithm of the running sum of exponentials along `dim`, for floats (`torch.logcumsumexp`). */
export const logcumsumexp = op("logcumsumexp", ["dim"], (x: Tensor, dim: number): Tensor => {
  expectFloat("logcumsumexp", x.dtype);
  return scanned("logcumsumexp", x, dim, "logsumexp", x.dtype)[0] as Tensor;
});
