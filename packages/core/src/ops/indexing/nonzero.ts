/** Where elements are not zero. Their number is read at once, so the device must offer synchronous reads. */
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { atLeastOneDim } from "../shape/slicing.js";
import { coordinateRows, coordinatesOf } from "./coordinates.js";

interface Nonzero {
  (x: Tensor, asTuple: true | { asTuple: true }): Tensor[];
  (x: Tensor, asTuple?: false | { asTuple?: false }): Tensor;
}

/** `nonzero` as a method. */
export interface NonzeroMethod {
  (asTuple: true | { asTuple: true }): Tensor[];
  (asTuple?: false | { asTuple?: false }): Tensor;
}

/** Coordinates of the elements that are not zero: [count, rank] int32, or with `asTuple` one 1-d tensor per dimension (`torch.nonzero`). */
export const nonzero = op("nonzero", ["asTuple"], (x: Tensor, asTuple = false): Tensor | Tensor[] =>
  asTuple ? coordinatesOf("nonzero", atLeastOneDim(x)) : coordinateRows("nonzero", x),
) as unknown as Nonzero;

/** Coordinates of the elements that are not zero: [count, rank] int32 (`torch.argwhere`). */
export const argwhere = op("argwhere", [], (x: Tensor): Tensor => coordinateRows("argwhere", x));
