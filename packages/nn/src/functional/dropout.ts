/** Dropout and its relatives (`torch.nn.functional`). The mask is a function of seed and position: backward computes it again. */
import {
  ArgumentError,
  defaultGenerator,
  type Expr,
  formatShape,
  op,
  pointwise,
  ShapeError,
  type Tensor,
  uniformAt,
  zeros,
} from "@flambeau/core";

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

function checkProbability(name: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new ArgumentError(name, `expected a probability from 0 to 1, got ${p}`);
}

/** Zeroes elements with probability p and scales the others by 1 / (1 - p), in training (Srivastava et al. 2014). */
export const dropout = op(
  "dropout",
  ["p", "training", "inplace"],
  (x: Tensor, p = 0.5, training = true, inplace = false): Tensor => {
    checkProbability("dropout", p);
    if (!training || p === 0) return x;
    const { seed, offset } = defaultGenerator.next();
    const y = p === 1 ? x.mul(0) : dropped(x, p, 1 / (1 - p), seed, offset);
    return inplace ? x.copy_(y) : y;
  },
);

/** Zeroes whole channels of x [N, C, …]. */
function featureDropout(name: string, ranks: readonly number[]) {
  return op(
    name,
    ["p", "training", "inplace"],
    (x: Tensor, p = 0.5, training = true, inplace = false): Tensor => {
      checkProbability(name, p);
      if (!ranks.includes(x.ndim))
        throw new ShapeError(
          name,
          `expected an input of rank ${ranks.join(" or ")}, got shape ${formatShape(x.shape)}`,
        );
      if (!training || p === 0) return x;
      const leading = x.ndim === ranks[0] && ranks.length > 1 ? 1 : 2;
      const shape = x.shape.map((n, d) => (d < leading ? n : 1));
      const { seed, offset } = defaultGenerator.next();
      const y = x.mul(
        maskOf(
          zeros(shape, { dtype: x.dtype, device: x.device }),
          p,
          p === 1 ? 0 : 1 / (1 - p),
          seed,
          offset,
        ),
      );
      return inplace ? x.copy_(y) : y;
    },
  );
}
/** Zeroes whole channels of [N, C, L] or [C, L]. */
export const dropout1d = featureDropout("dropout1d", [2, 3]);
/** Zeroes whole channels of [N, C, H, W] or [C, H, W]. */
export const dropout2d = featureDropout("dropout2d", [3, 4]);
/** Zeroes whole channels of [N, C, D, H, W] or [C, D, H, W]. */
export const dropout3d = featureDropout("dropout3d", [4, 5]);

const SATURATION = -1.7580993408473766; // -scale * alpha of SELU
const alphaDropped = pointwise(
  "alphaDropout",
  (x: Expr, p: Expr, a: Expr, b: Expr, seed: Expr, offset: Expr) =>
    uniformAt(seed, offset).ge(p).where(x, SATURATION).mul(a).add(b),
  first,
);
const alphaMasked = pointwise(
  "alphaDropout",
  (x: Expr, keep: Expr, a: Expr, b: Expr) => keep.ne(0).where(x, SATURATION).mul(a).add(b),
  first,
);

function alphaScale(p: number): { a: number; b: number } {
  const a = 1 / Math.sqrt((1 - p) * (1 + p * SATURATION ** 2));
  return { a, b: -a * p * SATURATION };
}

/** Dropout that keeps mean and variance of SELU activations (Klambauer et al. 2017). */
export const alphaDropout = op(
  "alphaDropout",
  ["p", "training", "inplace"],
  (x: Tensor, p = 0.5, training = false, inplace = false): Tensor => {
    checkProbability("alphaDropout", p);
    if (!training || p === 0) return x;
    const { seed, offset } = defaultGenerator.next();
    const { a, b } = alphaScale(p);
    const y = p === 1 ? x.mul(0) : alphaDropped(x, p, a, b, seed, offset);
    return inplace ? x.copy_(y) : y;
  },
);

/** Alpha dropout of whole channels of x [N, C, …]. */
export const featureAlphaDropout = op(
  "featureAlphaDropout",
  ["p", "training", "inplace"],
  (x: Tensor, p = 0.5, training = false, inplace = false): Tensor => {
    checkProbability("featureAlphaDropout", p);
    if (!training || p === 0) return x;
    const { seed, offset } = defaultGenerator.next();
    const { a, b } = alphaScale(p);
    const keep = maskOf(
      zeros(
        x.shape.map((n, d) => (d < 2 ? n : 1)),
        { dtype: x.dtype, device: x.device },
      ),
      p,
      1,
      seed,
      offset,
    );
    const y = p === 1 ? x.mul(0) : alphaMasked(x, keep, a, b);
    return inplace ? x.copy_(y) : y;
  },
);
