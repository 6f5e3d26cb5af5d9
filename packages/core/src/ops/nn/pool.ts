/** Pooling over the last 1 to 3 dimensions (`torch.nn.functional.max_pool1d` … `adaptive_avg_pool3d`). */
import { isFloat } from "../../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../../errors.js";
import { apply } from "../../primitives/dispatch.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type NamedTuple, namedTuple } from "../namedTuple.js";
import { op } from "../op.js";
import { perDimension, type Sizes } from "./window.js";

type WithIndices = NamedTuple<readonly ["output", "indices"], Tensor>;

/** x with batch and channel dimensions in front of its `nd` spatial ones. */
function lift(
  name: string,
  x: Tensor,
  nd: number,
  batchless: boolean,
): { x: Tensor; lower: (y: Tensor) => Tensor } {
  if (!(x.ndim === nd + 2 || (batchless && x.ndim === nd + 1))) {
    throw new ShapeError(
      name,
      `expected an input of rank ${nd + 1} or ${nd + 2}, got shape ${formatShape(x.shape)}`,
    );
  }
  if (x.shape.slice(x.ndim - nd - 1).includes(0)) {
    throw new ShapeError(
      name,
      `expected non-empty dimensions after the batch, got shape ${formatShape(x.shape)}`,
    );
  }
  return x.ndim === nd + 2 ? { x, lower: (y) => y } : { x: x.unsqueeze(0), lower: (y) => y.squeeze(0) };
}

interface Window {
  readonly size: number[];
  readonly stride: number[];
  readonly padding: number[];
  readonly dilation: number[];
  readonly out: number[];
}

function window(
  name: string,
  x: Tensor,
  nd: number,
  kernelSize: Sizes,
  stride: Sizes | null,
  padding: Sizes,
  dilation: Sizes,
  ceilMode: boolean,
): Window {
  const size = perDimension(name, "kernelSize", kernelSize, nd, 1);
  const empty = stride === null || (typeof stride !== "number" && stride.length === 0);
  const steps = empty ? size : perDimension(name, "stride", stride, nd, 1);
  const pads = perDimension(name, "padding", padding, nd, 0);
  const holes = perDimension(name, "dilation", dilation, nd, 1);
  const out = size.map((k, i) => {
    const [pad, step] = [pads[i] as number, steps[i] as number];
    if (pad * 2 > k)
      throw new ArgumentError(name, `expected padding of at most half the kernel size ${k}, got ${pad}`);
    const extent = x.shape[x.ndim - nd + i] as number;
    const span = extent + 2 * pad - (holes[i] as number) * (k - 1) - 1;
    let n = (ceilMode ? Math.ceil(span / step) : Math.floor(span / step)) + 1;
    // A window may not start in the padding on the right.
    if (ceilMode && (n - 1) * step >= extent + pad) n--;
    if (n < 1)
      throw new ShapeError(
        name,
        `the kernel ${formatShape(size)} does not fit the padded input of shape ${formatShape(x.shape)}`,
      );
    return n;
  });
  return { size, stride: steps, padding: pads, dilation: holes, out };
}

function maxPooling(nd: 1 | 2 | 3) {
  const name = `maxPool${nd}d`;
  return (
    x: Tensor,
    kernelSize: Sizes,
    stride: Sizes | null,
    padding: Sizes,
    dilation: Sizes,
    ceilMode: boolean,
  ): Tensor[] => {
    const lifted = lift(name, x, nd, true);
    const params = {
      adaptive: false,
      countIncludePad: false,
      divisor: null,
      ...window(name, x, nd, kernelSize, stride, padding, dilation, ceilMode),
    };
    return apply("maxPool", [lifted.x], params).map(lifted.lower);
  };
}

const maxNames = ["kernelSize", "stride", "padding", "dilation", "ceilMode", "returnIndices"] as const;

interface MaxPool {
  (
    x: Tensor,
    kernelSize: Sizes,
    stride?: Sizes | null,
    padding?: Sizes,
    dilation?: Sizes,
    ceilMode?: boolean,
    returnIndices?: false,
  ): Tensor;
  (x: Tensor, kernelSize: Sizes, options: MaxPoolOptions & { returnIndices: true }): WithIndices;
  (x: Tensor, kernelSize: Sizes, options?: MaxPoolOptions): Tensor;
}
export interface MaxPoolOptions {
  readonly stride?: Sizes | null;
  readonly padding?: Sizes;
  readonly dilation?: Sizes;
  readonly ceilMode?: boolean;
  readonly returnIndices?: boolean;
}

/* @__NO_SIDE_EFFECTS__ */
function maxPool(nd: 1 | 2 | 3): MaxPool {
  const run = maxPooling(nd);
  return op(
    `maxPool${nd}d`,
    maxNames,
    (
      x: Tensor,
      kernelSize: Sizes,
      stride: Sizes | null = null,
      padding: Sizes = 0,
      dilation: Sizes = 1,
      ceilMode = false,
      returnIndices = false,
    ) => {
      const parts = run(x, kernelSize, stride, padding, dilation, ceilMode);
      return returnIndices ? namedTuple(["output", "indices"], parts) : (parts[0] as Tensor);
    },
  ) as unknown as MaxPool;
}

/** Maximum over windows of [N, C, L]; with `returnIndices` also the positions within L. */
export const maxPool1d = maxPool(1);
/** Maximum over windows of [N, C, H, W]; with `returnIndices` also the flat positions within H×W. */
export const maxPool2d = maxPool(2);
/** Maximum over windows of [N, C, D, H, W]; with `returnIndices` also the flat positions within D×H×W. */
export const maxPool3d = maxPool(3);

/* @__NO_SIDE_EFFECTS__ */
function avgPool(nd: 1 | 2 | 3) {
  const name = `avgPool${nd}d`;
  return op(
    name,
    ["kernelSize", "stride", "padding", "ceilMode", "countIncludePad", "divisorOverride"],
    (
      x: Tensor,
      kernelSize: Sizes,
      stride: Sizes | null = null,
      padding: Sizes = 0,
      ceilMode = false,
      countIncludePad = true,
      divisorOverride: number | null = null,
    ): Tensor => {
      if (divisorOverride === 0) throw new ArgumentError(name, "expected a divisor other than 0");
      if (x.dtype === "bool") throw new DTypeError(name, "expected numbers, got a bool tensor");
      const lifted = lift(name, x, nd, true);
      const params = {
        adaptive: false,
        countIncludePad,
        divisor: divisorOverride,
        ...window(name, x, nd, kernelSize, stride, padding, 1, ceilMode),
      };
      return lifted.lower(apply("avgPool", [lifted.x], params)[0] as Tensor);
    },
  );
}

/** Mean over windows of [N, C, L], of integers cut towards zero. */
export const avgPool1d = avgPool(1);
/** Mean over windows of [N, C, H, W], of integers cut towards zero. */
export const avgPool2d = avgPool(2);
/** Mean over windows of [N, C, D, H, W], of integers cut towards zero. */
export const avgPool3d = avgPool(3);

type AdaptiveSizes = number | null | readonly (number | null)[];

function adaptiveParams(name: string, x: Tensor, nd: number, outputSize: AdaptiveSizes) {
  const given =
    typeof outputSize === "number" || outputSize === null
      ? new Array<number | null>(nd).fill(outputSize)
      : [...outputSize];
  const wanted = given.length === 1 ? new Array<number | null>(nd).fill(given[0] as number | null) : given;
  const out = wanted.map((n, i) => n ?? (x.shape[x.ndim - nd + i] as number));
  if (out.length !== nd || out.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ArgumentError(name, `expected outputSize as ${nd} sizes, got ${JSON.stringify(outputSize)}`);
  }
  const ones = new Array<number>(nd).fill(1);
  return {
    adaptive: true,
    size: ones,
    stride: ones,
    padding: ones.map(() => 0),
    dilation: ones,
    countIncludePad: false,
    divisor: null,
    out,
  };
}

/* @__NO_SIDE_EFFECTS__ */
function adaptiveAvgPool(nd: 1 | 2 | 3) {
  const name = `adaptiveAvgPool${nd}d`;
  return op(name, ["outputSize"], (x: Tensor, outputSize: AdaptiveSizes): Tensor => {
    if (!isFloat(x.dtype)) throw new DTypeError(name, `expected a float tensor, got ${x.dtype}`);
    const lifted = lift(name, x, nd, true);
    return lifted.lower(apply("avgPool", [lifted.x], adaptiveParams(name, x, nd, outputSize))[0] as Tensor);
  });
}

interface AdaptiveMaxPool {
  (x: Tensor, outputSize: AdaptiveSizes, returnIndices?: false | { returnIndices?: false }): Tensor;
  (x: Tensor, outputSize: AdaptiveSizes, returnIndices: true | { returnIndices: true }): WithIndices;
}

/* @__NO_SIDE_EFFECTS__ */
function adaptiveMaxPool(nd: 1 | 2 | 3): AdaptiveMaxPool {
  const name = `adaptiveMaxPool${nd}d`;
  return op(
    name,
    ["outputSize", "returnIndices"],
    (x: Tensor, outputSize: AdaptiveSizes, returnIndices = false) => {
      const lifted = lift(name, x, nd, true);
      const parts = apply("maxPool", [lifted.x], adaptiveParams(name, x, nd, outputSize)).map(lifted.lower);
      return returnIndices ? namedTuple(["output", "indices"], parts) : (parts[0] as Tensor);
    },
  ) as unknown as AdaptiveMaxPool;
}

/** Mean over L cut into `outputSize` near-equal windows. */
export const adaptiveAvgPool1d = adaptiveAvgPool(1);
/** Mean over H×W cut into `outputSize` near-equal windows. */
export const adaptiveAvgPool2d = adaptiveAvgPool(2);
/** Mean over D×H×W cut into `outputSize` near-equal windows. */
export const adaptiveAvgPool3d = adaptiveAvgPool(3);
/** Maximum over L cut into `outputSize` near-equal windows. */
export const adaptiveMaxPool1d = adaptiveMaxPool(1);
/** Maximum over H×W cut into `outputSize` near-equal windows. */
export const adaptiveMaxPool2d = adaptiveMaxPool(2);
/** Maximum over D×H×W cut into `outputSize` near-equal windows. */
export const adaptiveMaxPool3d = adaptiveMaxPool(3);
