/**
 * The closed list of primitives every operator reduces to, each with the parameters that are not tensors. Tables over
 * `PrimitiveName` (execution here, gradients in autograd) must have a row for each: a missing one does not compile.
 */
import type { Coordinate } from "../backend/kernels.js";
import type { Device } from "../backend/registry.js";
import type { DType } from "../dtype.js";
import type { FusedParams } from "../fused/params.js";

export interface ConvParams {
  readonly direction: "forward" | "inputGrad" | "weightGrad";
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  /** Shape of the result: it cannot be told from the inputs of the two gradient directions. */
  readonly shape: readonly number[];
}

export interface PoolParams {
  readonly adaptive: boolean;
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly countIncludePad: boolean;
  readonly divisor: number | null;
  /** Spatial sizes of the pooled side (forward) or of the input side (backward). */
  readonly out: readonly number[];
}

export interface PrimitiveParams {
  /** A fused program over broadcast inputs. */
  fused: FusedParams;

  // Views: outputs share the input's storage.
  view: { readonly shape: readonly number[] };
  permute: { readonly dims: readonly number[] };
  expand: { readonly shape: readonly number[] };
  /** One entry per dimension; steps may be negative (start is then the first element taken). */
  slice: {
    readonly starts: readonly number[];
    readonly sizes: readonly number[];
    readonly steps: readonly number[];
  };
  diagonal: { readonly offset: number; readonly dim1: number; readonly dim2: number };
  /** Windows of `size` every `step` along `dim`, as a new last dimension. */
  unfold: { readonly dim: number; readonly size: number; readonly step: number };
  asStrided: {
    readonly shape: readonly number[];
    readonly strides: readonly number[];
    readonly offset: number;
  };
  /** The same bytes as another dtype. Not differentiable. */
  bitcast: {
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly strides: readonly number[];
    readonly offset: number;
  };

  /** Inputs: one or more tensors of one dtype and rank whose shapes agree except in `dim`; they lie one after the other along it. */
  cat: { readonly dim: number };

  /** Inputs: x. The same values on another device. */
  transfer: { readonly device: Device };
  /** Inputs: a [..., M, K], b [..., K, N] with equal batch dimensions and dtype; optionally a bias that broadcasts to the result. */
  matmul: Record<string, never>;
  /** Inputs by direction: forward x, w, bias?; inputGrad y, w, bias?; weightGrad x, y. */
  conv: ConvParams;
  /** Inputs: x. Outputs: values, indices (int32). */
  maxPool: PoolParams;
  /** Inputs: cotangent of the values, indices. */
  maxPoolBackward: PoolParams;
  /** Inputs: x. */
  avgPool: PoolParams;
  /** Inputs: cotangent. */
  avgPoolBackward: PoolParams;
  /** Inputs: x, then index tensors that broadcast to `shape`. */
  gather: {
    readonly op: string;
    readonly coordinates: readonly Coordinate[];
    readonly wrap: boolean;
    readonly shape: readonly number[];
  };
  /** Inputs: base, src, then index tensors that broadcast to src. The result is a new tensor: base with src folded in. */
  scatter: {
    readonly op: string;
    readonly coordinates: readonly Coordinate[];
    readonly wrap: boolean;
    readonly reduce: "set" | "add" | "mul" | "max" | "min";
  };
  /** Inputs: x. Outputs: values (in `dtype`), and for max and min the indices (int32). */
  scan: {
    readonly op: "sum" | "prod" | "max" | "min" | "logsumexp";
    readonly axis: number;
    readonly reverse: boolean;
    readonly dtype: DType;
  };
  /** Inputs: x, sorted along its last dimension. Outputs: values, indices (int32). */
  sort: { readonly descending: boolean; readonly k: number | null };
}

export type PrimitiveName = keyof PrimitiveParams;
