/** Lines of a tensor: every way to fix all coordinates but one. */
import { type Elements, elementsOf, type ShaderOperand, unravel } from "../elements/operands.js";
import type { ShaderBuilder } from "../ir/builder.js";
import type { Value } from "../ir/value.js";

/** An operand's elements by their position in one of its lines. */
export type Line = Elements<Value>;

/** Line number `line` of operands that share the sizes of all dimensions but `axis`. `others` are those sizes, in order. */
export function lineOf(
  k: ShaderBuilder,
  line: Value,
  others: readonly Value[],
  axis: number,
): (operand: ShaderOperand) => Line {
  const coordinates = unravel(k, line, others);
  const axes = others.map((_, i) => (i < axis ? i : i + 1));
  return (operand) => {
    const start = k.let(operand.index(coordinates, axes), "start");
    return elementsOf(operand, (position) => operand.index([position], [axis], start));
  };
}
