/** Functions of several tensors: joining them. None is a method. */

import { resultType } from "../../fused/dtypes.js";
import { write } from "../../tensor/inplace.js";
import type { Tensor } from "../../tensor/tensor.js";
import { zeros } from "../creation.js";
import { expectShape } from "../expect.js";
import { bindArguments } from "../op.js";
import { catTensors, checkTensors, stackTensors } from "./joining.js";
import { addDim, sliceAlong, viewAsShape } from "./slicing.js";

/** A dimension by position or by name. */
export type DimOption = number | { readonly dim?: number };

const dimOf = (op: string, tensors: unknown, dim: DimOption | undefined): number =>
  (bindArguments(op, ["dim"], [tensors, dim])[1] as number | undefined) ?? 0;

/** Tensors one after the other along `dim`, 0 by default; dtypes are promoted (`torch.cat`). Throws ShapeError where shapes differ elsewhere. */
export const cat = (tensors: readonly Tensor[], dim?: DimOption): Tensor =>
  catTensors("cat", tensors, dimOf("cat", tensors, dim));
/** As `cat` (`torch.concat`). */
export const concat = (tensors: readonly Tensor[], dim?: DimOption): Tensor =>
  catTensors("concat", tensors, dimOf("concat", tensors, dim));
/** As `cat` (`torch.concatenate`). */
export const concatenate = (tensors: readonly Tensor[], dim?: DimOption): Tensor =>
  catTensors("concatenate", tensors, dimOf("concatenate", tensors, dim));

/** Tensors of one shape along a new dimension, 0 by default (`torch.stack`). */
export const stack = (tensors: readonly Tensor[], dim?: DimOption): Tensor =>
  stackTensors("stack", tensors, dimOf("stack", tensors, dim));

/** `x` with at least one, two or three dimensions, as `torch.atleast_1d` and its kin place them. */
export function withRank(x: Tensor, rank: 1 | 2 | 3): Tensor {
  const shape = x.shape;
  if (shape.length >= rank) return x;
  if (shape.length === 0) return viewAsShape(x, new Array<number>(rank).fill(1));
  const row = shape.length === 1 ? addDim(x, 0) : x;
  return rank === 2 ? row : addDim(row, 2);
}

const ranked = (op: string, tensors: readonly Tensor[], rank: 1 | 2 | 3): Tensor[] => {
  checkTensors(op, tensors);
  return tensors.map((x) => withRank(x, rank));
};

/** Side by side: along dimension 1, or 0 for 1-d tensors (`torch.hstack`). */
export function hstack(tensors: readonly Tensor[]): Tensor {
  const all = ranked("hstack", tensors, 1);
  return catTensors("hstack", all, (all[0] as Tensor).shape.length === 1 ? 0 : 1);
}
/** On top of each other: along dimension 0, 1-d tensors as rows (`torch.vstack`). */
export const vstack = (tensors: readonly Tensor[]): Tensor =>
  catTensors("vstack", ranked("vstack", tensors, 2), 0);
/** As `vstack` (`torch.row_stack`). */
export const rowStack = (tensors: readonly Tensor[]): Tensor =>
  catTensors("rowStack", ranked("rowStack", tensors, 2), 0);
/** Behind each other: along dimension 2 (`torch.dstack`). */
export const dstack = (tensors: readonly Tensor[]): Tensor =>
  catTensors("dstack", ranked("dstack", tensors, 3), 2);
/** Side by side, tensors of rank 0 and 1 as columns (`torch.column_stack`). */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  checkTensors("columnStack", tensors);
  return catTensors(
    "columnStack",
    tensors.map((x) => (x.shape.length <= 1 ? viewAsShape(x, [x.numel, 1]) : x)),
    1,
  );
}

/** Matrices along the diagonal of one matrix, zeros elsewhere; tensors of lower rank count as rows (`torch.block_diag`). */
export function blockDiag(...tensors: readonly Tensor[] | [list: readonly Tensor[]]): Tensor {
  const list = Array.isArray(tensors[0]) ? tensors[0] : tensors;
  const all = ranked("blockDiag", list as readonly Tensor[], 2);
  for (const x of all) expectShape("blockDiag", x.shape.length <= 2, "tensors of rank 2 or less", x);
  const size = (dim: 0 | 1): number => all.reduce((sum, x) => sum + (x.shape[dim] as number), 0);
  const out = zeros([size(0), size(1)], { dtype: resultType(...all), device: (all[0] as Tensor).device });
  let [row, column] = [0, 0];
  for (const x of all) {
    const [rows, columns] = x.shape as [number, number];
    write("blockDiag", sliceAlong(sliceAlong(out, 0, row, rows), 1, column, columns), x);
    row += rows;
    column += columns;
  }
  return out;
}
