/** Elements chosen by a boolean mask. */
import { isFloat } from "../../dtype.js";
import { DTypeError, ShapeError } from "../../errors.js";
import { broadcastShapes, numelOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { expectDType, expectShape } from "../expect.js";
import { op } from "../op.js";
import { fillWhere } from "../pointwise/where.js";
import { expandTo } from "../shape/expanding.js";
import { elementsAt } from "../shape/picking.js";
import { reshape } from "../shape/reshape.js";
import { sliceAlong } from "../shape/slicing.js";
import { checkSameDType } from "./along.js";
import { coordinatesOf } from "./coordinates.js";
import { scattered } from "./scattering.js";

function checkMask(name: string, mask: Tensor): void {
  expectDType(name, mask.dtype === "bool" || mask.dtype === "uint8", "a bool mask", mask.dtype);
}

/** The elements of `x` where `mask` holds, broadcast together, in one dimension (`torch.masked_select`). Their number is read at once. */
export const maskedSelect = op("maskedSelect", ["mask"], (x: Tensor, mask: Tensor): Tensor => {
  checkMask("maskedSelect", mask);
  const shape = broadcastShapes("maskedSelect", x.shape, mask.shape);
  const [source, chosen] = [x, mask].map((part) =>
    reshape(expandTo("maskedSelect", part, shape), [numelOf(shape)]),
  ) as [Tensor, Tensor];
  const [index] = coordinatesOf("maskedSelect", chosen) as [Tensor];
  return elementsAt("maskedSelect", source, index);
});

/** A copy of `x` with `value` (a number or a 0-d tensor) where `mask` holds, broadcast together (`torch.masked_fill`). */
export const maskedFill = op(
  "maskedFill",
  ["mask", "value"],
  (x: Tensor, mask: Tensor, value: number | boolean | Tensor): Tensor => {
    checkMask("maskedFill", mask);
    if (value instanceof Tensor)
      expectShape("maskedFill", value.shape.length === 0, "a number or a 0-d tensor as value", value);
    const fraction =
      value instanceof Tensor ? isFloat(value.dtype) : typeof value === "number" && !Number.isInteger(value);
    if (fraction && !isFloat(x.dtype))
      throw new DTypeError("maskedFill", `a fractional value cannot be written to a ${x.dtype} tensor`);
    return fillWhere(x, mask, value);
  },
);

/** A copy of `x` whose elements where `mask` holds are those of `source`, in order (`torch.masked_scatter`). */
export const maskedScatter = op(
  "maskedScatter",
  ["mask", "source"],
  (x: Tensor, mask: Tensor, source: Tensor): Tensor => {
    const name = "maskedScatter";
    checkMask(name, mask);
    checkSameDType(name, x, source);
    const shape = broadcastShapes(name, x.shape, mask.shape);
    const base = expandTo(name, x, shape);
    const indices = coordinatesOf(name, expandTo(name, mask, shape));
    if (shape.length === 0)
      return reshape(
        maskedScatter(reshape(base, [1]), reshape(mask, [1]), reshape(source, [source.numel])),
        [],
      );
    const count = (indices[0] as Tensor).numel;
    if (count > source.numel)
      throw new ShapeError(
        name,
        `expected at least ${count} source elements for the mask, got ${source.numel}`,
      );
    const values = sliceAlong(reshape(source, [source.numel]), 0, 0, count);
    return scattered(
      name,
      base,
      values,
      { coordinates: indices.map((_, index) => ({ index })), indices, wrap: false },
      "set",
    );
  },
);
