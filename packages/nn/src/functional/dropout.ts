/** Dropout and its relatives (`torch.nn.functional`). The mask is a function of seed and position: backward computes it again. */
import {
  ArgumentError,
  defaultGenerator,
  type Expr,
  formatShape,
  pointwise,
  ShapeError,
  type Tensor,
  uniformAt,
} from "@flambeau/core";
import { withInplace } from "./inplace.js";

const first = { promote: [0] } as const;
const dropped = pointwise(
  "dropout",
  (x: Expr, p: Expr, scale: Expr, seed: Expr, offset: Expr) =>
    uniformAt(seed, offset).ge(p).where(x.mul(scale), 0),
  first,
);
const maskOf = pointwise(
  "dropoutMask",
  (like: Expr, p: Expr, scale: Expr, seed: Expr, offset: Expr) =>
    uniformAt(seed, offset).ge(p).where(scale, like),
  first,
);

type Drop = (x: Tensor, p: number, seed: bigint, offset: bigint) => Tensor;

/** Makes a kind of dropout, in training or not unless told: `drop` does it for probabilities between 0 and 1. */
/* @__NO_SIDE_EFFECTS__ */
function dropoutOf(name: string, byDefault: boolean, drop: Drop) {
  return withInplace(name, ["p", "training"], (x: Tensor, p = 0.5, training = byDefault): Tensor => {
    if (!(p >= 0 && p <= 1)) throw new ArgumentError(name, `expected a probability from 0 to 1, got ${p}`);
    if (!training || p === 0) return x;
    const { seed, offset } = defaultGenerator.next();
    return p === 1 ? x.mul(0) : drop(x, p, seed, offset);
  });
}

/** Zeroes elements with probability p and scales the others by 1 / (1 - p), in training (Srivastava et al. 2014). */
export const dropout = dropoutOf("dropout", true, (x, p, seed, offset) =>
  dropped(x, p, 1 / (1 - p), seed, offset),
);

/** For each of the `leading` dimensions' elements `scale`, or 0 with probability p. */
const channelMask = (
  x: Tensor,
  leading: number,
  p: number,
  scale: number,
  seed: bigint,
  offset: bigint,
): Tensor => maskOf(x.newZeros(x.shape.map((n, d) => (d < leading ? n : 1))), p, scale, seed, offset);

/** Zeroes whole channels of x of `rank` dimensions, or of one less without the batch. */
/* @__NO_SIDE_EFFECTS__ */
function featureDropout(name: string, rank: number) {
  const drop = dropoutOf(name, true, (x, p, seed, offset) =>
    x.mul(channelMask(x, x.ndim === rank ? 2 : 1, p, 1 / (1 - p), seed, offset)),
  );
  return withInplace(name, ["p", "training"], (x: Tensor, p?: number, training?: boolean): Tensor => {
    if (x.ndim !== rank && x.ndim !== rank - 1)
      throw new ShapeError(
        name,
        `expected an input of rank ${rank - 1} or ${rank}, got shape ${formatShape(x.shape)}`,
      );
    return drop(x, p, training);
  });
}
/** Zeroes whole channels of [N, C, L] or [C, L]. */
export const dropout1d = featureDropout("dropout1d", 3);
/** Zeroes whole channels of [N, C, H, W] or [C, H, W]. */
export const dropout2d = featureDropout("dropout2d", 4);
/** Zeroes whole channels of [N, C, D, H, W] or [C, D, H, W]. */
export const dropout3d = featureDropout("dropout3d", 5);

const SATURATION = -1.7580993408473766; // -scale * alpha of SELU
/** SELU's saturation in place of what is dropped, then the affine map that restores mean and variance. */
const saturated = (x: Expr, keep: Expr, a: Expr, b: Expr): Expr => keep.where(x, SATURATION).mul(a).add(b);
const alphaDropped = pointwise(
  "alphaDropout",
  (x: Expr, p: Expr, a: Expr, b: Expr, seed: Expr, offset: Expr) =>
    saturated(x, uniformAt(seed, offset).ge(p), a, b),
  first,
);
const alphaMasked = pointwise(
  "alphaDropout",
  (x: Expr, keep: Expr, a: Expr, b: Expr) => saturated(x, keep.ne(0), a, b),
  first,
);

function alphaScale(p: number): [a: number, b: number] {
  const a = 1 / Math.sqrt((1 - p) * (1 + p * SATURATION ** 2));
  return [a, -a * p * SATURATION];
}

/** Dropout that keeps mean and variance of SELU activations (Klambauer et al. 2017). */
export const alphaDropout = dropoutOf("alphaDropout", false, (x, p, seed, offset) =>
  alphaDropped(x, p, ...alphaScale(p), seed, offset),
);

/** Alpha dropout of whole channels of x [N, C, …]. */
export const featureAlphaDropout = dropoutOf("featureAlphaDropout", false, (x, p, seed, offset) =>
  alphaMasked(x, channelMask(x, 2, p, 1, seed, offset), ...alphaScale(p)),
);
