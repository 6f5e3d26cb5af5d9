/** Running folds along one dimension. */
import { checkDType, type DType, isFloat } from "../../dtype.js";
import { DTypeError } from "../../errors.js";
import { apply } from "../../primitives/dispatch.js";
import type { PrimitiveParams } from "../../primitives/primitives.js";
import { normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import type { ValuesIndices } from "../reduction/fold.js";
import { converted } from "../shape/copying.js";
import { atLeastOneDim, viewAsShape } from "../shape/slicing.js";
import { valuesIndices } from "./sort.js";

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

/** Running sums of narrow integers are int32, so that they do not overflow at once. */
const totalDType = (name: string, x: Tensor, dtype: DType | null): DType =>
  dtype !== null ? checkDType(name, dtype) : isFloat(x.dtype) || x.dtype === "int64" ? x.dtype : "int32";

/** Running sum along `dim` (`torch.cumsum`). */
export const cumsum = op(
  "cumsum",
  ["dim", "dtype"],
  (x: Tensor, dim: number, dtype: DType | null = null): Tensor =>
    scanned("cumsum", x, dim, "sum", totalDType("cumsum", x, dtype))[0] as Tensor,
);
/** Running product along `dim` (`torch.cumprod`). */
export const cumprod = op(
  "cumprod",
  ["dim", "dtype"],
  (x: Tensor, dim: number, dtype: DType | null = null): Tensor =>
    scanned("cumprod", x, dim, "prod", totalDType("cumprod", x, dtype))[0] as Tensor,
);
/** Running maximum along `dim` with its latest position: {values, indices} (`torch.cummax`). */
export const cummax = op("cummax", ["dim"], (x: Tensor, dim: number): ValuesIndices => {
  const [values, indices] = scanned("cummax", x, dim, "max", x.dtype) as [Tensor, Tensor];
  return valuesIndices(values, indices);
});
/** Running minimum along `dim` with its latest position: {values, indices} (`torch.cummin`). */
export const cummin = op("cummin", ["dim"], (x: Tensor, dim: number): ValuesIndices => {
  const [values, indices] = scanned("cummin", x, dim, "min", x.dtype) as [Tensor, Tensor];
  return valuesIndices(values, indices);
});
/** Logarithm of the running sum of exponentials along `dim`, for floats (`torch.logcumsumexp`). */
export const logcumsumexp = op("logcumsumexp", ["dim"], (x: Tensor, dim: number): Tensor => {
  if (!isFloat(x.dtype)) throw new DTypeError("logcumsumexp", `expected a float tensor, got ${x.dtype}`);
  return scanned("logcumsumexp", x, dim, "logsumexp", x.dtype)[0] as Tensor;
});
