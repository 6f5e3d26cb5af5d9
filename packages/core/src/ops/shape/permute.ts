/** Reordered dimensions: all views. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { variadic } from "./variadic.js";

function permuted(name: string, x: Tensor, dims: readonly number[]): Tensor {
  const rank = x.shape.length;
  if (dims.length !== rank) {
    throw new ShapeError(
      name,
      `expected ${rank} dimensions for a tensor of shape ${formatShape(x.shape)}, got ${formatShape(dims)}`,
    );
  }
  const order = dims.map((d) => normalizeDim(name, d, rank));
  if (new Set(order).size !== rank)
    throw new ArgumentError(name, `dimension given twice in ${formatShape(dims)}`);
  return applyOne("permute", [x], { dims: order });
}

function swapped(name: string, x: Tensor, dim0: number, dim1: number): Tensor {
  const rank = x.shape.length;
  const a = normalizeDim(name, dim0, rank);
  const b = normalizeDim(name, dim1, rank);
  return applyOne("permute", [x], { dims: x.shape.map((_, d) => (d === a ? b : d === b ? a : d)) });
}

function moved(
  name: string,
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const rank = x.shape.length;
  const list = (dims: number | readonly number[]): number[] =>
    (typeof dims === "number" ? [dims] : dims).map((d) => normalizeDim(name, d, rank));
  const from = list(source);
  const to = list(destination);
  if (from.length !== to.length) {
    throw new ArgumentError(
      name,
      `expected as many source as destination dimensions, got ${from.length} and ${to.length}`,
    );
  }
  if (new Set(from).size !== from.length || new Set(to).size !== to.length) {
    throw new ArgumentError(
      name,
      `dimension given twice in source ${formatShape(from)} or destination ${formatShape(to)}`,
    );
  }
  if (rank === 0) return applyOne("permute", [x], { dims: [] });
  const rest = x.shape.map((_, d) => d).filter((d) => !from.includes(d));
  const dims = x.shape.map((_, d) => {
    const at = to.indexOf(d);
    return at >= 0 ? (from[at] as number) : (rest.shift() as number);
  });
  return applyOne("permute", [x], { dims });
}

/** Dimensions in the order given (`torch.permute`). */
export const permute = variadic("permute", "dims", (x, dims) => permuted("permute", x, dims));

/** Two dimensions exchanged (`torch.transpose`). */
export const transpose = op(
  "transpose",
  ["dim0", "dim1"],
  (x: Tensor, dim0: number, dim1: number): Tensor => swapped("transpose", x, dim0, dim1),
);
/** Two dimensions exchanged (`torch.swapaxes`). */
export const swapaxes = op(
  "swapaxes",
  ["axis0", "axis1"],
  (x: Tensor, axis0: number, axis1: number): Tensor => swapped("swapaxes", x, axis0, axis1),
);
/** Two dimensions exchanged (`torch.swapdims`). */
export const swapdims = op(
  "swapdims",
  ["dim0", "dim1"],
  (x: Tensor, dim0: number, dim1: number): Tensor => swapped("swapdims", x, dim0, dim1),
);

/** The transposed matrix; tensors of rank 0 and 1 as they are (`torch.t`). */
export const t = op("t", [], (x: Tensor): Tensor => {
  const rank = x.shape.length;
  if (rank > 2)
    throw new ShapeError("t", `expected a tensor of rank 2 or less, got shape ${formatShape(x.shape)}`);
  return applyOne("permute", [x], { dims: rank === 2 ? [1, 0] : x.shape.map((_, d) => d) });
});

/** The last two dimensions exchanged (`torch.adjoint`; for real numbers the same as `mT`). */
export const adjoint = op("adjoint", [], (x: Tensor): Tensor => matrixTransposed("adjoint", x));

/** Dimensions of `source` moved to the places of `destination`, the others in order (`torch.movedim`). */
export const movedim = op(
  "movedim",
  ["source", "destination"],
  (x: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor =>
    moved("movedim", x, source, destination),
);
/** As `movedim` (`torch.moveaxis`). */
export const moveaxis = op(
  "moveaxis",
  ["source", "destination"],
  (x: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor =>
    moved("moveaxis", x, source, destination),
);

function matrixTransposed(name: string, x: Tensor): Tensor {
  const rank = x.shape.length;
  if (rank === 0) return applyOne("permute", [x], { dims: [] });
  if (rank === 1)
    throw new ShapeError(name, `expected a matrix or a batch of matrices, got shape ${formatShape(x.shape)}`);
  return swapped(name, x, rank - 2, rank - 1);
}
