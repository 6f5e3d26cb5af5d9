/** Filling the main diagonal in place. */
import { applyOne } from "../../primitives/dispatch.js";
import { write } from "../../tensor/inplace.js";
import type { Tensor } from "../../tensor/tensor.js";
import { scalarLike } from "../creation.js";
import { expectShape } from "../expect.js";
import { op } from "../op.js";

/**
 * Writes `value` to the main diagonal: of a matrix, or of a tensor whose sizes are all equal (`Tensor.fill_diagonal_`). With `wrap` the diagonal of
 * a tall matrix starts anew after each full block, one row apart.
 */
export const fillDiagonal_ = op(
  "fillDiagonal_",
  ["value", "wrap"],
  (x: Tensor, value: number | boolean, wrap = false): Tensor => {
    const rank = x.shape.length;
    const equal = x.shape.every((n) => n === x.shape[0]);
    expectShape(
      "fillDiagonal_",
      rank === 2 || (rank > 2 && equal),
      "a matrix, or a tensor whose sizes are equal",
      x,
    );
    const source = scalarLike(x, value);
    const step = x.strides.reduce((sum, s) => sum + s, 0);
    const side = Math.min(...x.shape);
    const fill = (offset: number, length: number): void => {
      if (length > 0)
        write(
          "fillDiagonal_",
          applyOne("asStrided", [x], { shape: [length], strides: [step], offset: x.offset + offset }),
          source,
        );
    };
    fill(0, side);
    if (!wrap || rank !== 2) return x;
    const [rows, columns] = x.shape as [number, number];
    for (let row = columns + 1; row < rows; row += columns + 1)
      fill(row * (x.strides[0] as number), Math.min(columns, rows - row));
    return x;
  },
);
