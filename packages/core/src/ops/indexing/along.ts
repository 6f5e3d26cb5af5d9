/** Index tensors that name positions along one dimension: the checks and layouts that gather and scatter operators share. */
import type { Coordinate } from "../../backend/kernels.js";
import { isInt } from "../../dtype.js";
import { ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape, normalizeDim, type Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectDType, expectSameShape, expectShape } from "../expect.js";
import { needTensor } from "../op.js";
import { alongDim } from "../shape/picking.js";
import { atLeastOneDim, sliceAlong, viewAsShape } from "../shape/slicing.js";
import type { Writing } from "./reducing.js";

export function checkIndex(op: string, index: Tensor): void {
  needTensor(op, "the index", index);
  expectDType(op, isInt(index.dtype), "an index tensor of integers", index.dtype);
}

export function checkSameDType(op: string, x: Tensor, other: Tensor): void {
  needTensor(op, "the source", other);
  expectDType(op, x.dtype === other.dtype, `a source of dtype ${x.dtype}`, other.dtype);
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
  const out = applyOne("gather", [source, places], {
    op,
    coordinates: coordinatesAlong(places.shape.length, at),
    wrap: false,
    shape: places.shape,
  });
  return index.shape.length === 0 ? viewAsShape(out, []) : out;
}

/** `torch.scatter` and its kin: writes `src`, cut to the shape of `index`, or a 0-d `src` everywhere. */
export function scatterAlong(
  op: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  everywhere: boolean,
  write: Writing,
): Tensor {
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
  const out = write(op, target, cut, { coordinates, indices: [positions], wrap: false });
  return x.shape.length === 0 ? viewAsShape(out, []) : out;
}

/** `indexAdd` and its kin: writes slice i of `source` along `dim`, or a 0-d `source` everywhere, to slice index[i] of `x`. */
export function slicesAlong(
  op: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  everywhere: boolean,
  write: Writing,
): Tensor {
  checkIndex(op, index);
  checkSameDType(op, x, source);
  expectShape(op, index.shape.length <= 1, "an index of rank 0 or 1", index);
  const at = normalizeDim(op, dim, x.shape.length);
  const target = atLeastOneDim(x);
  const shape = target.shape.with(at, index.numel);
  const src = everywhere ? applyOne("expand", [source], { shape }) : atLeastOneDim(source);
  expectSameShape(op, "a source", shape, src);
  const out = write(op, target, src, {
    coordinates: coordinatesAlong(shape.length, at),
    indices: [alongDim(atLeastOneDim(index), at, shape.length)],
    wrap: everywhere,
  });
  return x.shape.length === 0 ? viewAsShape(out, []) : out;
}
