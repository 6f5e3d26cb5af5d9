/** Index tensors that name positions along one dimension: the checks and layouts that gather and scatter operators share. */
import type { Coordinate } from "../../backend/kernels.js";
import { isInt } from "../../dtype.js";
import { DTypeError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape, normalizeDim, type Shape, sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { needTensor } from "../op.js";
import { alongDim } from "../shape/picking.js";
import { atLeastOneDim, sliceAlong, viewAsShape } from "../shape/slicing.js";
import type { Places } from "./scattering.js";

export function checkIndex(op: string, index: Tensor): void {
  needTensor(op, "the index", index);
  if (!isInt(index.dtype))
    throw new DTypeError(op, `expected an index tensor of integers, got ${index.dtype}`);
}

export function checkSameDType(op: string, x: Tensor, other: Tensor): void {
  needTensor(op, "the source", other);
  if (x.dtype !== other.dtype)
    throw new DTypeError(op, `expected a source of dtype ${x.dtype}, got ${other.dtype}`);
}

/** Each position from its own place, except along `dim`, where index tensor 0 decides. */
const coordinatesAlong = (rank: number, dim: number): Coordinate[] =>
  Array.from({ length: rank }, (_, d) => (d === dim ? { index: 0 } : { axis: d }));

/** Throws unless `index` has x's rank and is nowhere larger, except along `dim`. */
function checkFits(op: string, x: Tensor, dim: number, index: Tensor, bounded: Shape, skip: number): void {
  const fits =
    index.shape.length === x.shape.length &&
    index.shape.every((n, d) => d === skip || n <= (bounded[d] as number));
  if (!fits && index.numel > 0) {
    throw new ShapeError(
      op,
      `an index of shape ${formatShape(index.shape)} does not fit a tensor of shape ${formatShape(bounded)} along dimension ${dim}`,
    );
  }
}

/** `torch.gather`: the result has the shape of `index`. */
export function gatherAlong(op: string, x: Tensor, dim: number, index: Tensor): Tensor {
  checkIndex(op, index);
  const at = normalizeDim(op, dim, x.shape.length);
  const [source, places] = [atLeastOneDim(x), atLeastOneDim(index)];
  checkFits(op, source, dim, places, source.shape, at);
  const rank = places.shape.length;
  const out = applyOne("gather", [source, places], {
    op,
    coordinates: coordinatesAlong(rank, at),
    wrap: false,
    shape: places.shape,
  });
  return index.shape.length === 0 ? viewAsShape(out, []) : out;
}

/** A scatter of `src`, cut to the shape of `index`, along `dim`. */
export interface ScatterAlong {
  readonly x: Tensor;
  readonly src: Tensor;
  readonly places: Places;
}

/** The layout of `torch.scatter` and its kin; `src` may also be a 0-d tensor to write everywhere. */
export function scatterAlong(
  op: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  everywhere: boolean,
): ScatterAlong {
  checkIndex(op, index);
  checkSameDType(op, x, src);
  const at = normalizeDim(op, dim, x.shape.length);
  const [target, positions] = [atLeastOneDim(x), atLeastOneDim(index)];
  checkFits(op, target, dim, positions, target.shape, at);
  let cut = src;
  if (everywhere) cut = applyOne("expand", [src], { shape: positions.shape });
  else {
    cut = atLeastOneDim(src);
    checkFits(op, target, dim, positions, cut.shape, -1);
    if (index.numel === 0)
      cut = viewAsShape(sliceAlong(viewAsShape(cut, [cut.numel]), 0, 0, 0), positions.shape);
    else
      positions.shape.forEach((n, d) => {
        if (cut.shape[d] !== n) cut = sliceAlong(cut, d, 0, n);
      });
  }
  const coordinates = coordinatesAlong(target.shape.length, at);
  return { x: target, src: cut, places: { coordinates, indices: [positions], wrap: false } };
}

/** The layout of `indexAdd` and its kin: slice i of `source` along `dim` goes to slice index[i] of `x`. */
export function slicesAlong(
  op: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor | null,
  wrap: boolean,
): { x: Tensor; src: Tensor | null; places: Places; shape: Shape } {
  checkIndex(op, index);
  if (index.shape.length > 1)
    throw new ShapeError(op, `expected an index of rank 0 or 1, got shape ${formatShape(index.shape)}`);
  const at = normalizeDim(op, dim, x.shape.length);
  const target = atLeastOneDim(x);
  const shape = target.shape.with(at, index.numel);
  let src = source === null ? null : atLeastOneDim(source);
  if (src !== null && source !== null && !sameShape(src.shape, shape)) {
    const dropped = src.numel === index.numel && source.shape.length === 0 && target.shape.length === 1;
    if (!dropped) {
      throw new ShapeError(
        op,
        `expected a source of shape ${formatShape(shape)}, got ${formatShape(source.shape)}`,
      );
    }
    src = viewAsShape(src, shape);
  }
  const places = {
    coordinates: coordinatesAlong(shape.length, at),
    indices: [alongDim(atLeastOneDim(index), at, shape.length)],
    wrap,
  };
  return { x: target, src, places, shape };
}
