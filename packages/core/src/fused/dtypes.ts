/** Type promotion for operators: PyTorch's, with JavaScript numbers as weak scalars. */
import { type DType, dtypes, isFloat, type Kind, kindOf, promoteTypes } from "../dtype.js";
import { ArgumentError, DTypeError } from "../errors.js";
import { higherKind, kindOrder } from "../program/scalars.js";
import type { Widths } from "../program/types.js";
import { Tensor } from "../tensor/tensor.js";

/** What may stand where an operator takes a tensor or a number. */
export type Scalar = number | bigint | boolean;
export type TensorLike = Tensor | Scalar;

let defaultFloat: "float32" | "float64" = "float32";

/** The dtype of floats made from plain numbers (`torch.get_default_dtype`). */
export const defaultDType = (): "float32" | "float64" => defaultFloat;

/** Sets the dtype of floats made from plain numbers (`torch.set_default_dtype`). */
export function setDefaultDType(dtype: "float32" | "float64"): void {
  if (dtype !== "float32" && dtype !== "float64") {
    throw new ArgumentError("setDefaultDType", `expected "float32" or "float64", got ${String(dtype)}`);
  }
  defaultFloat = dtype;
}

/** The kind of a plain number: an integral one is an integer, as `2` is in PyTorch. */
export function scalarKind(value: Scalar): Kind {
  if (typeof value === "boolean") return "b";
  if (typeof value === "bigint") return "i";
  return Number.isInteger(value) ? "i" : "f";
}

/** The number a kernel takes for a plain one. */
export const scalarValue = (value: Scalar): number | bigint =>
  typeof value === "boolean" ? (value ? 1 : 0) : value;

const kindDType = (kind: Kind): DType => (kind === "f" ? defaultFloat : kind === "i" ? "int32" : "bool");

/**
 * The dtype values meet in (`torch.result_type`): tensors with dimensions decide; 0-d tensors, then plain numbers, only
 * where they are of a higher kind (bool < integer < float).
 */
export function resultType(...values: readonly TensorLike[]): DType {
  let dimensioned: DType | null = null;
  let zeroDim: DType | null = null;
  let weak: Kind | null = null;
  for (const value of values) {
    if (value instanceof Tensor) {
      if (value.shape.length > 0)
        dimensioned = dimensioned === null ? value.dtype : promoteTypes(dimensioned, value.dtype);
      else zeroDim = zeroDim === null ? value.dtype : promoteTypes(zeroDim, value.dtype);
    } else {
      weak = higherKind(weak ?? "b", scalarKind(value));
    }
  }
  let result = dimensioned;
  for (const dtype of [zeroDim, weak && kindDType(weak)])
    if (dtype !== null && (result === null || kindOrder[kindOf(dtype)] > kindOrder[kindOf(result)]))
      result = dtype;
  return result ?? defaultFloat;
}

/** The float an operator computes in when its argument is `dtype`: itself, or the default for integers and booleans. */
export const floatFor = (dtype: DType): DType => (isFloat(dtype) ? dtype : defaultFloat);

/** The widths a kernel computes in, given every dtype it loads or stores and the dtype its inputs meet in. */
export function widthsFor(common: DType, inputs: readonly DType[], outputs: readonly DType[]): Widths {
  const wideFloat = common === "float64" || outputs.includes("float64");
  return {
    f: wideFloat ? "float64" : "float32",
    i: inputs.includes("int64") || outputs.includes("int64") ? "int64" : "int32",
  };
}

/** The dtype that values of `kind` have in a kernel of these widths. */
export const dtypeOfKind = (kind: Kind, widths: Widths): DType =>
  kind === "f" ? widths.f : kind === "i" ? widths.i : "bool";

/** Whether values of `from` may be written into a tensor of `to` (`torch.can_cast`): the kind may not drop. */
export const canCast = (from: DType, to: DType): boolean =>
  kindOrder[dtypes[from].kind] <= kindOrder[dtypes[to].kind];

/** Throws DTypeError unless a result of `from` may be written into a tensor of `to`. */
export function checkCast(op: string, from: DType, to: DType): void {
  if (!canCast(from, to))
    throw new DTypeError(op, `a ${from} result cannot be written to a ${to} tensor without losing values`);
}
