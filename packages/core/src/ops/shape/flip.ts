/** Reversed and rotated copies. */
import { ArgumentError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { dimsOf, distinctDims, expectArgument, expectShape, planeOf } from "../expect.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { catTensors } from "./joining.js";
import { transpose } from "./permute.js";
import { reshape } from "./reshape.js";
import { sliceAlong } from "./slicing.js";
import { variadic } from "./variadic.js";

/** A view backwards along `dims`. */
function reversed(name: string, x: Tensor, dims: readonly number[]): Tensor {
  const chosen = distinctDims(name, dims, x.shape.length);
  const backwards = x.shape.map((size, d) => chosen.includes(d) && size > 1);
  return applyOne("slice", [x], {
    starts: x.shape.map((size, d) => (backwards[d] ? size - 1 : 0)),
    sizes: x.shape,
    steps: backwards.map((is) => (is ? -1 : 1)),
  });
}

/** A copy with the order of elements reversed along `dims` (`torch.flip`). */
export const flip = variadic("flip", "dims", (name, x, dims) => copied(reversed(name, x, dims)));

const flipping = (name: string, dim: number) =>
  op(name, [], (x: Tensor): Tensor => {
    expectShape(name, x.shape.length > dim, `at least ${dim + 1} dimensions`, x);
    return copied(reversed(name, x, [dim]));
  });
/** Columns in reverse: dimension 1 (`torch.fliplr`). */
export const fliplr = flipping("fliplr", 1);
/** Rows in reverse: dimension 0 (`torch.flipud`). */
export const flipud = flipping("flipud", 0);

/** A copy rotated `k` quarter turns in the plane of two dimensions, from the first towards the second (`torch.rot90`). */
export const rot90 = op(
  "rot90",
  ["k", "dims"],
  (x: Tensor, k = 1, dims: readonly number[] = [0, 1]): Tensor => {
    expectShape("rot90", x.shape.length >= 2, "at least 2 dimensions", x);
    expectArgument("rot90", dims.length === 2, "two dimensions", dims);
    const [a, b] = planeOf("rot90", dims[0] as number, dims[1] as number, x.shape.length);
    const turns = ((k % 4) + 4) % 4;
    if (turns === 0) return copied(x);
    if (turns === 2) return copied(reversed("rot90", x, [a, b]));
    return copied(transpose(reversed("rot90", x, [turns === 1 ? b : a]), a, b));
  },
);

/** A copy whose elements are moved `shifts` places along `dims`, around the end; of the flattened tensor without `dims` (`torch.roll`). */
export const roll = op(
  "roll",
  ["shifts", "dims"],
  (x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[] | null): Tensor => {
    const by = typeof shifts === "number" ? [shifts] : shifts;
    const along = dimsOf("roll", dims ?? [], x.shape.length);
    if (along.length === 0 && by.length === 1)
      return reshape(rolled(reshape(x, -1), by[0] as number, 0), x.shape);
    if (along.length !== by.length || by.length === 0) {
      throw new ArgumentError(
        "roll",
        `expected one shift for each dimension, got ${formatShape(by)} and ${formatShape(along)}`,
      );
    }
    return along.reduce((y, d, i) => rolled(y, by[i] as number, d), x);
  },
);

function rolled(x: Tensor, shift: number, dim: number): Tensor {
  const size = x.shape[dim] ?? 1;
  const by = size === 0 ? 0 : ((shift % size) + size) % size;
  if (by === 0) return copied(x);
  return catTensors("roll", [sliceAlong(x, dim, size - by, by), sliceAlong(x, dim, 0, size - by)], dim);
}
