/** The same elements in another shape. */
import { bytesOf, checkDType, type DType } from "../../dtype.js";
import { ArgumentError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape, inferShape, normalizeDim, numelOf, viewStrides } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { dimsOf } from "../expect.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { addDim, viewAsShape } from "./slicing.js";
import { checkTensor, type Integers, integers, variadic } from "./variadic.js";

function viewAsDType(x: Tensor, dtype: DType): Tensor {
  const from = bytesOf(x.dtype);
  const to = bytesOf(dtype);
  const rank = x.shape.length;
  if (rank === 0 && from !== to) {
    throw new ShapeError(
      "view",
      `a 0-d ${x.dtype} tensor cannot be viewed as ${dtype}: the element sizes differ`,
    );
  }
  if (x.strides[rank - 1] !== 1 && from !== to) {
    throw new ShapeError(
      "view",
      `viewing ${x.dtype} as ${dtype} expects a last dimension of stride 1, got strides ${formatShape(x.strides)}`,
    );
  }
  const scaled = (n: number): number => (n * from) / to;
  const shape = x.shape.map((n, d) => (d === rank - 1 ? scaled(n) : n));
  const strides = x.strides.map((s, d) => (d === rank - 1 ? 1 : scaled(s)));
  const offset = scaled(x.offset);
  if (![...shape, ...strides, offset].every(Number.isInteger)) {
    throw new ShapeError(
      "view",
      `viewing ${x.dtype} as ${dtype} expects sizes, strides and offset divisible by ${to / from}, got shape ${formatShape(x.shape)}`,
    );
  }
  return applyOne("bitcast", [x], { dtype, shape, strides, offset });
}

/**
 * The same memory in another shape (`Tensor.view`), one size may be -1; or, given a dtype, the same bytes as that dtype.
 * Throws ShapeError where the strides do not allow it.
 */
export function view(x: Tensor, ...args: Integers | [dtype: DType]): Tensor {
  checkTensor("view", x);
  const [first] = args;
  if (args.length === 1 && typeof first === "string") return viewAsDType(x, checkDType("view", first));
  return viewAsShape(x, inferShape("view", integers("view", args), x.numel));
}

function reshaped(name: string, x: Tensor, shape: readonly number[]): Tensor {
  const target = inferShape(name, shape, x.numel);
  return viewAsShape(viewStrides(x.shape, x.strides, target) === null ? copied(x) : x, target);
}

/** The elements in another shape (`torch.reshape`), one size may be -1: a view where possible, else a copy. */
export const reshape = variadic("reshape", "shape", reshaped);

/** `x` in the shape of `other` (`Tensor.view_as`). */
export const viewAs = op(
  "viewAs",
  ["other"],
  (x: Tensor, other: Tensor): Tensor => viewAsShape(x, inferShape("viewAs", other.shape, x.numel)),
);

/** `x` reshaped to the shape of `other` (`Tensor.reshape_as`). */
export const reshapeAs = op(
  "reshapeAs",
  ["other"],
  (x: Tensor, other: Tensor): Tensor => reshaped("reshapeAs", x, other.shape),
);

/** Dimensions `startDim` to `endDim` as one (`torch.flatten`); a 0-d tensor becomes one of shape [1]. */
export const flatten = op(
  "flatten",
  ["startDim", "endDim"],
  (x: Tensor, startDim = 0, endDim = -1): Tensor => {
    const rank = x.shape.length;
    const [start, end] = dimsOf("flatten", [startDim, endDim], rank) as [number, number];
    if (start > end)
      throw new ArgumentError("flatten", `expected startDim <= endDim, got ${startDim} and ${endDim}`);
    const merged = numelOf(x.shape.slice(start, end + 1));
    return reshaped("flatten", x, x.shape.toSpliced(start, end + 1 - start, merged));
  },
);

/** All elements in one dimension (`torch.ravel`). */
export const ravel = op("ravel", [], (x: Tensor): Tensor => reshaped("ravel", x, [x.numel]));

/** Dimension `dim` split into `sizes`, one of which may be -1 (`torch.unflatten`). */
export const unflatten = op(
  "unflatten",
  ["dim", "sizes"],
  (x: Tensor, dim: number, sizes: readonly number[]): Tensor => {
    const at = normalizeDim("unflatten", dim, x.shape.length);
    if (sizes.length === 0) throw new ArgumentError("unflatten", "expected at least one size, got none");
    const inner = inferShape("unflatten", sizes, x.shape[at] ?? 1);
    return viewAsShape(x, x.shape.toSpliced(at, 1, ...inner));
  },
);

/** Without dimensions of size 1: all of them, or those given that have it (`torch.squeeze`). */
export const squeeze = op(
  "squeeze",
  ["dim"],
  (x: Tensor, dim?: number | readonly number[] | null): Tensor => {
    const dims = dimsOf("squeeze", dim ?? x.shape.map((_, d) => d), x.shape.length);
    return viewAsShape(
      x,
      x.shape.filter((size, d) => size !== 1 || !dims.includes(d)),
    );
  },
);

/** Without those of the given dimensions that have size 1 (`torch.squeeze` with a tuple). */
export const squeezeMultiple = op(
  "squeezeMultiple",
  ["dims"],
  (x: Tensor, dims: readonly number[]): Tensor => squeeze(x, dims),
);

/** With a dimension of size 1 at `dim` (`torch.unsqueeze`). */
export const unsqueeze = op(
  "unsqueeze",
  ["dim"],
  (x: Tensor, dim: number): Tensor => addDim(x, normalizeDim("unsqueeze", dim, x.shape.length + 1)),
);

/** A contiguous copy, differentiable (`torch.clone`). */
export const clone = op("clone", [], (x: Tensor): Tensor => copied(x));

/** `x` itself if its elements lie in row-major order without gaps, else a copy that does (`Tensor.contiguous`). */
export const contiguous = op("contiguous", [], (x: Tensor): Tensor => (x.isContiguous() ? x : copied(x)));
