/** Losses over classes: cross entropy, negative log likelihood, margins. */
import {
  ArgumentError,
  applyOne,
  arange,
  DTypeError,
  type Expr,
  formatShape,
  isFloat,
  isInt,
  op,
  pointwise,
  type Row,
  rowwise,
  ShapeError,
  sameShape,
  type Tensor,
  zeros,
} from "@flambeau/core";
import { type Flags, type Reduction, reduced, reductionOf } from "./loss.js";

/** Makes the next read throw an IndexError where a target holds a class outside 0 … classes - 1. */
function checkClasses(name: string, target: Tensor, classes: number, ignoreIndex: number): void {
  const probe = zeros([1], { device: target.device, dtype: "bool" }).expand([classes]);
  const indices = notIgnored(target, ignoreIndex);
  applyOne("gather", [probe, indices], {
    op: name,
    coordinates: [{ index: 0 }],
    wrap: false,
    shape: indices.shape,
  });
}
const notIgnored = pointwise(
  "notIgnored",
  (target: Expr, ignored: Expr) => target.eq(ignored).where(0, target),
  { dtype: "promote" },
);

const shapes = (a: Tensor, b: Tensor): string => `${formatShape(a.shape)} and ${formatShape(b.shape)}`;

/** Classes lie along dimension 1 of [N, C, …] and dimension 0 of [C]; targets lack that dimension. */
function classDim(name: string, input: Tensor, target: Tensor): number {
  if (input.ndim === 0)
    throw new ShapeError(name, "expected an input of at least one dimension, got a 0-d tensor");
  const dim = input.ndim === 1 ? 0 : 1;
  const expected = input.shape.toSpliced(dim, 1);
  if (!sameShape(target.shape, expected)) {
    throw new ShapeError(
      name,
      `expected a target of shape ${formatShape(expected)} for classes along dimension ${dim}, got input and target ${shapes(input, target)}`,
    );
  }
  return dim;
}

/** The weights of classes laid along their dimension of the input; 1 where there are none. */
function classWeight(name: string, weight: Tensor | null, input: Tensor, dim: number): Tensor | number {
  if (weight === null) return 1;
  const classes = input.shape[dim] as number;
  if (weight.ndim !== 1 || weight.shape[0] !== classes) {
    throw new ShapeError(name, `expected a weight of shape [${classes}], got ${formatShape(weight.shape)}`);
  }
  return weight.reshape(input.shape.map((_, d) => (d === dim ? classes : 1)));
}

type Pick = readonly [losses: Tensor, weights: Tensor];

/** The mean over classes-weighted rows is their sum over the sum of their weights. */
function finish([losses, weights]: Pick, reduction: Reduction): Tensor {
  return reduction === "mean" ? losses.sum().div(weights.sum()) : reduced(losses, reduction);
}

const nllRows = rowwise(
  "nllLoss",
  (row, x: Expr, target: Expr, weight: Expr, ignored: Expr) => {
    const kept = target.ne(ignored);
    const chosen = row.index().eq(target).and(kept);
    return [row.sum(chosen.where(x.mul(weight), 0)).neg(), row.sum(chosen.where(weight, 0))];
  },
  { promote: [0] },
);

/** -weight * input at the target's class, for log-probabilities (`torch.nn.functional.nll_loss`). */
export const nllLoss = op(
  "nllLoss",
  ["target", "weight", "sizeAverage", "ignoreIndex", "reduce", "reduction"],
  (
    input: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    sizeAverage?: boolean | null,
    ignoreIndex = -100,
    reduce?: boolean | null,
    reduction?: Reduction,
  ): Tensor => {
    const name = "nllLoss";
    if (!isInt(target.dtype))
      throw new DTypeError(name, `expected class indices of an integer dtype, got ${target.dtype}`);
    const dim = classDim(name, input, target);
    checkClasses(name, target, input.shape[dim] as number, ignoreIndex);
    const w = classWeight(name, weight, input, dim);
    const picked = nllRows(input, target.unsqueeze(dim), w, ignoreIndex, { dim }) as unknown as Pick;
    return finish(picked, reductionOf(name, [sizeAverage, reduce, reduction]));
  },
);

const indexRows = rowwise(
  "crossEntropy",
  (row, x: Expr, target: Expr, ignored: Expr) => {
    const shifted = x.sub(row.max(x).detach());
    const logSum = row.sum(shifted.exp()).log();
    const kept = target.ne(ignored);
    const picked = row.sum(row.index().eq(target).where(shifted, 0));
    return [kept.where(logSum.sub(picked), 0), kept.toFloat()];
  },
  { promote: [0] },
);

const logSoftmax = (row: Row, x: Expr): Expr => {
  const shifted = x.sub(row.max(x).detach());
  return shifted.sub(row.sum(shifted.exp()).log());
};

const smoothedRows = rowwise(
  "crossEntropy",
  (row, x: Expr, target: Expr, weight: Expr, ignored: Expr, smoothing: Expr) => {
    const weighted = logSoftmax(row, x).mul(weight);
    const kept = target.ne(ignored);
    const chosen = row.index().eq(target);
    const hard = row.sum(chosen.where(weighted, 0)).neg();
    const soft = row.mean(weighted).neg();
    const loss = hard.mul(smoothing.neg().add(1)).add(soft.mul(smoothing));
    return [kept.where(loss, 0), kept.where(row.sum(chosen.where(weight, 0)), 0)];
  },
  { promote: [0] },
);

const probabilityRows = rowwise(
  "crossEntropy",
  (row, x: Expr, target: Expr, weight: Expr, smoothing: Expr) => {
    const smoothed = target.mul(smoothing.neg().add(1)).add(smoothing.div(row.size));
    return row.sum(logSoftmax(row, x).mul(smoothed).mul(weight)).neg();
  },
  { promote: [0] },
);

/**
 * Cross entropy of softmax(input) with class indices, or with probabilities of the input's shape. Classes lie along
 * dimension 1 of [N, C, …] (0 of [C]). Rows whose target is ignoreIndex count nothing (`torch.nn.functional.cross_entropy`).
 */
export const crossEntropy = op(
  "crossEntropy",
  ["target", "weight", "sizeAverage", "ignoreIndex", "reduce", "reduction", "labelSmoothing"],
  (
    input: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    sizeAverage?: boolean | null,
    ignoreIndex = -100,
    reduce?: boolean | null,
    reduction?: Reduction,
    labelSmoothing = 0,
  ): Tensor => {
    const name = "crossEntropy";
    if (labelSmoothing < 0 || labelSmoothing > 1)
      throw new ArgumentError(name, `expected labelSmoothing between 0 and 1, got ${labelSmoothing}`);
    const how = reductionOf(name, [sizeAverage, reduce, reduction]);
    if (isFloat(target.dtype)) {
      if (!sameShape(target.shape, input.shape))
        throw new ShapeError(
          name,
          `expected probabilities of the input's shape, got ${shapes(input, target)}`,
        );
      const dim = input.ndim === 1 ? 0 : 1;
      const w = classWeight(name, weight, input, dim);
      const losses = probabilityRows(input, target, w, labelSmoothing, { dim });
      if (how !== "mean") return reduced(losses, how);
      return losses.sum().div(input.numel / Math.max(input.shape[dim] as number, 1));
    }
    const dim = classDim(name, input, target);
    if (!isInt(target.dtype))
      throw new DTypeError(name, `expected class indices of an integer dtype, got ${target.dtype}`);
    checkClasses(name, target, input.shape[dim] as number, ignoreIndex);
    const indices = target.unsqueeze(dim);
    if (weight === null && labelSmoothing === 0)
      return finish(indexRows(input, indices, ignoreIndex, { dim }) as unknown as Pick, how);
    const w = classWeight(name, weight, input, dim);
    return finish(
      smoothedRows(input, indices, w, ignoreIndex, labelSmoothing, { dim }) as unknown as Pick,
      how,
    );
  },
);

const multiMarginRows = rowwise(
  "multiMarginLoss",
  (row, x: Expr, target: Expr, weight: Expr, p: Expr, margin: Expr) => {
    const chosen = row.index().eq(target);
    const own = row.sum(chosen.where(x, 0));
    const gap = margin.sub(own).add(x).clamp(0);
    return row
      .sum(
        chosen.where(
          0,
          p
            .eq(1)
            .where(gap, gap.square())
            .mul(row.sum(chosen.where(weight, 0))),
        ),
      )
      .div(row.size);
  },
  { promote: [0] },
);

/** The hinge loss of every other class against the target's, to the power p (`torch.nn.functional.multi_margin_loss`). */
export const multiMarginLoss = op(
  "multiMarginLoss",
  ["target", "p", "margin", "weight", "sizeAverage", "reduce", "reduction"],
  (
    input: Tensor,
    target: Tensor,
    p = 1,
    margin = 1,
    weight: Tensor | null = null,
    ...flags: Flags
  ): Tensor => {
    const name = "multiMarginLoss";
    if (p !== 1 && p !== 2) throw new ArgumentError(name, `expected p to be 1 or 2, got ${p}`);
    if (input.ndim > 2)
      throw new ShapeError(name, `expected an input of shape [N, C] or [C], got ${formatShape(input.shape)}`);
    const x = input.ndim === 2 ? input : input.reshape([1, input.numel]);
    const y = target.reshape([-1]);
    if (y.shape[0] !== x.shape[0])
      throw new ShapeError(name, `expected one target per row, got ${shapes(input, target)}`);
    checkClasses(name, y, x.shape[1] as number, -100);
    const w = classWeight(name, weight, x, 1);
    const losses = multiMarginRows(x, y.unsqueeze(1), w, p, margin, { dim: 1 });
    return reduced(input.ndim === 2 ? losses : losses.squeeze(0), reductionOf(name, flags));
  },
);

const softMarginRows = rowwise(
  "multilabelSoftMarginLoss",
  (row, x: Expr, y: Expr, weight: Expr) =>
    row.mean(y.mul(x.logSigmoid()).add(y.neg().add(1).mul(x.neg().logSigmoid())).neg().mul(weight)),
  { promote: [0] },
);
/** Mean over classes of the binary cross entropy of every label (`torch.nn.functional.multilabel_soft_margin_loss`). */
export const multilabelSoftMarginLoss = op(
  "multilabelSoftMarginLoss",
  ["target", "weight", "sizeAverage", "reduce", "reduction"],
  (input: Tensor, target: Tensor, weight: Tensor | null = null, ...flags: Flags): Tensor =>
    reduced(
      softMarginRows(input, target, weight ?? 1, { dim: -1 }),
      reductionOf("multilabelSoftMarginLoss", flags),
    ),
);

/** How many labels a row lists before its first -1. */
const listLength = rowwise(
  "listLength",
  (row, target: Expr) => row.min(target.lt(0).where(row.index(), row.size)),
  { dtype: "int32" },
);
const isListed = rowwise("isListed", (row, target: Expr, count: Expr, label: Expr) =>
  row.any(row.index().lt(count).and(target.eq(label))),
);
const pairHinges = rowwise(
  "multilabelMarginLoss",
  (row, x: Expr, own: Expr, position: Expr, count: Expr, listed: Expr) =>
    row.sum(position.lt(count).and(listed.not()).where(own.sub(x).neg().add(1).clamp(0), 0)),
  { promote: [0] },
);

/**
 * Hinge between every listed label and every class that is none; a row's labels end at its first -1
 * (`torch.nn.functional.multilabel_margin_loss`).
 */
export const multilabelMarginLoss = op(
  "multilabelMarginLoss",
  ["target", "sizeAverage", "reduce", "reduction"],
  (input: Tensor, target: Tensor, ...flags: Flags): Tensor => {
    const name = "multilabelMarginLoss";
    if (!sameShape(target.shape, input.shape))
      throw new ShapeError(name, `expected a target of the input's shape, got ${shapes(input, target)}`);
    const [x, y] = input.ndim < 2 ? [input.reshape([1, -1]), target.reshape([1, -1])] : [input, target];
    const classes = x.shape[1] as number;
    const range = arange(classes, { device: x.device });
    const counts = listLength(y, { dim: 1, keepdim: true });
    const listed = isListed(y.unsqueeze(2), counts.unsqueeze(2), range, { dim: 1 });
    const own = x.gather(1, y.clamp(0).long());
    const args = [
      x.unsqueeze(1),
      own.unsqueeze(2),
      range.unsqueeze(1),
      counts.unsqueeze(2),
      listed.unsqueeze(1),
    ] as const;
    const losses = pairHinges(...args, { dim: [1, 2] }).div(classes);
    return reduced(input.ndim < 2 ? losses.squeeze(0) : losses, reductionOf(name, flags));
  },
);
