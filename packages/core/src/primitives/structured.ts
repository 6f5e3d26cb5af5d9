/** From structured primitives to launches: allocates outputs and binds operands. Shapes were checked by the operators. */
import type { Operand } from "../backend/kernels.js";
import { checkSupport } from "../fused/support.js";
import { indexDType } from "../tensor/indexDType.js";
import { broadcastStrides, type Shape } from "../tensor/shape.js";
import { allocate, type Tensor } from "../tensor/tensor.js";
import { copyInto, copyOf } from "./copy.js";
import { interned } from "./intern.js";
import type { PrimitiveParams } from "./primitives.js";
import { slice } from "./views.js";

const operand = (op: string, x: Tensor, shape: Shape = x.shape): Operand => ({
  buffer: x.bufferFor(op),
  dtype: x.dtype,
  shape,
  strides: shape === x.shape ? x.strides : broadcastStrides(x.shape, x.strides, shape),
  offset: x.offset,
});

type Run<P extends keyof PrimitiveParams> = (
  inputs: readonly Tensor[],
  params: PrimitiveParams[P],
) => Tensor[];

export const cat: Run<"cat"> = (inputs, { dim }) => {
  const first = inputs[0] as Tensor;
  checkSupport("cat", first.device, inputs);
  const total = inputs.reduce((sum, x) => sum + (x.shape[dim] as number), 0);
  const out = allocate(first.device, first.dtype, first.shape.with(dim, total));
  let start = 0;
  for (const x of inputs) {
    const starts = x.shape.map((_, d) => (d === dim ? start : 0));
    const part = slice(out, { starts, sizes: x.shape, steps: starts.map(() => 1) });
    copyInto(part, x);
    part.dispose();
    start += x.shape[dim] as number;
  }
  return [out];
};

export const matmul: Run<"matmul"> = (inputs) => {
  const [a, b, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
  checkSupport("matmul", a.device, inputs);
  const shape = [...a.shape.slice(0, -1), b.shape[b.shape.length - 1] as number];
  const out = allocate(a.device, a.dtype, shape);
  a.device.backend.enqueue({
    kernel: interned({ kind: "matmul", dtype: a.dtype }),
    a: operand("matmul", a),
    b: operand("matmul", b),
    bias: bias === undefined ? null : operand("matmul", bias, shape),
    out: operand("matmul", out),
  });
  return [out];
};

export const conv: Run<"conv"> = (inputs, { direction, stride, padding, dilation, groups, shape }) => {
  const [first, second, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
  checkSupport("conv", first.device, inputs);
  const out = allocate(first.device, first.dtype, shape);
  const roles = {
    forward: { x: first, w: second, y: out },
    inputGrad: { y: first, w: second, x: out },
    weightGrad: { x: first, y: second, w: out },
  }[direction];
  first.device.backend.enqueue({
    kernel: interned({ kind: "conv", direction, dtype: first.dtype, stride, padding, dilation, groups }),
    x: operand("conv", roles.x),
    w: operand("conv", roles.w),
    y: operand("conv", roles.y),
    bias: bias === undefined ? null : operand("conv", bias),
  });
  return [out];
};

function pool<P extends "maxPool" | "maxPoolBackward" | "avgPool" | "avgPoolBackward">(
  op: "max" | "avg",
  direction: "forward" | "backward",
): Run<P> {
  return (inputs, params) => {
    const { out: spatial, ...window } = params as PrimitiveParams["maxPool"];
    const [given, taken] = inputs as [Tensor, Tensor | undefined];
    const name = `${op}Pool`;
    checkSupport(name, given.device, inputs);
    const shape = [...given.shape.slice(0, given.shape.length - spatial.length), ...spatial];
    const made = allocate(given.device, given.dtype, shape);
    const indices =
      op === "avg"
        ? null
        : direction === "forward"
          ? allocate(given.device, "int32", shape)
          : (taken as Tensor);
    const [x, y] = direction === "forward" ? [given, made] : [made, given];
    given.device.backend.enqueue({
      kernel: interned({ kind: "pool", op, direction, dtype: given.dtype, ...window }),
      x: operand(name, x),
      y: operand(name, y),
      indices: indices === null ? null : operand(name, indices),
    });
    return direction === "forward" && indices !== null ? [made, indices] : [made];
  };
}

export const maxPool = pool<"maxPool">("max", "forward");
export const maxPoolBackward = pool<"maxPoolBackward">("max", "backward");
export const avgPool = pool<"avgPool">("avg", "forward");
export const avgPoolBackward = pool<"avgPoolBackward">("avg", "backward");

export const gather: Run<"gather"> = (inputs, { op, coordinates, wrap, shape }) => {
  const [x, ...indices] = inputs as [Tensor, ...Tensor[]];
  checkSupport(op, x.device, inputs);
  const out = allocate(x.device, x.dtype, shape);
  x.device.backend.enqueue({
    kernel: interned({ kind: "gather", op, dtype: x.dtype, coordinates, wrap }),
    x: operand(op, x),
    indices: indices.map((index) => operand(op, index, shape)),
    out: operand(op, out),
  });
  return [out];
};

export const scatter: Run<"scatter"> = ([base, src, ...indices], params) => {
  const out = copyOf(base as Tensor);
  scatterInto(out, src as Tensor, indices, params);
  return [out];
};

/** Folds `src` into `out` itself. */
export function scatterInto(
  out: Tensor,
  src: Tensor,
  indices: readonly Tensor[],
  params: PrimitiveParams["scatter"],
): void {
  const { op, coordinates, wrap, reduce } = params;
  checkSupport(op, out.device, [src, ...indices]);
  out.device.backend.enqueue({
    kernel: interned({ kind: "scatter", op, dtype: out.dtype, reduce, coordinates, wrap }),
    src: operand(op, src),
    indices: indices.map((index) => operand(op, index, src.shape)),
    out: operand(op, out),
  });
}

export const scan: Run<"scan"> = ([x], { op, axis, reverse, dtype }) => {
  const input = x as Tensor;
  checkSupport("scan", input.device, [input]);
  const out = allocate(input.device, dtype, input.shape);
  const indices =
    op === "max" || op === "min" ? allocate(input.device, indexDType(input), input.shape) : null;
  input.device.backend.enqueue({
    kernel: interned({ kind: "scan", op, axis, reverse, dtype }),
    x: operand("scan", input),
    out: operand("scan", out),
    indices: indices === null ? null : operand("scan", indices),
  });
  return indices === null ? [out] : [out, indices];
};

export const sort: Run<"sort"> = ([x], { descending, k }) => {
  const input = x as Tensor;
  checkSupport("sort", input.device, [input]);
  const shape = k === null ? input.shape : [...input.shape.slice(0, -1), k];
  const values = allocate(input.device, input.dtype, shape);
  const indices = allocate(input.device, indexDType(input), shape);
  input.device.backend.enqueue({
    kernel: interned({ kind: "sort", descending, k, dtype: input.dtype }),
    x: operand("sort", input),
    values: operand("sort", values),
    indices: operand("sort", indices),
  });
  return [values, indices];
};

/** Coordinates of the non-zero elements, [count, rank] int32. Reads the count, so the device must offer synchronous reads. */
export function nonzero(x: Tensor, readCount: (count: Tensor) => number): Tensor {
  checkSupport("nonzero", x.device, [x]);
  const count = allocate(x.device, "int32", []);
  const launch = (stage: "count" | "fill", out: Tensor): void =>
    x.device.backend.enqueue({
      kernel: interned({ kind: "nonzero", stage, dtype: x.dtype }),
      x: operand("nonzero", x),
      out: operand("nonzero", out),
    });
  launch("count", count);
  const out = allocate(x.device, indexDType(x), [readCount(count), x.shape.length]);
  launch("fill", out);
  count.dispose();
  return out;
}
