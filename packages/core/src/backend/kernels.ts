/**
 * Everything a backend can be asked to run: a closed union of plain-data kernels, each with the launch that binds it
 * to memory. A kernel is a frozen, interned object: backends may key compiled code on its identity. Sizes and strides
 * stand in the launch only. Every operand is strided; strides are in elements, may be 0 (broadcast) and may be
 * negative. An `out` operand never overlaps itself. Outputs may be the very same view as an input of a fused launch (in-place).
 */
import type { DType } from "../dtype.js";
import type { Step, Widths } from "../program/types.js";
import type { DeviceBuffer } from "./backend.js";

/** A strided view of a device buffer. */
export interface Operand {
  readonly buffer: DeviceBuffer;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** In elements from the start of the buffer. */
  readonly offset: number;
}

/** One step of a fused program with its dtypes bound. */
export interface FusedKernel {
  readonly kind: "fused";
  readonly name: string;
  readonly step: Step;
  readonly inputs: readonly DType[];
  readonly outputs: readonly DType[];
  readonly widths: Widths;
}
/**
 * `sizes[d]` is the extent of launch dimension d (outermost first) and `axisOf[d]` the logical axis it belongs to; dimensions of one axis are
 * neighbours. Operands have one stride per launch dimension, 0 where they do not vary. Neighbouring dimensions
 * of one axis that every operand walks as one are already merged and dimensions of size 1 dropped. An input given as a number is a scalar.
 */
export interface FusedLaunch {
  readonly kernel: FusedKernel;
  readonly sizes: readonly number[];
  readonly axisOf: readonly number[];
  readonly inputs: readonly (FusedOperand | number | bigint)[];
  readonly outputs: readonly FusedOperand[];
}
export type FusedOperand = Omit<Operand, "shape">;

/** out[..., m, n] = sum over k of a[..., m, k] * b[..., k, n] (+ bias, broadcast to out). Integers wrap. 16-bit floats accumulate in float32. */
export interface MatmulKernel {
  readonly kind: "matmul";
  readonly dtype: DType;
}
/** All three have the same rank >= 2 and the same, already broadcast batch dimensions (stride 0 where broadcast). */
export interface MatmulLaunch {
  readonly kernel: MatmulKernel;
  readonly a: Operand;
  readonly b: Operand;
  readonly bias: Operand | null;
  readonly out: Operand;
}

/**
 * Cross-correlation over 1 to 3 spatial dimensions: x [N, C, ...in], w [K, C/groups, ...kernel], y [N, K, ...out].
 * `forward` writes y from x and w (+ bias [K]); `inputGrad` writes x from y and w (+ bias [C]: it is also the transposed convolution); `weightGrad` writes w from x and y.
 */
export interface ConvKernel {
  readonly kind: "conv";
  readonly direction: "forward" | "inputGrad" | "weightGrad";
  readonly dtype: DType;
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}
export interface ConvLaunch {
  readonly kernel: ConvKernel;
  readonly x: Operand;
  readonly w: Operand;
  readonly y: Operand;
  readonly bias: Operand | null;
}

/**
 * Pooling over the last 1 to 3 dimensions of x [N, C, ...in] to y [N, C, ...out]. Windows are regular (size, stride, padding, dilation) or, with
 * `adaptive`, floor(o*in/out) .. ceil((o+1)*in/out). max: `indices` gets the flat position within the input's spatial
 * dimensions (first maximum; NaN wins). avg divides by `divisor`, or by the window's size counted with or without padding (a window that `ceilMode` pushes
 * past the padded input is clipped to it first, as in PyTorch). Backward writes x (every element) from y.
 */
export interface PoolKernel {
  readonly kind: "pool";
  readonly op: "max" | "avg";
  readonly direction: "forward" | "backward";
  readonly dtype: DType;
  readonly adaptive: boolean;
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly countIncludePad: boolean;
  readonly divisor: number | null;
}
export interface PoolLaunch {
  readonly kernel: PoolKernel;
  readonly x: Operand;
  readonly y: Operand;
  /** int32 or int64, shape of y; max only. */
  readonly indices: Operand | null;
}

/**
 * Where each coordinate of the addressed tensor comes from, one entry per dimension of it: `{ axis }` copies the position along that axis of the iteration
 * space, `{ index }` reads that index tensor at the position.
 */
export type Coordinate = { readonly axis: number } | { readonly index: number };

/** out[p] = x[coordinates(p)] for p over out's shape. An index i < 0 means size + i if `wrap`, else it is out of range. */
export interface GatherKernel {
  readonly kind: "gather";
  readonly op: string;
  readonly dtype: DType;
  readonly coordinates: readonly Coordinate[];
  readonly wrap: boolean;
}
/** Index operands (int32, int64, uint8, int8 or int16) are broadcast to out's shape by stride 0. */
export interface GatherLaunch {
  readonly kernel: GatherKernel;
  readonly x: Operand;
  readonly indices: readonly Operand[];
  readonly out: Operand;
}

/** out[coordinates(p)] = reduce(out[coordinates(p)], src[p]) for p over src's shape, in row-major order of p for `set`. */
export interface ScatterKernel {
  readonly kind: "scatter";
  readonly op: string;
  readonly dtype: DType;
  readonly reduce: "set" | "add" | "mul" | "max" | "min";
  readonly coordinates: readonly Coordinate[];
  readonly wrap: boolean;
}
/** `src` and the indices share one shape (stride 0 where broadcast); out is updated in place. */
export interface ScatterLaunch {
  readonly kernel: ScatterKernel;
  readonly src: Operand;
  readonly indices: readonly Operand[];
  readonly out: Operand;
}

/** Inclusive prefix fold along `axis`; max and min also write the index of the running extreme (the latest on a tie, as PyTorch does; NaN wins and stays). */
export interface ScanKernel {
  readonly kind: "scan";
  readonly op: "sum" | "prod" | "max" | "min" | "logsumexp";
  readonly axis: number;
  readonly reverse: boolean;
  readonly dtype: DType;
}
/** x is converted to the dtype of `out` first. */
export interface ScanLaunch {
  readonly kernel: ScanKernel;
  readonly x: Operand;
  readonly out: Operand;
  readonly indices: Operand | null;
}

/** Sorts along the last dimension, stable; NaN counts as the greatest. With `k` set only the first k are written (out's last size is k). */
export interface SortKernel {
  readonly kind: "sort";
  readonly descending: boolean;
  readonly k: number | null;
  readonly dtype: DType;
}
export interface SortLaunch {
  readonly kernel: SortKernel;
  readonly x: Operand;
  readonly values: Operand;
  /** int32 or int64. */
  readonly indices: Operand;
}

/** `count` writes the number of non-zero elements of x to out (one int32 or int64); `fill` writes their coordinates, row-major, to out [count, rank]. */
export interface NonzeroKernel {
  readonly kind: "nonzero";
  readonly stage: "count" | "fill";
  readonly dtype: DType;
}
export interface NonzeroLaunch {
  readonly kernel: NonzeroKernel;
  readonly x: Operand;
  readonly out: Operand;
}

export type Launch =
  | FusedLaunch
  | MatmulLaunch
  | ConvLaunch
  | PoolLaunch
  | GatherLaunch
  | ScatterLaunch
  | ScanLaunch
  | SortLaunch
  | NonzeroLaunch;
export type Kernel = Launch["kernel"];
export type KernelKind = Kernel["kind"];

/** The launch that belongs to a kernel kind: lets a backend write one typed handler per kind. */
export type LaunchOf<K extends KernelKind> = Extract<Launch, { readonly kernel: { readonly kind: K } }>;
