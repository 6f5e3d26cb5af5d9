/** Elementwise losses (`torch.nn.functional`): one fused kernel each, reduced within it. */
import {
  ArgumentError,
  type Expr,
  formatShape,
  op,
  pointwise,
  type Row,
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

/** PyTorch's deprecated pair of flags and the reduction that replaced them. */
export type Flags = [sizeAverage?: boolean | null, reduce?: boolean | null, reduction?: Reduction];

/** The reduction that the flags ask for, where one of them is given, else the one named. */
export function reductionOf(name: string, [sizeAverage, reduce, reduction]: Flags): Reduction {
  if ((sizeAverage ?? reduce ?? null) === null) return checkReduction(name, reduction ?? "mean");
  if (reduce === false) return "none";
  return sizeAverage === false ? "sum" : "mean";
}

/** Reduces losses that another kernel made. */
export const reduced = (losses: Tensor, reduction: Reduction): Tensor =>
  reduction === "none" ? losses : losses[reduction]();

/** The three reductions of one expression, each a kernel. The first `deciding` arguments set the dtype. */
/* @__NO_SIDE_EFFECTS__ */
function reducible<A extends Expr[]>(name: string, deciding: number, f: (...x: A) => Expr) {
  const promote = Array.from({ length: deciding }, (_, i) => i);
  const along = (how: "sum" | "mean") => {
    const run = (row: Row, ...x: A): Expr => row[how](f(...x));
    // Kernels take as many arguments as their function says.
    Object.defineProperty(run, "length", { value: f.length + 1 });
    return rowwise(name, run, { promote, defaultDim: "all" });
  };
  const runs = { none: pointwise(name, f, { promote }), sum: along("sum"), mean: along("mean") };
  return (reduction: Reduction, ...args: { [K in keyof A]: TensorLike }): Tensor =>
    (runs[reduction] as (...args: TensorLike[]) => Tensor)(...args);
}

/* @__NO_SIDE_EFFECTS__ */
function paired(name: string, f: (x: Expr, y: Expr) => Expr) {
  const run = reducible(name, 2, f);
  return op(
    name,
    ["target", "sizeAverage", "reduce", "reduction"],
    (input: Tensor, target: Tensor, ...flags: Flags): Tensor => run(reductionOf(name, flags), input, target),
  );
}

/** (input - target)². */
export const mseLoss = paired("mseLoss", (x, y) => x.sub(y).square());
/** |input - target|. */
export const l1Loss = paired("l1Loss", (x, y) => x.sub(y).abs());
/** log(1 + exp(-target * input)) for targets of 1 and -1. */
export const softMarginLoss = paired("softMarginLoss", (x, y) => x.mul(y).neg().softplus());

const smoothL1 = reducible("smoothL1Loss", 2, (x: Expr, y: Expr, beta: Expr) => {
  const d = x.sub(y).abs();
  return d.lt(beta).where(d.square().mul(0.5).div(beta), d.sub(beta.mul(0.5)));
});
/** Squared below beta, absolute above (Girshick 2015). */
export const smoothL1Loss = op(
  "smoothL1Loss",
  ["target", "sizeAverage", "reduce", "reduction", "beta"],
  (
    input: Tensor,
    target: Tensor,
    sizeAverage?: boolean | null,
    reduce?: boolean | null,
    reduction?: Reduction,
    beta = 1,
  ): Tensor => {
    if (beta < 0) throw new ArgumentError("smoothL1Loss", `expected beta of at least 0, got ${beta}`);
    const how = reductionOf("smoothL1Loss", [sizeAverage, reduce, reduction]);
    return beta === 0 ? l1Loss(input, target, { reduction: how }) : smoothL1(how, input, target, beta);
  },
);

const huber = reducible("huberLoss", 2, (x: Expr, y: Expr, delta: Expr) => {
  const d = x.sub(y).abs();
  return d.le(delta).where(d.square().mul(0.5), d.sub(delta.mul(0.5)).mul(delta));
});
/** Squared up to delta, linear above (Huber 1964). */
export const huberLoss = op(
  "huberLoss",
  ["target", "reduction", "delta"],
  (input: Tensor, target: Tensor, reduction: Reduction = "mean", delta = 1): Tensor => {
    if (!(delta > 0)) throw new ArgumentError("huberLoss", `expected delta above 0, got ${delta}`);
    return huber(checkReduction("huberLoss", reduction), input, target, delta);
  },
);

function equalShapes(name: string, input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  throw new ArgumentError(
    name,
    `expected input and target of one shape, got ${formatShape(input.shape)} and ${formatShape(target.shape)}`,
  );
}

const crossEntropyOf = (p: Expr, y: Expr): Expr => {
  // Logarithms are limited to -100, as PyTorch does, so that certainty costs much but not everything.
  const positive = y.mul(p.log().max(-100));
  return positive.add(y.neg().add(1).mul(p.neg().log1p().max(-100))).neg();
};
const bce = reducible("binaryCrossEntropy", 2, crossEntropyOf);
const weightedBce = reducible("binaryCrossEntropy", 2, (p: Expr, y: Expr, weight: Expr) =>
  crossEntropyOf(p, y).mul(weight),
);
/** -(target * log(input) + (1 - target) * log(1 - input)) for probabilities, times weight. */
export const binaryCrossEntropy = op(
  "binaryCrossEntropy",
  ["target", "weight", "sizeAverage", "reduce", "reduction"],
  (input: Tensor, target: Tensor, weight: Tensor | null = null, ...flags: Flags): Tensor => {
    equalShapes("binaryCrossEntropy", input, target);
    const how = reductionOf("binaryCrossEntropy", flags);
    return weight === null ? bce(how, input, target) : weightedBce(how, input, target, weight);
  },
);

const logitsBce = reducible("binaryCrossEntropyWithLogits", 2, (x: Expr, y: Expr) =>
  y.neg().add(1).mul(x).add(x.neg().softplus()),
);
const weightedLogitsBce = reducible(
  "binaryCrossEntropyWithLogits",
  2,
  (x: Expr, y: Expr, weight: Expr, posWeight: Expr) => {
    const positive = y.mul(posWeight.sub(1)).add(1).mul(x.neg().softplus());
    return y.neg().add(1).mul(x).add(positive).mul(weight);
  },
);
/** Binary cross entropy of sigmoid(input) without overflow; posWeight scales the positive term. */
export const binaryCrossEntropyWithLogits = op(
  "binaryCrossEntropyWithLogits",
  ["target", "weight", "sizeAverage", "reduce", "reduction", "posWeight"],
  (
    input: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    sizeAverage?: boolean | null,
    reduce?: boolean | null,
    reduction?: Reduction,
    posWeight: Tensor | null = null,
  ): Tensor => {
    const name = "binaryCrossEntropyWithLogits";
    equalShapes(name, input, target);
    const how = reductionOf(name, [sizeAverage, reduce, reduction]);
    if (weight === null && posWeight === null) return logitsBce(how, input, target);
    return weightedLogitsBce(how, input, target, weight ?? 1, posWeight ?? 1);
  },
);

const kl = reducible("klDiv", 2, (x: Expr, y: Expr) => y.gt(0).where(y.mul(y.log()), 0).sub(y.mul(x)));
const klLog = reducible("klDiv", 2, (x: Expr, y: Expr) => y.exp().mul(y.sub(x)));
/** target * (log(target) - input) for log-probabilities `input`; "batchmean" divides the sum by the batch size. */
export const klDiv = op(
  "klDiv",
  ["target", "sizeAverage", "reduce", "reduction", "logTarget"],
  (
    input: Tensor,
    target: Tensor,
    sizeAverage?: boolean | null,
    reduce?: boolean | null,
    reduction?: Reduction | "batchmean",
    logTarget = false,
  ): Tensor => {
    const run = logTarget ? klLog : kl;
    if (reduction === "batchmean") return run("sum", input, target).div(input.shape[0] ?? 1);
    return run(reductionOf("klDiv", [sizeAverage, reduce, reduction]), input, target);
  },
);

const poisson = (full: boolean, logInput: boolean) =>
  reducible("poissonNllLoss", 2, (x: Expr, y: Expr, eps: Expr) => {
    const loss = logInput ? x.exp().sub(y.mul(x)) : x.sub(y.mul(x.add(eps).log()));
    if (!full) return loss;
    const logOfRoot = y
      .mul(2 * Math.PI)
      .log()
      .mul(0.5);
    return loss.add(y.gt(1).where(y.mul(y.log()).sub(y).add(logOfRoot), 0));
  });
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
    sizeAverage?: boolean | null,
    eps = 1e-8,
    reduce?: boolean | null,
    reduction?: Reduction,
  ): Tensor => {
    const how = reductionOf("poissonNllLoss", [sizeAverage, reduce, reduction]);
    return poissons[`${full}`][`${logInput}`](how, input, target, eps);
  },
);

const gaussian = (full: boolean) =>
  reducible("gaussianNllLoss", 2, (x: Expr, y: Expr, variance: Expr, eps: Expr) => {
    // The floor on the variance takes no part in differentiation.
    const v = variance.add(variance.detach().max(eps).sub(variance.detach()));
    const loss = v.log().add(x.sub(y).square().div(v)).mul(0.5);
    return full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss;
  });
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
    const lacksDim = !sameShape(variance.shape, input.shape) && variance.ndim === input.ndim - 1;
    const v = lacksDim ? variance.unsqueeze(-1) : variance;
    return gaussians[`${full}`](checkReduction("gaussianNllLoss", reduction), input, target, v, eps);
  },
);

const hinge = reducible("hingeEmbeddingLoss", 1, (x: Expr, y: Expr, margin: Expr) =>
  y
    .ne(-1)
    .where(x, 0)
    .add(y.ne(1).where(margin.toFloat().sub(x).clamp(0), 0)),
);
/** input where the target is 1, max(0, margin - input) where it is -1; their sum for any other target. */
export const hingeEmbeddingLoss = op(
  "hingeEmbeddingLoss",
  ["target", "margin", "sizeAverage", "reduce", "reduction"],
  (input: Tensor, target: Tensor, margin = 1, ...flags: Flags): Tensor =>
    hinge(reductionOf("hingeEmbeddingLoss", flags), input, target, margin),
);

const ranking = reducible("marginRankingLoss", 2, (a: Expr, b: Expr, y: Expr, margin: Expr) =>
  y.neg().mul(a.sub(b)).add(margin.toFloat()).clamp(0),
);
/** max(0, -target * (input1 - input2) + margin). */
export const marginRankingLoss = op(
  "marginRankingLoss",
  ["input2", "target", "margin", "sizeAverage", "reduce", "reduction"],
  (input1: Tensor, input2: Tensor, target: Tensor, margin = 0, ...flags: Flags): Tensor =>
    ranking(reductionOf("marginRankingLoss", flags), input1, input2, target, margin),
);
