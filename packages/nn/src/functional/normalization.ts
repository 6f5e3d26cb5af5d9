/** Normalisations (`torch.nn.functional`): fused row programs whose statistics and gradients come from one sweep each. */
import {
  ArgumentError,
  type Expr,
  formatShape,
  isFloat,
  linalg,
  mean as meanOf,
  noGrad,
  op,
  pointwise,
  type Row,
  rowwise,
  ShapeError,
  sameShape,
  type Tensor,
} from "@flambeau/core";

const first = { promote: [0] } as const;

/** (x - mean) / sqrt(var + eps) over the row, with the biased variance. */
function normalized(row: Row, x: Expr, eps: Expr): { y: Expr; mean: Expr; m2: Expr } {
  const { mean, m2 } = row.moments(x);
  return { y: x.sub(mean).mul(m2.div(row.size).add(eps).rsqrt()), mean, m2 };
}

const plainRows = rowwise("layerNorm", (row, x: Expr, eps: Expr) => normalized(row, x, eps).y, first);
const affineRows = rowwise(
  "layerNorm",
  (row, x: Expr, w: Expr, b: Expr, eps: Expr) => normalized(row, x, eps).y.mul(w).add(b),
  first,
);

/** Normalises over the last dimensions, whose sizes are `normalizedShape` (Ba et al. 2016). */
export const layerNorm = op(
  "layerNorm",
  ["normalizedShape", "weight", "bias", "eps"],
  (
    x: Tensor,
    normalizedShape: number | readonly number[],
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    eps = 1e-5,
  ): Tensor => {
    const shape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    if (shape.length === 0 || !sameShape(x.shape.slice(-shape.length), shape)) {
      throw new ShapeError(
        "layerNorm",
        `expected the last dimensions to be ${formatShape(shape)}, got shape ${formatShape(x.shape)}`,
      );
    }
    for (const part of [weight, bias]) {
      if (part !== null && !sameShape(part.shape, shape)) {
        throw new ShapeError(
          "layerNorm",
          `expected weight and bias of shape ${formatShape(shape)}, got ${formatShape(part.shape)}`,
        );
      }
    }
    const dim = shape.map((_, i) => x.ndim - shape.length + i);
    if (weight === null && bias === null) return plainRows(x, eps, { dim });
    return affineRows(x, weight ?? 1, bias ?? 0, eps, { dim });
  },
);

const affine = pointwise("affine", (x: Expr, w: Expr, b: Expr) => x.mul(w).add(b), first);

/** Normalises every group of channels of every sample: x [N, C, …] (Wu & He 2018). */
export const groupNorm = op(
  "groupNorm",
  ["numGroups", "weight", "bias", "eps"],
  (
    x: Tensor,
    numGroups: number,
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    eps = 1e-5,
  ): Tensor => {
    const channels = x.shape[1];
    if (x.ndim < 2 || channels === undefined || channels % numGroups !== 0) {
      throw new ShapeError(
        "groupNorm",
        `expected channels that divide into ${numGroups} groups, got shape ${formatShape(x.shape)}`,
      );
    }
    if (x.numel === 0) return x.clone();
    const grouped = x.reshape([x.shape[0] as number, numGroups, -1]);
    const y = plainRows(grouped, eps, { dim: 2 }).reshape(x.shape);
    if (weight === null && bias === null) return y;
    return affine(y, channelwise("groupNorm", weight, x, 1), channelwise("groupNorm", bias, x, 0));
  },
);

/** A vector of C values laid along dimension 1 of x; a number where there is none. */
function channelwise(name: string, t: Tensor | null, x: Tensor, otherwise: number): Tensor | number {
  if (t === null) return otherwise;
  const channels = x.shape[1] as number;
  if (t.ndim !== 1 || t.shape[0] !== channels)
    throw new ShapeError(
      name,
      `expected a vector of ${channels} values, one per channel, got shape ${formatShape(t.shape)}`,
    );
  return t.reshape([channels, ...new Array<number>(x.ndim - 2).fill(1)]);
}

const batchTrain = rowwise(
  "batchNorm",
  (row, x: Expr, w: Expr, b: Expr, eps: Expr) => {
    const { y, mean, m2 } = normalized(row, x, eps);
    return { y: y.mul(w).add(b), mean, m2 };
  },
  first,
);
const batchEval = pointwise(
  "batchNorm",
  (x: Expr, mean: Expr, variance: Expr, w: Expr, b: Expr, eps: Expr) =>
    x.sub(mean).mul(variance.add(eps).rsqrt()).mul(w).add(b),
  first,
);
const follow = pointwise(
  "runningMean",
  (running: Expr, batch: Expr, momentum: Expr) => running.add(batch.sub(running).mul(momentum)),
  first,
);

/** What normalises by running statistics, or moves them. */
interface Running {
  readonly mean: Tensor | null;
  readonly variance: Tensor | null;
  readonly momentum: number | Tensor;
}

/** Normalises along `dim` by the statistics of x itself, towards which the running ones move. */
function byOwnStatistics(
  x: Tensor,
  w: Tensor | number,
  b: Tensor | number,
  eps: number,
  dim: readonly number[],
  running: Running,
): Tensor {
  const count = dim.reduce((n, d) => n * (x.shape[d] as number), 1);
  const { y, mean, m2 } = batchTrain(x, w, b, eps, { dim });
  const move = (average: Tensor | null, own: Tensor): void => {
    if (average === null) return;
    // Where every sample has statistics of its own, the running ones follow their mean.
    const perChannel = own.ndim > 1 ? meanOf(own, 0) : own;
    follow.into([average], average, perChannel.detach().to(average.dtype), running.momentum);
  };
  noGrad(() => {
    move(running.mean, mean);
    move(running.variance, m2.div(count - 1));
  });
  return y;
}

/**
 * Normalises every channel over the batch: x [N, C] or [N, C, …] (Ioffe & Szegedy 2015). In training the batch's statistics are used and
 * the running ones, where given, move towards them in place by the share `momentum` (a number, or a tensor of one value); otherwise the
 * running ones are used.
 */
export const batchNorm = op(
  "batchNorm",
  ["runningMean", "runningVar", "weight", "bias", "training", "momentum", "eps"],
  (
    x: Tensor,
    runningMean: Tensor | null,
    runningVar: Tensor | null,
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    training = false,
    momentum: number | Tensor = 0.1,
    eps = 1e-5,
  ): Tensor => {
    const name = "batchNorm";
    if (x.numel === 0) return scaleEmpty(x, weight, bias);
    if (x.ndim < 2)
      throw new ShapeError(name, `expected an input of shape [N, C, …], got ${formatShape(x.shape)}`);
    const w = channelwise(name, weight, x, 1);
    const b = channelwise(name, bias, x, 0);
    if (!training) {
      if (runningMean === null || runningVar === null)
        throw new ArgumentError(name, "expected running statistics outside training, got none");
      const [mean, variance] = [channelwise(name, runningMean, x, 0), channelwise(name, runningVar, x, 1)];
      return batchEval(x, mean, variance, w, b, eps);
    }
    if (x.numel <= (x.shape[1] as number))
      throw new ShapeError(
        name,
        `expected more than one value per channel in training, got shape ${formatShape(x.shape)}`,
      );
    const dim = x.shape.map((_, d) => d).filter((d) => d !== 1);
    return byOwnStatistics(x, w, b, eps, dim, { mean: runningMean, variance: runningVar, momentum });
  },
);

/** What normalises nothing: an empty batch, connected to everything that takes part; the running statistics stay. */
function scaleEmpty(x: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const one = (t: Tensor | null, otherwise: number) => (t === null ? otherwise : t.sum());
  return affine(x, one(weight, 1), one(bias, 0));
}

/** Normalises every channel of every sample: x [N, C, …] (Ulyanov et al. 2016). */
export const instanceNorm = op(
  "instanceNorm",
  ["runningMean", "runningVar", "weight", "bias", "useInputStats", "momentum", "eps"],
  (
    x: Tensor,
    runningMean: Tensor | null = null,
    runningVar: Tensor | null = null,
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    useInputStats = true,
    momentum = 0.1,
    eps = 1e-5,
  ): Tensor => {
    const name = "instanceNorm";
    if (!useInputStats) return batchNorm(x, runningMean, runningVar, weight, bias, false, momentum, eps);
    const dim = x.shape.map((_, d) => d).filter((d) => d > 1);
    if (dim.reduce((n, d) => n * (x.shape[d] as number), 1) <= 1)
      throw new ShapeError(
        name,
        `expected more than one spatial element per channel, got shape ${formatShape(x.shape)}`,
      );
    const w = channelwise(name, weight, x, 1);
    const b = channelwise(name, bias, x, 0);
    return byOwnStatistics(x, w, b, eps, dim, { mean: runningMean, variance: runningVar, momentum });
  },
);

const acrossChannels = pointwise(
  "localResponseNorm",
  (x: Expr, average: Expr, alpha: Expr, beta: Expr, k: Expr) => x.div(average.mul(alpha).add(k).pow(beta)),
  first,
);
/** Divides by a power of the mean square over `size` neighbouring channels (Krizhevsky et al. 2012). */
export const localResponseNorm = op(
  "localResponseNorm",
  ["size", "alpha", "beta", "k"],
  (x: Tensor, size: number, alpha = 1e-4, beta = 0.75, k = 1): Tensor => {
    if (x.ndim < 3)
      throw new ShapeError(
        "localResponseNorm",
        `expected an input of rank 3 or more, got shape ${formatShape(x.shape)}`,
      );
    if (x.numel === 0) return x.clone();
    const before = Math.floor(size / 2);
    const squares = x.square().movedim(1, -1);
    const padded = squares.pad([before, size - 1 - before]);
    const windows = padded.unfold(-1, size, 1);
    const average = isFloat(x.dtype) ? windows.mean(-1) : windows.sum(-1).div(size, "trunc");
    return acrossChannels(x, average.movedim(-1, 1), alpha, beta, k);
  },
);

const toUnit = rowwise(
  "normalize",
  (row, x: Expr, eps: Expr) => {
    const square = row.sum(x.square());
    return x.div(square.eq(0).where(0, square.sqrt()).clamp(eps));
  },
  first,
);
/** x divided by its p-norm along `dim`, at least eps. */
export const normalize = op(
  "normalize",
  ["p", "dim", "eps"],
  (x: Tensor, p = 2, dim: number | readonly number[] = 1, eps = 1e-12): Tensor => {
    if (p === 2) return toUnit(x, eps, { dim });
    return x.div(linalg.vectorNorm(x, p, dim, true).clampMin(eps));
  },
);
