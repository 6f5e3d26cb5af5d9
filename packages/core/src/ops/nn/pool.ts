/** Pooling over the last 1 to 3 dimensions (`torch.nn.functional.max_pool1d` … `adaptive_avg_pool3d`). */
import { ArgumentError, DTypeError, ShapeError } from "../../errors.js";
import { apply } from "../../primitives/dispatch.js";
import type { PoolParams } from "../../primitives/primitives.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectFloat, expectShape } from "../expect.js";
import { type NamedTuple, namedTuple } from "../namedTuple.js";
import { op } from "../op.js";
import { perDimension, type Sizes } from "./window.js";

type Spatial = 1 | 2 | 3;
type WithIndices = NamedTuple<readonly ["output", "indices"], Tensor>;

function window(
  name: string,
  x: Tensor,
  nd: Spatial,
  kernelSize: Sizes,
  stride: Sizes | null,
  padding: Sizes,
  dilation: Sizes,
  ceilMode: boolean,
): PoolParams {
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
  return {
    adaptive: false,
    countIncludePad: false,
    divisor: null,
    size,
    stride: steps,
    padding: pads,
    dilation: holes,
    out,
  };
}

/** Pools x, with or without a batch dimension in front of its channels, by the windows that `windows` lays over it. */
function pooled(
  kind: "maxPool" | "avgPool",
  name: string,
  x: Tensor,
  nd: Spatial,
  windows: () => PoolParams,
): Tensor[] {
  const alone = x.ndim === nd + 1;
  expectShape(name, alone || x.ndim === nd + 2, `an input of rank ${nd + 1} or ${nd + 2}`, x);
  expectShape(name, !x.shape.slice(x.ndim - nd - 1).includes(0), "non-empty dimensions after the batch", x);
  const results = apply(kind, [alone ? x.unsqueeze(0) : x], windows());
  return alone ? results.map((y) => y.squeeze(0)) : results;
}

/** The greatest values, and with `returnIndices` their positions. */
const maxima = (parts: Tensor[], returnIndices: boolean): Tensor | WithIndices =>
  returnIndices ? namedTuple(["output", "indices"], parts) : (parts[0] as Tensor);

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
function maxPool(nd: Spatial): MaxPool {
  const name = `maxPool${nd}d`;
  return op(
    name,
    ["kernelSize", "stride", "padding", "dilation", "ceilMode", "returnIndices"],
    (
      x: Tensor,
      kernelSize: Sizes,
      stride: Sizes | null = null,
      padding: Sizes = 0,
      dilation: Sizes = 1,
      ceilMode = false,
      returnIndices = false,
    ) => {
      const windows = (): PoolParams => window(name, x, nd, kernelSize, stride, padding, dilation, ceilMode);
      return maxima(pooled("maxPool", name, x, nd, windows), returnIndices);
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
function avgPool(nd: Spatial) {
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
      const windows = (): PoolParams => ({
        ...window(name, x, nd, kernelSize, stride, padding, 1, ceilMode),
        countIncludePad,
        divisor: divisorOverride,
      });
      return pooled("avgPool", name, x, nd, windows)[0] as Tensor;
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

function adaptiveWindows(name: string, x: Tensor, nd: Spatial, outputSize: AdaptiveSizes): PoolParams {
  const given = Array.isArray(outputSize) ? outputSize : [outputSize];
  const wanted: (number | null)[] = given.length === 1 ? new Array(nd).fill(given[0]) : given;
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
function adaptiveAvgPool(nd: Spatial) {
  const name = `adaptiveAvgPool${nd}d`;
  return op(name, ["outputSize"], (x: Tensor, outputSize: AdaptiveSizes): Tensor => {
    expectFloat(name, x.dtype);
    const windows = (): PoolParams => adaptiveWindows(name, x, nd, outputSize);
    return pooled("avgPool", name, x, nd, windows)[0] as Tensor;
  });
}

interface AdaptiveMaxPool {
  (x: Tensor, outputSize: AdaptiveSizes, returnIndices?: false | { returnIndices?: false }): Tensor;
  (x: Tensor, outputSize: AdaptiveSizes, returnIndices: true | { returnIndices: true }): WithIndices;
}

/* @__NO_SIDE_EFFECTS__ */
function adaptiveMaxPool(nd: Spatial): AdaptiveMaxPool {
  const name = `adaptiveMaxPool${nd}d`;
  return op(
    name,
    ["outputSize", "returnIndices"],
    (x: Tensor, outputSize: AdaptiveSizes, returnIndices = false) => {
      const windows = (): PoolParams => adaptiveWindows(name, x, nd, outputSize);
      return maxima(pooled("maxPool", name, x, nd, windows), returnIndices);
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
