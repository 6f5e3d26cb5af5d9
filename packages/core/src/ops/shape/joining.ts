/** Joining tensors along a dimension, for operators that name themselves in errors. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { resultType } from "../../fused/dtypes.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape, normalizeDim, sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { describe } from "../op.js";
import { converted } from "./copying.js";
import { addDim } from "./slicing.js";

/** Throws unless `list` is a non-empty array of tensors. */
export function checkTensors(op: string, list: unknown): asserts list is readonly Tensor[] {
  if (!Array.isArray(list))
    throw new ArgumentError(op, `expected an array of tensors, got ${describe(list)}`);
  const wrong = list.findIndex((item) => !(item instanceof Tensor));
  if (wrong >= 0)
    throw new ArgumentError(op, `expected tensors, got ${describe(list[wrong])} at position ${wrong}`);
  if (list.length === 0) throw new ArgumentError(op, "expected at least one tensor, got none");
}

/** Tensors of one common dtype. */
const promoted = (tensors: readonly Tensor[]): Tensor[] => {
  const dtype = resultType(...tensors);
  return tensors.map((x) => converted(x, dtype));
};

/** As `cat`. A 1-d tensor without elements joins anything. */
export function catTensors(op: string, tensors: readonly Tensor[], dim: number): Tensor {
  checkTensors(op, tensors);
  const scalar = tensors.findIndex((x) => x.shape.length === 0);
  if (scalar >= 0)
    throw new ShapeError(op, `a 0-d tensor (at position ${scalar}) cannot be joined; use stack`);
  const all = promoted(tensors);
  const full = all.filter((x) => x.shape.length !== 1 || x.shape[0] !== 0);
  const model = full[0] ?? (all[0] as Tensor);
  const at = normalizeDim(op, dim, model.shape.length);
  for (const x of full) {
    const fits =
      x.shape.length === model.shape.length && x.shape.every((n, d) => d === at || n === model.shape[d]);
    if (!fits) {
      throw new ShapeError(
        op,
        `expected shapes that agree except in dimension ${dim}, got ${tensors.map((y) => formatShape(y.shape)).join(", ")}`,
      );
    }
  }
  return applyOne("cat", full.length === 0 ? [model] : full, { dim: at });
}

/** As `stack`. */
export function stackTensors(op: string, tensors: readonly Tensor[], dim: number): Tensor {
  checkTensors(op, tensors);
  const shape = (tensors[0] as Tensor).shape;
  const at = normalizeDim(op, dim, shape.length + 1);
  if (tensors.some((x) => !sameShape(x.shape, shape))) {
    throw new ShapeError(
      op,
      `expected tensors of one shape, got ${tensors.map((x) => formatShape(x.shape)).join(", ")}`,
    );
  }
  return catTensors(
    op,
    tensors.map((x) => addDim(x, at)),
    at,
  );
}
