/** Where gather and scatter read or write: coordinates copied from the position or looked up in index tensors. */
import type { GatherKernel, ScatterKernel } from "@flambeau/core";
import type { ShaderOperand } from "../elements/operands.js";
import { reportIf } from "../errors.js";
import type { ShaderBuilder, Words } from "../ir/builder.js";
import { literal, type Value } from "../ir/value.js";

export interface Address {
  readonly at: readonly Value[];
  /** Whether every index was in range; a shader must not touch the element otherwise. */
  readonly valid: Value;
}

/**
 * The coordinates addressed from `position` in a tensor of `sizes`. An index out of range is reported. Indices are checked in
 * their own width: an int64 is not cut first.
 */
export function addressed(
  k: ShaderBuilder,
  kernel: GatherKernel | ScatterKernel,
  position: readonly Value[],
  indices: readonly ShaderOperand[],
  sizes: readonly Value[],
  errors: Words,
): Address {
  let valid = literal("bool", true);
  const at = kernel.coordinates.map((coordinate, d) => {
    if ("axis" in coordinate) return position[coordinate.axis] as Value;
    const operand = indices[coordinate.index] as ShaderOperand;
    const given = k.let(operand.load(operand.index(position)), "given");
    const size = sizes[d] as Value;
    const own = size.to(given.type);
    const index = k.let(kernel.wrap ? given.lt(0).select(given.add(own), given) : given, "index");
    const inside = k.let(index.ge(0).and(index.lt(own)), "inside");
    reportIf(k, errors, inside.not(), {
      code: "indexOutOfRange",
      op: kernel.op,
      value: given,
      size,
      dimension: d,
    });
    valid = valid.and(inside);
    return index.to("i32");
  });
  return { at, valid: k.let(valid, "valid") };
}
