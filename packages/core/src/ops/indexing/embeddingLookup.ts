/** Rows of a table by number. */

import { isInt } from "../../dtype.js";
import { DTypeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectShape } from "../expect.js";

/** Rows of `weight` [rows, width] at `indices`: shape [...indices, width]. */
export function embeddingLookup(weight: Tensor, indices: Tensor): Tensor {
  const op = "embedding";
  expectShape(op, weight.shape.length === 2, "a weight [rows, width]", weight);
  if (!isInt(indices.dtype))
    throw new DTypeError(op, `expected indices of an integer dtype, got ${indices.dtype}`);
  const shape = [...indices.shape, weight.shape[1] as number];
  const column = applyOne("view", [indices], { shape: [...indices.shape, 1] });
  const coordinates = [{ index: 0 }, { axis: shape.length - 1 }];
  return applyOne("gather", [weight, column], { op, coordinates, wrap: false, shape });
}
