/** Reordered dimensions: all views. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { dimsOf, distinctDims, expectShape } from "../expect.js";
import { op, opsOf } from "../op.js";
import { reversed } from "./slicing.js";
import { variadic } from "./variadic.js";

function permuted(name: string, x: Tensor, dims: readonly number[]): Tensor {
  const rank = x.shape.length;
  if (dims.length !== rank) {
    throw new ShapeError(
      name,
      `expected ${rank} dimensions for a tensor of shape ${formatShape(x.shape)}, got ${formatShape(dims)}`,
    );
  }
  return applyOne("permute", [x], { dims: distinctDims(name, dims, rank) });
}

function swapped(name: string, x: Tensor, dim0: number, dim1: number): Tensor {
  const [a, b] = dimsOf(name, [dim0, dim1], x.shape.length);
  return applyOne("permute", [x], { dims: x.shape.map((_, d) => (d === a ? b : d === b ? a : d) as number) });
}

function moved(
  name: string,
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const [from, to] = [source, destination].map((dims) => dimsOf(name, dims, x.shape.length)) as [
    number[],
    number[],
  ];
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
  const rest = x.shape.map((_, d) => d).filter((d) => !from.includes(d));
  const dims = x.shape.map((_, d) => from[to.indexOf(d)] ?? (rest.shift() as number));
  return applyOne("permute", [x], { dims });
}

/** Dimensions in the order given (`torch.permute`). */
export const permute = variadic("permute", "dims", permuted);

const swap = opsOf(["dim0", "dim1"], swapped);
/** Two dimensions exchanged (`torch.transpose`). */
export const transpose = swap("transpose");
/** Two dimensions exchanged (`torch.swapdims`). */
export const swapdims = swap("swapdims");
/** Two dimensions exchanged (`torch.swapaxes`). */
export const swapaxes = opsOf(["axis0", "axis1"], swapped)("swapaxes");

/** The transposed matrix; tensors of rank 0 and 1 as they are (`torch.t`). */
export const t = op("t", [], (x: Tensor): Tensor => {
  expectShape("t", x.shape.length <= 2, "a tensor of rank 2 or less", x);
  return reversed(x);
});

/** The last two dimensions exchanged (`torch.adjoint`; for real numbers the same as `mT`). */
export const adjoint = op("adjoint", [], (x: Tensor): Tensor => {
  if (x.shape.length === 0) return reversed(x);
  expectShape("adjoint", x.shape.length !== 1, "a matrix or a batch of matrices", x);
  return swapped("adjoint", x, -2, -1);
});

const move = opsOf(["source", "destination"], moved);
/** Dimensions of `source` moved to the places of `destination`, the others in order (`torch.movedim`). */
export const movedim = move("movedim");
/** As `movedim` (`torch.moveaxis`). */
export const moveaxis = move("moveaxis");
