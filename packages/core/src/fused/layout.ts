/** How tensors of different shapes lie on the logical axes of a fused program. */
import type { Axes } from "../program/types.js";
import type { Shape } from "../tensor/shape.js";
import type { DimMap } from "./params.js";

export interface Layout {
  readonly sizes: readonly number[];
  readonly axisOf: readonly number[];
  readonly axes: Axes;
  readonly over: Axes;
  /** For each shape: the axes it varies along, and its place on the launch dimensions. */
  readonly inputAxes: readonly Axes[];
  readonly maps: readonly DimMap[];
}

/**
 * Lays right-aligned `shapes` onto the broadcast shape `sizes`. Neighbouring dimensions along which the same inputs
 * vary, and which are all reduced or all kept, form one logical axis, so that a program depends on the pattern of
 * broadcasting and not on ranks. A reduced dimension of size 1 counts as varying: the program must see an axis to fold.
 */
export function layOut(shapes: readonly Shape[], sizes: Shape, reduced: readonly number[]): Layout {
  const rank = sizes.length;
  const axisOf = new Array<number>(rank).fill(-1);
  const inputAxes = new Array<Axes>(shapes.length).fill(0);
  let axis = -1;
  let over = 0;
  let lastPattern = "";
  for (let d = 0; d < rank; d++) {
    const folded = reduced.includes(d);
    if (sizes[d] === 1 && !folded) continue;
    let pattern = folded ? "r" : "";
    const varies = shapes.map((shape) => {
      const size = shape[d - rank + shape.length];
      const does = size !== undefined && (size !== 1 || sizes[d] === 1);
      pattern += does ? "1" : "0";
      return does;
    });
    if (pattern !== lastPattern || axis < 0) axis++;
    lastPattern = pattern;
    axisOf[d] = axis;
    if (folded) over |= 1 << axis;
    for (let i = 0; i < shapes.length; i++)
      if (varies[i]) inputAxes[i] = (inputAxes[i] as number) | (1 << axis);
  }
  const maps = shapes.map((shape) => shape.map((_, j) => rank - shape.length + j));
  return { sizes, axisOf, axes: (1 << (axis + 1)) - 1, over, inputAxes, maps };
}
