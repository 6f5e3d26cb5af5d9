/** Tensors from nothing or from JavaScript values. */
import { type DeviceLike, resolveDevice } from "../backend/registry.js";
import { bytesOf, checkDType, type DType, isFloat, isInt } from "../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../errors.js";
import { defaultDType, type Scalar, scalarKind } from "../fused/dtypes.js";
import { pointwise } from "../fused/pointwise.js";
import { linear } from "../program/leaves.js";
import {
  encodeHost,
  type HostArray,
  hostArrayDType,
  type NestedArray,
  shapeOfNested,
} from "../tensor/host.js";
import { checkShape, numelOf, type Shape } from "../tensor/shape.js";
import { allocate, Tensor } from "../tensor/tensor.js";

export interface CreationOptions {
  dtype?: DType;
  device?: DeviceLike;
  /** Whether operations on the tensor are recorded for backward; floats only. Needs autograd. */
  requiresGrad?: boolean;
}

let markRequiresGrad: ((x: Tensor) => void) | null = null;

/** Lets autograd serve the `requiresGrad` option. */
export function onRequiresGrad(mark: (x: Tensor) => void): void {
  markRequiresGrad = mark;
}

/** Serves the `requiresGrad` option of a function that makes tensors. */
export function finish(op: string, x: Tensor, options: CreationOptions): Tensor {
  if (options.requiresGrad === true) {
    if (markRequiresGrad === null)
      throw new ArgumentError(op, "requiresGrad needs @flambeau/autograd to be imported");
    markRequiresGrad(x);
  }
  return x;
}

function create(op: string, shape: Shape, dtype: DType, options: CreationOptions): Tensor {
  checkShape(op, shape);
  for (const key in options) {
    if (key !== "dtype" && key !== "device" && key !== "requiresGrad")
      throw new ArgumentError(op, `unknown option "${key}"; expected one of dtype, device, requiresGrad`);
  }
  const device = resolveDevice(op, options.device);
  checkDType(op, dtype);
  if (!device.backend.capabilities.dtypes.has(dtype))
    throw new DTypeError(op, `device ${device} does not offer ${dtype}`);
  return allocate(device, dtype, shape);
}

const fillWith = pointwise("fill", (_x, value) => value, { dtype: "promote", promote: [0] });
const counting = pointwise("arange", (_x, start, step) => start.add(step.mul(linear())), {
  dtype: "promote",
  promote: [0],
});

/** Sizes as arguments or as one array, then options: `zeros(2, 3)`, `zeros([2, 3], { dtype: "int32" })`. */
export type SizeArgs =
  | [shape: Shape, options?: CreationOptions]
  | [...sizes: number[]]
  | [...sizes: number[], options: CreationOptions];

/** Takes apart sizes and options. */
export function splitSizes(
  op: string,
  args: readonly unknown[],
): { shape: number[]; options: CreationOptions } {
  const list = [...args];
  const last = list[list.length - 1];
  const options =
    last !== null && typeof last === "object" && !Array.isArray(last) ? (list.pop() as CreationOptions) : {};
  const shape = (list.length === 1 && Array.isArray(list[0]) ? list[0] : list) as unknown[];
  if (list[list.length - 1] === undefined && list.length === 2 && Array.isArray(list[0]))
    return { shape: [...list[0]], options };
  for (const size of shape) {
    if (typeof size !== "number")
      throw new ArgumentError(op, `expected sizes, got ${typeof size} ${String(size)}`);
  }
  return { shape: shape as number[], options };
}

/** Uninitialised memory (`torch.empty`): the values are whatever was there. */
export function empty(...args: SizeArgs): Tensor {
  const { shape, options } = splitSizes("empty", args);
  return finish("empty", create("empty", shape, options.dtype ?? defaultDType(), options), options);
}

/** A tensor filled with one value (`torch.full`). dtype: that of the value (integer: int32; float: the default; boolean: bool) unless given. */
export function full(shape: Shape, value: Scalar, options: CreationOptions = {}): Tensor {
  if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean")
    throw new ArgumentError(
      "full",
      `expected a number, a bigint or a boolean to fill with, got ${typeof value}`,
    );
  const kind = scalarKind(value);
  const dtype = options.dtype ?? (kind === "f" ? defaultDType() : kind === "i" ? "int32" : "bool");
  return finish("full", fillNew("full", shape, value, dtype, options), options);
}

function fillNew(op: string, shape: Shape, value: Scalar, dtype: DType, options: CreationOptions): Tensor {
  const out = create(op, shape, dtype, options);
  if (out.numel === 0) return out;
  if (typeof value === "number" && !Number.isInteger(value) && isInt(dtype))
    throw new DTypeError(op, `cannot hold the value ${value} in an integer tensor`);
  fillWith.into([out], out, value);
  return out;
}

const filled =
  (op: string, value: number) =>
  (...args: SizeArgs): Tensor => {
    const { shape, options } = splitSizes(op, args);
    return finish(op, fillNew(op, shape, value, options.dtype ?? defaultDType(), options), options);
  };
/** Zeros (`torch.zeros`); float32 unless told otherwise. */
export const zeros = filled("zeros", 0);
/** Ones (`torch.ones`); float32 unless told otherwise. */
export const ones = filled("ones", 1);

/** Options with x's dtype and device where they name none. */
export const like = (x: Tensor, options: CreationOptions): CreationOptions & { dtype: DType } => ({
  ...options,
  dtype: options.dtype ?? x.dtype,
  device: options.device ?? x.device,
});

/** Zeros of x's shape, dtype and device (`torch.zeros_like`). */
export const zerosLike = (x: Tensor, options: CreationOptions = {}): Tensor =>
  zeros(x.shape, like(x, options));
/** Ones of x's shape, dtype and device (`torch.ones_like`). */
export const onesLike = (x: Tensor, options: CreationOptions = {}): Tensor => ones(x.shape, like(x, options));
/** Uninitialised memory of x's shape, dtype and device (`torch.empty_like`). */
export const emptyLike = (x: Tensor, options: CreationOptions = {}): Tensor =>
  empty(x.shape, like(x, options));
/** One value in x's shape, dtype and device (`torch.full_like`). */
export const fullLike = (x: Tensor, value: Scalar, options: CreationOptions = {}): Tensor =>
  full(x.shape, value, like(x, options));

/** One value as a 0-d tensor of x's dtype on its device. */
export const scalarLike = (x: Tensor, value: Scalar): Tensor =>
  full([], value, { dtype: x.dtype, device: x.device });

/**
 * start, start + step, … below end (`torch.arange`). int32 for integral arguments, else the default float, unless given.
 * `arange(end)`, `arange(start, end)`, `arange(start, end, step)`, each with options.
 */
export function arange(end: number, options?: CreationOptions): Tensor;
export function arange(start: number, end: number, options?: CreationOptions): Tensor;
export function arange(start: number, end: number, step: number, options?: CreationOptions): Tensor;
export function arange(start: number, options: CreationOptions & { end: number; step?: number }): Tensor;
export function arange(
  ...args: (number | (CreationOptions & { end?: number; step?: number }) | undefined)[]
): Tensor {
  const given = args.filter((a): a is number => typeof a === "number");
  const { end: stop, step: stride, ...options } = args.find((a) => typeof a === "object") ?? {};
  const numbers = [...given, stop, stride].filter((n) => n !== undefined);
  const [start, end, step = 1] = (numbers.length === 1 ? [0, ...numbers] : numbers) as [
    number,
    number,
    number?,
  ];
  if (![start, end, step].every(Number.isFinite) || step === 0) {
    throw new ArgumentError(
      "arange",
      `expected finite bounds and a non-zero step, got start ${start}, end ${end}, step ${step}`,
    );
  }
  if ((end - start) * step < 0) {
    throw new ArgumentError("arange", `the step ${step} leads away from the end: start ${start}, end ${end}`);
  }
  const integers = numbers.every(Number.isInteger);
  const dtype = options.dtype ?? (integers ? "int32" : defaultDType());
  // Integers count from the integral part of start by that of step; int64 ends at that of end, too.
  const [first, by] = isFloat(dtype) ? [start, step] : [Math.trunc(start), Math.trunc(step)];
  const wide = dtype === "int64" && by !== 0;
  const span = wide ? (Math.trunc(end) - first) / by : (end - start) / step;
  const length = Math.max(0, Math.ceil(span));
  const out = create("arange", [length], dtype, options);
  if (length > 0) counting.into([out], out, first, by);
  return finish("arange", out, options);
}

/**
 * A tensor of the given values (`torch.tensor`): a number, a boolean, a bigint, nested arrays of them, or a typed array.
 * dtype unless given: bool for booleans; float32 for numbers (the default float); int64 for bigints; typed arrays keep theirs. Throws ShapeError for ragged arrays,
 * DTypeError where a value does not fit an integer dtype.
 */
export function tensor(data: NestedArray | HostArray, options: CreationOptions = {}): Tensor {
  const op = "tensor";
  const shape = shapeOfNested(op, data);
  const dtype = options.dtype ?? hostArrayDType(data) ?? defaultDType();
  const out = create(op, shape, dtype, options);
  if (out.numel > 0) out.device.backend.write(out.bufferFor(op), 0, encodeHost(op, data, dtype, out.numel));
  return finish(op, out, options);
}

/** A tensor over raw little-endian element bytes in row-major order. Throws ShapeError where their number does not fit. */
export function fromBytes(
  bytes: Uint8Array,
  shape: Shape,
  dtype: DType,
  options: Omit<CreationOptions, "dtype"> = {},
): Tensor {
  checkDType("fromBytes", dtype);
  checkShape("fromBytes", shape);
  const expected = numelOf(shape) * bytesOf(dtype);
  if (bytes.byteLength !== expected) {
    throw new ShapeError(
      "fromBytes",
      `expected ${expected} bytes for shape [${shape.join(", ")}] and dtype ${dtype}, got ${bytes.byteLength}`,
    );
  }
  const out = create("fromBytes", shape, dtype, options);
  if (expected > 0) out.device.backend.write(out.bufferFor("fromBytes"), 0, bytes);
  return finish("fromBytes", out, options);
}

/** Whether a value is a tensor (`torch.is_tensor`). */
export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
