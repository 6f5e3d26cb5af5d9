/** Where gather and scatter read or write: coordinates copied from the position or looked up in index tensors. */
import type { Coordinate, Operand } from "@flambeau/core";
import { indexOutOfRange } from "@flambeau/core";
import { View } from "./elements.js";

interface Addressing {
  readonly op: string;
  readonly coordinates: readonly Coordinate[];
  readonly wrap: boolean;
}

/** A function from a position of the iteration space to the addressed element; throws IndexError out of range. */
export function addressing(
  kernel: Addressing,
  indices: readonly Operand[],
  sizes: readonly number[],
): (at: readonly number[]) => number[] {
  const views = indices.map((index) => new View(index));
  return (at) =>
    kernel.coordinates.map((coordinate, d) => {
      if ("axis" in coordinate) return at[coordinate.axis]!;
      const given = Number(views[coordinate.index]!.get(at));
      const size = sizes[d]!;
      const index = given < 0 && kernel.wrap ? given + size : given;
      if (index >= 0 && index < size) return index;
      throw indexOutOfRange(kernel.op, given, size, d);
    });
}
