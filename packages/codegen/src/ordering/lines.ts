/** Lines of a tensor: every way to fix all coordinates but one. */
import { type ShaderOperand, unravel } from "../elements/operands.js";
import type { ShaderBuilder } from "../ir/builder.js";
import type { Value } from "../ir/value.js";

/** An operand's elements along one of its lines. */
export interface Line {
  at(position: Value): Value;
}

/** Line number `line` of operands that share the sizes of all dimensions but `axis`. `others` are those sizes, in order. */
export function lineOf(
  k: ShaderBuilder,
  line: Value,
  others: readonly Value[],
  axis: number,
): (operand: ShaderOperand) => Line {
  const coordinates = unravel(k, line, others);
  return (operand) => {
    let base = operand.offset;
    for (const [i, at] of coordinates.entries())
      base = base.add(at.mul(operand.strides[i < axis ? i : i + 1] as Value));
    const start = k.let(base, "start");
    const stride = operand.strides[axis] as Value;
    return { at: (position) => start.add(position.mul(stride)) };
  };
}
