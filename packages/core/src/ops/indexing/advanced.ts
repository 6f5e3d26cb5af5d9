/** Index tensors over a view: which element each result position comes from or goes to. */
import type { Coordinate } from "../../backend/kernels.js";
import { IndexError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { broadcastShapes, formatShape, type Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { viewAsShape } from "../shape/slicing.js";
import type { Resolved } from "./resolve.js";

export interface Advanced {
  /** Shape of what is read or written. */
  readonly shape: Shape;
  readonly coordinates: readonly Coordinate[];
  readonly indices: readonly Tensor[];
}

function commonShape(op: string, indices: readonly Tensor[]): number[] {
  try {
    return broadcastShapes(op, ...indices.map((index) => index.shape));
  } catch (cause) {
    const shapes = indices.map((index) => formatShape(index.shape)).join(", ");
    throw new IndexError(op, `index tensors of shapes ${shapes} do not broadcast together`, { cause });
  }
}

/**
 * Lays broadcast index tensors over the dimensions they index, as PyTorch places them: where the first of them stood if
 * they are neighbours, else in front.
 */
export function advanced(op: string, { view, indices }: Resolved): Advanced {
  const given = indices.filter((index): index is Tensor => index !== null);
  const places = indices.flatMap((index, d) => (index === null ? [] : [d]));
  const common = commonShape(op, given);
  const first = places[0] as number;
  const neighbours = places.every((d, i) => d === first + i);
  const lead = neighbours ? first : 0;
  const rest = view.shape.filter((_, d) => indices[d] === null);
  const shape = [...rest.slice(0, lead), ...common, ...rest.slice(lead)];
  let kept = 0;
  let picked = 0;
  const coordinates = indices.map((index): Coordinate => {
    if (index !== null) return { index: picked++ };
    const axis = kept < lead ? kept : kept + common.length;
    kept++;
    return { axis };
  });
  const trailing = new Array<number>(rest.length - lead).fill(1);
  return {
    shape,
    coordinates,
    indices: given.map((index) => viewAsShape(index, [...index.shape, ...trailing])),
  };
}

/** The elements an index names, copied. */
export function readAdvanced(op: string, resolved: Resolved): Tensor {
  const { shape, coordinates, indices } = advanced(op, resolved);
  return applyOne("gather", [resolved.view, ...indices], { op, coordinates, wrap: true, shape });
}
