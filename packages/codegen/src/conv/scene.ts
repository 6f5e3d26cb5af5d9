/** What the directions of a convolution share within a shader. */
import type { Parameters } from "../dispatch.js";
import type { ShaderOperand } from "../elements/operands.js";
import type { Value } from "../ir/value.js";
import type { Scene } from "../tiles/product.js";
import type { Motion } from "../tiles/walk.js";
import type { ConvShape } from "./lower.js";

export type ConvDims = Parameters<ConvShape>;
export const dimsOf = ({ dims }: Scene): ConvDims => dims as ConvDims;

/** The values at one spatial axis. */
export const axis = (values: readonly Value[], d: number): Value => values[d] as Value;

/** A coordinate of the depth that is the position along an axis of the operand. */
export const along = ({ strides }: ShaderOperand, d: number): Motion => ({ stride: axis(strides, d) });

/** Coordinates of the depth along all spatial axes: positions, or `steps` that may lead outside. */
export const stepping = (
  { strides }: ShaderOperand,
  steps?: (coordinate: Value, axis: number) => Value,
): Motion[] =>
  strides
    .slice(2)
    .map((stride, axis) =>
      steps === undefined ? { stride } : { stride, axis, steps: (at) => steps(at, axis) },
    );
