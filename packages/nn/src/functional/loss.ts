/** Elementwise losses (`torch.nn.functional`): one fused kernel each, reduced within it. */
import {
  ArgumentError,
  type Expr,
  formatShape,
  op,
  pointwise,
  rowwise,
  sameShape,
  type Tensor,
  type TensorLike,
} from "@flambeau/core";

/** What becomes of the losses of single elements: their mean, their sum, or nothing. */
export type Reduction = "mean" | "sum" | "none";

export function checkReduction(name: string, reduction: Reduction): Reduction {
  if (reduction === "mean" || reduction === "sum" || reduction === "none") return reduction;
  throw new ArgumentError(
    name,
    `expected reduction "mean", "sum" or "none", got "${String(reduction satisfies never)}"`,
  );
}

type Run = (...args: TensorLike[]) => Tensor;

/** The three reductions of one expression, each a kernel. `f` takes `arity` arguments; the first `deciding` set the dtype. */
/* @__NO_SIDE_EFFECTS__ */
export function reducible(
  name: string,
  arity: number,
  deciding: number,
  f: (...x: Expr[]) => Expr,
): (reduction: Reduction, ...args: TensorLike[]) => Tensor {
  const options = { promote: Array.from({ length: deciding }, (_, i) => i) };
  const withArity = <G extends (...x: never[]) => unknown>(g: G, length: number): G =>
    Object.defineProperty(g, "length", { value: length });
  const none = pointwise(
    name,
    withArity((...x: Expr[]) => f(...x), arity),
    options,
  ) as unknown as Run;
  const all = { ...options, defaultDim: "all" } as const;
  const sum = rowwise(
    name,
    withArity((row, ...x: Expr[]) => row.sum(f(...x)), arity + 1),
    all,
  ) as unknown as Run;
  const mean = rowwise(
    name,
    withArity((row, ...x: Expr[]) => row.mean(f(...x)), arity + 1),
    all,
  ) as unknown as Run;
  const runs = { none, sum, mean };
  return (reduction, ...args) => runs[checkReduction(name, reduction)](...args);
}

/** Reduces losses that another kernel made. */
export function reduce(name: string, losses: Tensor, reduction: Reduction): Tensor {
  checkReduction(name, reduction);
  return reduction === "none" ? losses : reduction === "sum" ? losses.sum() : losses.mean();
}

const names = ["target", "sizeAverage", "reduce", "reduction"] as const;
/** PyTorch's deprecated pair of flags, where it is given, in place of `reduction`. */
export function legacy(
  reduction: Reduction,
  sizeAverage: boolean | null,
  reduceFlag: boolean | null,
): Reduction {
  if (sizeAverage === null && reduceFlag === null) return reduction;
  if (reduceFlag === false) return "none";
  return sizeAverage === false ? "sum" : "mean";
}

/* @__NO_SIDE_EFFECTS__ */
function paired(name: string, f: (x: Expr, y: Expr) => Expr) {
  const run = reducible(name, 2, 2, f as (...x: Expr[]) => Expr);
  return op(
    name,
    names,
    (
      input: Tensor,
      target: Tensor,
      sizeAverage: boolean | null = null,
      reduceFlag: boolean | null = null,
      reduction: Reduction = "mean",
    ): Tensor => run(legacy(reduction, sizeAverage, reduceFlag), input, target),
  );
}

/** (input - target)². */
export const mseLoss = paired("mseLoss", (x, y) => x.sub(y).square());
/** |input - target|. */
export const l1Loss = paired("l1Loss", (x, y) => x.sub(y).abs());
/** log(1 + exp(-target * input)) for targets of 1 and -1. */
export const softMarginLoss = paired("softMarginLoss", (x, y) => x.mul(y).neg().softplus());

const smoothL1 = reducible("smoothL1Loss", 3, 2, ((x: Expr, y: Expr, beta: Expr) => {
  const d = x.sub(y).abs();
  return d.lt(beta).where(d.square().mul(0.5).div(beta), d.sub(beta.mul(0.5)));
}) as (...x: Expr[]) => Expr);
/** Squared below beta, absolute above (Girshick 2015). */
export const smoothL1Loss = op(
  "smoothL1Loss",
  [...names, "beta"],
  (
    input: Tensor,
    target: Tensor,
    sizeAverage: boolean | null = null,
    reduceFlag: boolean | null = null,
    reduction: Reduction = "mean",
    beta = 1,
  ): Tensor => {
    if (beta < 0) throw new ArgumentError("smoothL1Loss", `expected beta of at least 0, got ${beta}`);
    const how = legacy(reduction, sizeAverage, reduceFlag);
    return beta === 0 ? l1Loss(input, target, { reduction: how }) : smoothL1(how, input, target, beta);
  },
);

const huber = reducible("huberLoss", 3, 2, ((x: Expr, y: Expr, delta: Expr) => {
  const d = x.sub(y).abs();
  return d.le(delta).where(d.square().mul(0.5), d.sub(delta.mul(0.5)).mul(delta));
}) as (...x: Expr[]) => Expr);
/** Squared up to delta, linear above (Huber 1964). */
export const huberLoss = op(
  "huberLoss",
  ["target", "reduction", "delta"],
  (input: Tensor, target: Tensor, reduction: Reduction = "mean", delta = 1): Tensor => {
    if (!(delta > 0)) throw new ArgumentError("huberLoss", `expected delta above 0, got ${delta}`);
    return huber(reduction, input, target, delta);
  },
);

const crossEntropyOf = (p: Expr, y: Expr): Expr => {
  // Logarithms are limited to -100, as PyTorch does, so that certainty costs much but not everything.
  const floor = (e: Expr): Expr => e.max(-100);
  return y
    .mul(floor(p.log()))
    .add(y.neg().add(1).mul(floor(p.neg().log1p())))
    .neg();
};
const bce = reducible("binaryCrossEntropy", 2, 2, crossEntropyOf as (...x: Expr[]) => Expr);
const weightedBce = reducible("binaryCrossEntropy", 3, 2, ((p: Expr, y: Expr, w: Expr) =>
  crossEntropyOf(p, y).mul(w)) as (...x: Expr[]) => Expr);
const weighted = ["target", "weight", "sizeAverage", "reduce", "reduction"] as const;

function equalShapes(name: string, input: Tensor, target: Tensor): void {
  if (!sameShape(input.shape, target.shape)) {
    throw new ArgumentError(
      name,
      `expected input and target of one shape, got ${formatShape(input.shape)} and ${formatShape(target.shape)}`,
    );
  }
}

/** -(target * log(input) + (1 - target) * log(1 - input)) for probabilities, times weight. */
export const binaryCrossEntropy = op(
  "binaryCrossEntropy",
  weighted,
  (
    input: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    sizeAverage: boolean | null = null,
    reduceFlag: boolean | null = null,
    reduction: Reduction = "mean",
  ): Tensor => {
    equalShapes("binaryCrossEntropy", input, target);
    const how = legacy(reduction, sizeAverage, reduceFlag);
    return weight === null ? bce(how, input, target) : weightedBce(how, input, target, weight);
  },
);

const logitsLoss = (x: Expr, y: Expr): Expr => y.neg().add(1).mul(x).add(x.neg().softplus());
const bceLogits = reducible("binaryCrossEntropyWithLogits", 2, 2, logitsLoss as (...x: Expr[]) => Expr);
const bceLogitsWeighted = reducible("binaryCrossEntropyWithLogits", 4, 2, ((
  x: Expr,
  y: Expr,
  w: Expr,
  p: Expr,
) =>
  y
    .neg()
    .add(1)
    .mul(x)
    .add(y.mul(p.sub(1)).add(1).mul(x.neg().softplus()))
    .mul(w)) as (...x: Expr[]) => Expr);
/** Binary cross entropy of sigmoid(input) without overflow; posWeight scales the positive term. */
export const binaryCrossEntropyWithLogits = op(
  "binaryCrossEntropyWithLogits",
  [...weighted, "posWeight"],
  (
    input: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    sizeAverage: boolean | null = null,
    reduceFlag: boolean | null = null,
    reduction: Reduction = "mean",
    posWeight: Tensor | null = null,
  ): Tensor => {
    equalShapes("binaryCrossEntropyWithLogits", input, target);
    const how = legacy(reduction, sizeAverage, reduceFlag);
    if (weight === null && posWeight === null) return bceLogits(how, input, target);
    return bceLogitsWeighted(how, input, target, weight ?? 1, posWeight ?? 1);
  },
);

const kl = reducible("klDiv", 2, 2, ((x: Expr, y: Expr) =>
  y.gt(0).where(y.mul(y.log()), 0).sub(y.mul(x))) as (...x: Expr[]) => Expr);
const klLog = reducible("klDiv", 2, 2, ((x: Expr, y: Expr) => y.exp().mul(y.sub(x))) as (
  ...x: Expr[]
) => Expr);
/** target * (log(target) - input) for log-probabilities `input`; "batchmean" divides the sum by the batch size. */
export const klDiv = op(
  "klDiv",
  [...names, "logTarget"],
  (
    input: Tensor,
    target: Tensor,
    sizeAverage: boolean | null = null,
    reduceFlag: boolean | null = null,
    reduction: Reduction | "batchmean" = "mean",
    logTarget = false,
  ): Tensor => {
    const run = logTarget ? klLog : kl;
    if (reduction === "batchmean") return run("sum", input, target).div(input.shape[0] ?? 1);
    return run(legacy(reduction, sizeAverage, reduceFlag), input, target);
  },
);

const poisson = (full: boolean, logInput: boolean) =>
  reducible("poissonNllLoss", 3, 2, ((x: Expr, y: Expr, eps: Expr) => {
    const loss = logInput ? x.exp().sub(y.mul(x)) : x.sub(y.mul(x.add(eps).log()));
    if (!full) return loss;
    const stirling = y
      .mul(y.log())
      .sub(y)
      .add(
        y
          .mul(2 * Math.PI)
          .log()
          .mul(0.5),
      );
    return loss.add(y.gt(1).where(stirling, 0));
  }) as (...x: Expr[]) => Expr);
const poissons = {
  true: { true: poisson(true, true), false: poisson(true, false) },
  false: { true: poisson(false, true), false: poisson(false, false) },
};
/** Negative log likelihood of a Poisson distribution; `full` adds Stirling's approximation of log(target!). */
export const poissonNllLoss = op(
  "poissonNllLoss",
  ["target", "logInput", "full", "sizeAverage", "eps", "reduce", "reduction"],
  (
    input: Tensor,
    target: Tensor,
    logInput = true,
    full = false,
    sizeAverage: boolean | null = null,
    eps = 1e-8,
    reduceFlag: boolean | null = null,
    reduction: Reduction = "mean",
  ): Tensor =>
    poissons[`${full}`][`${logInput}`](legacy(reduction, sizeAverage, reduceFlag), input, target, eps),
);

const gaussian = (full: boolean) =>
  reducible("gaussianNllLoss", 4, 2, ((x: Expr, y: Expr, variance: Expr, eps: Expr) => {
    // The floor on the variance takes no part in differentiation.
    const v = variance.add(variance.detach().max(eps).sub(variance.detach()));
    const loss = v.log().add(x.sub(y).square().div(v)).mul(0.5);
    return full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss;
  }) as (...x: Expr[]) => Expr);
const gaussians = { true: gaussian(true), false: gaussian(false) };
/** Negative log likelihood of a normal distribution with the given variances. */
export const gaussianNllLoss = op(
  "gaussianNllLoss",
  ["target", "var", "full", "eps", "reduction"],
  (
    input: Tensor,
    target: Tensor,
    variance: Tensor,
    full = false,
    eps = 1e-6,
    reduction: Reduction = "mean",
  ): Tensor => {
    let v = variance;
    if (!sameShape(v.shape, input.shape) && v.ndim === input.ndim - 1) v = v.unsqueeze(-1);
    return gaussians[`${full}`](reduction, input, target, v, eps);
  },
);

const hinge = reducible("hingeEmbeddingLoss", 3, 1, ((x: Expr, y: Expr, margin: Expr) =>
  y
    .ne(-1)
    .where(x, 0)
    .add(y.ne(1).where(margin.toFloat().sub(x).clamp(0), 0))) as (...x: Expr[]) => Expr);
/** input where the target is 1, max(0, margin - input) where it is -1; their sum for any other target. */
export const hingeEmbeddingLoss = op(
  "hingeEmbeddingLoss",
  ["target", "margin", "sizeAverage", "reduce", "reduction"],
  (
    input: Tensor,
    target: Tensor,
    margin = 1,
    sizeAverage: boolean | null = null,
    reduceFlag: boolean | null = null,
    reduction: Reduction = "mean",
  ): Tensor => hinge(legacy(reduction, sizeAverage, reduceFlag), input, target, margin),
);

const ranking = reducible("marginRankingLoss", 4, 2, ((a: Expr, b: Expr, y: Expr, margin: Expr) =>
  y.neg().mul(a.sub(b)).add(margin.toFloat()).clamp(0)) as (...x: Expr[]) => Expr);
/** max(0, -target * (input1 - input2) + margin). */
export const marginRankingLoss = op(
  "marginRankingLoss",
  ["input2", "target", "margin", "sizeAverage", "reduce", "reduction"],
  (
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin = 0,
    sizeAverage: boolean | null = null,
    reduceFlag: boolean | null = null,
    reduction: Reduction = "mean",
  ): Tensor => ranking(legacy(reduction, sizeAverage, reduceFlag), input1, input2, target, margin),
);
