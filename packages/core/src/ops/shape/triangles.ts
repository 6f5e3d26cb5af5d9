/** Coordinates of the triangles of a matrix. */
import { checkDType, type DType } from "../../dtype.js";
import { ArgumentError } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type CreationOptions, tensor } from "../creation.js";

export interface TriangleOptions extends Omit<CreationOptions, "requiresGrad"> {
  readonly offset?: number;
}

function coordinates(
  name: string,
  row: number,
  col: number,
  offset: number | TriangleOptions,
  options: TriangleOptions,
  inside: (r: number, c: number, offset: number) => boolean,
): Tensor {
  const named = typeof offset === "number" ? options : offset;
  const by = typeof offset === "number" ? offset : (offset.offset ?? 0);
  if (![row, col].every((n) => Number.isInteger(n) && n >= 0) || !Number.isInteger(by)) {
    throw new ArgumentError(
      name,
      `expected sizes that are not negative and an integer offset, got ${row}, ${col} and ${by}`,
    );
  }
  const rows: number[] = [];
  const columns: number[] = [];
  for (let r = 0; r < row; r++) {
    for (let c = 0; c < col; c++) {
      if (!inside(r, c, by)) continue;
      rows.push(r);
      columns.push(c);
    }
  }
  const dtype: DType = checkDType(name, named.dtype ?? "int32");
  return tensor([rows, columns], { dtype, device: named.device });
}

/** Row and column numbers of the lower triangle of a row × col matrix, [2, count] int32 (`torch.tril_indices`). */
export const trilIndices = (
  row: number,
  col: number,
  offset: number | TriangleOptions = 0,
  options: TriangleOptions = {},
): Tensor => coordinates("trilIndices", row, col, offset, options, (r, c, by) => c - r <= by);

/** Row and column numbers of the upper triangle of a row × col matrix, [2, count] int32 (`torch.triu_indices`). */
export const triuIndices = (
  row: number,
  col: number,
  offset: number | TriangleOptions = 0,
  options: TriangleOptions = {},
): Tensor => coordinates("triuIndices", row, col, offset, options, (r, c, by) => c - r >= by);
