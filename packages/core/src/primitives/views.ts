/** Views: new shape, strides and offset over the same storage. No kernel runs. */
import { bytesOf } from "../dtype.js";
import { ShapeError } from "../errors.js";
import { broadcastStrides, formatShape, type Shape, viewStrides } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import type { PrimitiveParams } from "./primitives.js";

function viewOf(
  x: Tensor,
  op: string,
  shape: Shape,
  strides: readonly number[],
  offset: number,
  dtype = x.dtype,
): Tensor {
  x.bufferFor(op);
  const out = new Tensor(x.storage, dtype, shape, strides, offset);
  out.viewOf = { base: x.viewOf?.base ?? x, version: x.storage.version };
  return out;
}

type View<P extends keyof PrimitiveParams> = (x: Tensor, params: PrimitiveParams[P]) => Tensor;

export const view: View<"view"> = (x, { shape }) => {
  const strides = viewStrides(x.shape, x.strides, shape);
  if (strides === null) {
    throw new ShapeError(
      "view",
      `a tensor of shape ${formatShape(x.shape)} and strides ${formatShape(x.strides)} cannot be viewed as ${formatShape(shape)}; use reshape`,
    );
  }
  return viewOf(x, "view", shape, strides, x.offset);
};

export const permute: View<"permute"> = (x, { dims }) =>
  viewOf(
    x,
    "permute",
    dims.map((d) => x.shape[d] as number),
    dims.map((d) => x.strides[d] as number),
    x.offset,
  );

export const expand: View<"expand"> = (x, { shape }) =>
  viewOf(x, "expand", shape, broadcastStrides(x.shape, x.strides, shape), x.offset);

export const slice: View<"slice"> = (x, { starts, sizes, steps }) => {
  let offset = x.offset;
  starts.forEach((start, d) => {
    if (sizes[d] !== 0) offset += start * (x.strides[d] as number);
  });
  return viewOf(
    x,
    "slice",
    sizes,
    x.strides.map((s, d) => s * (steps[d] as number)),
    offset,
  );
};

export const diagonal: View<"diagonal"> = (x, { offset, dim1, dim2 }) => {
  const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)];
  const [rows, columns] = [x.shape[dim1] as number, x.shape[dim2] as number];
  const [downwards, rightwards] = [x.strides[dim1] as number, x.strides[dim2] as number];
  const length = Math.max(0, Math.min(rows - down, columns - right));
  const rest = x.shape.map((_, d) => d).filter((d) => d !== dim1 && d !== dim2);
  return viewOf(
    x,
    "diagonal",
    [...rest.map((d) => x.shape[d] as number), length],
    [...rest.map((d) => x.strides[d] as number), downwards + rightwards],
    length === 0 ? x.offset : x.offset + down * downwards + right * rightwards,
  );
};

export const unfold: View<"unfold"> = (x, { dim, size, step }) => {
  const shape = x.shape.map((n, d) => (d === dim ? Math.floor((n - size) / step) + 1 : n));
  const strides = x.strides.map((s, d) => (d === dim ? s * step : s));
  return viewOf(x, "unfold", [...shape, size], [...strides, x.strides[dim] as number], x.offset);
};

export const asStrided: View<"asStrided"> = (x, { shape, strides, offset }) =>
  viewOf(x, "asStrided", shape, strides, offset);

export const bitcast: View<"bitcast"> = (x, { dtype, shape, strides, offset }) => {
  if ((x.offset * bytesOf(x.dtype)) % bytesOf(dtype) !== 0) {
    throw new ShapeError("view", `the tensor's start is not aligned to ${dtype} (${bytesOf(dtype)} bytes)`);
  }
  return viewOf(x, "view", shape, strides, offset, dtype);
};
