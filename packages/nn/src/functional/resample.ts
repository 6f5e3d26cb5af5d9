/** Resizing of images, sequences and volumes (`torch.nn.functional.interpolate` and its older names). */
import {
  ArgumentError,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  DTypeError,
  type Expr,
  formatShape,
  isFloat,
  op,
  pointwise,
  ShapeError,
  type Tensor,
  tensor,
} from "@flambeau/core";
import { antialiasWeights, cubicTaps, linearTaps, nearestTaps, type Resizing, type Tap } from "./taps.js";

export type InterpolateMode =
  | "nearest"
  | "nearest-exact"
  | "linear"
  | "bilinear"
  | "bicubic"
  | "trilinear"
  | "area";

type Sizes = number | readonly number[];

/** For each mode the numbers of spatial dimensions it takes, and its taps; "area" is adaptive pooling. */
const modes: {
  readonly [M in InterpolateMode]: {
    readonly spatial: readonly number[];
    readonly taps: ((resizing: Resizing) => Tap[]) | null;
    readonly aligns: boolean;
  };
} = {
  nearest: { spatial: [1, 2, 3], taps: (r) => nearestTaps(r, false), aligns: false },
  "nearest-exact": { spatial: [1, 2, 3], taps: (r) => nearestTaps(r, true), aligns: false },
  linear: { spatial: [1], taps: linearTaps, aligns: true },
  bilinear: { spatial: [2], taps: linearTaps, aligns: true },
  trilinear: { spatial: [3], taps: linearTaps, aligns: true },
  bicubic: { spatial: [2], taps: cubicTaps, aligns: true },
  area: { spatial: [1, 2, 3], taps: null, aligns: false },
};

const first = { promote: [0] } as const;
const twoTaps = pointwise(
  "interpolate",
  (a: Expr, wa: Expr, b: Expr, wb: Expr) => a.mul(wa).add(b.mul(wb)),
  first,
);
const fourTaps = pointwise(
  "interpolate",
  (a: Expr, wa: Expr, b: Expr, wb: Expr, c: Expr, wc: Expr, d: Expr, wd: Expr) =>
    a.mul(wa).add(b.mul(wb)).add(c.mul(wc)).add(d.mul(wd)),
  first,
);

/** One dimension of x resized by taps. */
function applyTaps(x: Tensor, dim: number, taps: readonly Tap[]): Tensor {
  const wide = x.dtype === "float64" ? "float64" : "float32";
  const along = new Array<number>(x.ndim - 1 - dim).fill(1);
  const parts = taps.map(({ index, weight }) => ({
    at: x.indexSelect(dim, tensor(index, { device: x.device })),
    weight: tensor(weight, { dtype: wide, device: x.device }).reshape([weight.length, ...along]),
  }));
  const [a, b, c, d] = parts as [(typeof parts)[0], ...typeof parts];
  if (b === undefined) return a.at;
  if (c === undefined || d === undefined) return twoTaps(a.at, a.weight, b.at, b.weight);
  return fourTaps(a.at, a.weight, b.at, b.weight, c.at, c.weight, d.at, d.weight);
}

/** One dimension of x resized by a matrix of weights. */
function applyWeights(x: Tensor, dim: number, resizing: Resizing, cubic: boolean): Tensor {
  const weights = tensor(antialiasWeights(resizing, cubic), { dtype: x.dtype, device: x.device });
  const matrix = weights.reshape([resizing.to, resizing.from]).t();
  return x.movedim(dim, -1).matmul(matrix).movedim(-1, dim);
}

const pools = [adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d] as const;

interface Target {
  readonly sizes: readonly number[];
  /** What the sizes are to be multiplied by, where that decides positions. */
  readonly factors: readonly (number | null)[];
}

/** The sizes asked for, directly or by factors. */
function targetOf(
  name: string,
  x: Tensor,
  size: Sizes | null,
  scaleFactor: Sizes | null,
  recompute: boolean,
): Target {
  const spatial = x.ndim - 2;
  const given = size ?? scaleFactor;
  if (given === null || (size !== null && scaleFactor !== null))
    throw new ArgumentError(name, "expected either size or scaleFactor");
  const each = typeof given === "number" ? new Array<number>(spatial).fill(given) : [...given];
  if (each.length !== spatial)
    throw new ArgumentError(
      name,
      `expected ${spatial} numbers for an input of shape ${formatShape(x.shape)}, got ${formatShape(each)}`,
    );
  const sizes = size !== null ? each : each.map((f, i) => Math.floor((x.shape[i + 2] as number) * f));
  if (sizes.some((n) => !Number.isInteger(n) || n < 1))
    throw new ArgumentError(name, `expected positive sizes, got ${formatShape(sizes)}`);
  return { sizes, factors: size !== null || recompute ? each.map(() => null) : each };
}

/**
 * Resizes the 1 to 3 last dimensions of x [N, C, …] to `size` or by `scaleFactor`. Modes "nearest" (any dtype), "nearest-exact", "linear",
 * "bilinear", "trilinear", "bicubic" and "area". With alignCorners the corner elements correspond, otherwise the outer edges do;
 * `recomputeScaleFactor` computes positions from the rounded sizes; `antialias` widens bilinear and bicubic filters when shrinking.
 */
export const interpolate = op(
  "interpolate",
  ["size", "scaleFactor", "mode", "alignCorners", "recomputeScaleFactor", "antialias"],
  (
    x: Tensor,
    size: Sizes | null = null,
    scaleFactor: Sizes | null = null,
    mode: InterpolateMode = "nearest",
    alignCorners: boolean | null = null,
    recomputeScaleFactor: boolean | null = null,
    antialias = false,
  ): Tensor => {
    const name = "interpolate";
    if (!Object.hasOwn(modes, mode))
      throw new ArgumentError(
        name,
        `expected mode to be one of ${Object.keys(modes).join(", ")}, got "${String(mode)}"`,
      );
    const { spatial, taps, aligns } = modes[mode];
    if (!spatial.includes(x.ndim - 2))
      throw new ShapeError(
        name,
        `mode "${mode}" takes an input of ${spatial.map((n) => n + 2).join(", ")} dimensions, got shape ${formatShape(x.shape)}`,
      );
    if (alignCorners !== null && !aligns)
      throw new ArgumentError(name, `mode "${mode}" takes no alignCorners`);
    if (recomputeScaleFactor === true && size !== null)
      throw new ArgumentError(name, "recomputeScaleFactor goes with scaleFactor, got size");
    if (antialias && mode !== "bilinear" && mode !== "bicubic")
      throw new ArgumentError(name, `antialias goes with modes "bilinear" and "bicubic", got "${mode}"`);
    if (!mode.startsWith("nearest") && !isFloat(x.dtype))
      throw new DTypeError(name, `mode "${mode}" takes a float tensor, got ${x.dtype}`);
    if (x.shape.slice(1).includes(0))
      throw new ShapeError(
        name,
        `expected non-empty dimensions after the batch, got shape ${formatShape(x.shape)}`,
      );
    const { sizes, factors } = targetOf(name, x, size, scaleFactor, recomputeScaleFactor === true);
    if (taps === null) return (pools[x.ndim - 3] as (typeof pools)[0])(x, [...sizes]);
    const round = x.dtype === "float64" ? (v: number) => v : Math.fround;
    return sizes.reduce((y, to, i) => {
      const from = x.shape[i + 2] as number;
      const resizing = { from, to, factor: factors[i] ?? null, alignCorners: alignCorners === true, round };
      return antialias
        ? applyWeights(y, i + 2, resizing, mode === "bicubic")
        : applyTaps(y, i + 2, taps(resizing));
    }, x);
  },
);

/** As `interpolate` (`torch.nn.functional.upsample`). */
export const upsample = op(
  "upsample",
  ["size", "scaleFactor", "mode", "alignCorners"],
  (
    x: Tensor,
    size: Sizes | null = null,
    scaleFactor: Sizes | null = null,
    mode: InterpolateMode = "nearest",
    alignCorners: boolean | null = null,
  ): Tensor => interpolate(x, size, scaleFactor, mode, alignCorners),
);

/** `interpolate` of mode "nearest" (`torch.nn.functional.upsample_nearest`). */
export const upsampleNearest = op(
  "upsampleNearest",
  ["size", "scaleFactor"],
  (x: Tensor, size: Sizes | null = null, scaleFactor: Sizes | null = null): Tensor =>
    interpolate(x, size, scaleFactor, "nearest"),
);

/** `interpolate` of mode "bilinear" with aligned corners (`torch.nn.functional.upsample_bilinear`). */
export const upsampleBilinear = op(
  "upsampleBilinear",
  ["size", "scaleFactor"],
  (x: Tensor, size: Sizes | null = null, scaleFactor: Sizes | null = null): Tensor =>
    interpolate(x, size, scaleFactor, "bilinear", true),
);
