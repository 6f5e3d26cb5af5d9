/** Broadcasting to a shape, for operators that name themselves in errors. */
import { ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { checkShape, formatShape, type Shape, sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";

/** The shape that `sizes` asks `shape` to expand to: -1 keeps a size. */
function expandedShape(op: string, shape: Shape, sizes: Shape): number[] {
  const shift = sizes.length - shape.length;
  if (shift < 0) {
    throw new ShapeError(
      op,
      `cannot expand shape ${formatShape(shape)} to the fewer dimensions of ${formatShape(sizes)}`,
    );
  }
  const target = sizes.map((size, d) => {
    const own = shape[d - shift];
    if (size === -1 && own !== undefined) return own;
    if (own !== undefined && own !== 1 && own !== size) {
      throw new ShapeError(
        op,
        `cannot expand shape ${formatShape(shape)} to ${formatShape(sizes)}: size ${own} of dimension ${d - shift} is not 1`,
      );
    }
    return size;
  });
  checkShape(op, target);
  return target;
}

/** `x` broadcast to `sizes` without a copy. */
export const expanded = (op: string, x: Tensor, sizes: Shape): Tensor =>
  applyOne("expand", [x], { shape: expandedShape(op, x.shape, sizes) });

/** As `expanded`, but `x` itself where it has the shape already. */
export const expandTo = (op: string, x: Tensor, sizes: Shape): Tensor =>
  sameShape(x.shape, sizes) ? x : expanded(op, x, sizes);
