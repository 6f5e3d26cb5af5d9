/** Distances, similarities and the losses built on them (`torch.nn.functional`). */
import {
  ArgumentError,
  type Expr,
  formatShape,
  linalg,
  op,
  rowwise,
  ShapeError,
  type Tensor,
  tensor,
  where,
} from "@flambeau/core";
import { checkReduction, type Flags, type Reduction, reduced, reductionOf } from "./loss.js";

const cosineRows = rowwise(
  "cosineSimilarity",
  (row, a: Expr, b: Expr, eps: Expr) => {
    const norm = (x: Expr): Expr => {
      const square = row.sum(x.square());
      return square.eq(0).where(0, square.sqrt()).clamp(eps);
    };
    return row.sum(a.mul(b)).div(norm(a).mul(norm(b)));
  },
  { promote: [0, 1] },
);

/** The cosine of the angle between x1 and x2 along `dim`; norms are at least eps. */
export const cosineSimilarity = op(
  "cosineSimilarity",
  ["x2", "dim", "eps"],
  (x1: Tensor, x2: Tensor, dim = 1, eps = 1e-8): Tensor => cosineRows(x1, x2, eps, { dim }),
);

/** The p-norm of x1 - x2 + eps along the last dimension. */
export const pairwiseDistance = op(
  "pairwiseDistance",
  ["x2", "p", "eps", "keepdim"],
  (x1: Tensor, x2: Tensor, p = 2, eps = 1e-6, keepdim = false): Tensor =>
    linalg.vectorNorm(x1.sub(x2).add(eps), p, -1, keepdim),
);

/** p-norm distances of all pairs of rows of x [N, D], as a vector of N (N - 1) / 2. */
export const pdist = op("pdist", ["p"], (x: Tensor, p = 2): Tensor => {
  if (x.ndim !== 2)
    throw new ShapeError("pdist", `expected an input of shape [N, D], got ${formatShape(x.shape)}`);
  const n = x.shape[0] as number;
  const pairs: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      pairs[0].push(i);
      pairs[1].push(j);
    }
  }
  const rows = (list: number[]): Tensor =>
    x.indexSelect(0, tensor(list, { dtype: "int32", device: x.device }));
  if (p < 0) throw new ArgumentError("pdist", `expected p of at least 0, got ${p}`);
  return linalg.vectorNorm(rows(pairs[0]).sub(rows(pairs[1])), p, -1);
});

/** 1 - cos for targets of 1, max(0, cos - margin) for -1. */
export const cosineEmbeddingLoss = op(
  "cosineEmbeddingLoss",
  ["input2", "target", "margin", "sizeAverage", "reduce", "reduction"],
  (input1: Tensor, input2: Tensor, target: Tensor, margin = 0, ...flags: Flags): Tensor => {
    if (input1.ndim !== target.ndim + 1) {
      throw new ShapeError(
        "cosineEmbeddingLoss",
        `expected a target of one dimension less than the inputs, got shapes ${formatShape(input1.shape)} and ${formatShape(target.shape)}`,
      );
    }
    const cosine = embeddingCosine(input1, input2, { dim: -1 });
    const positive = where(target.eq(1), cosine.neg().add(1), 0);
    const negative = where(target.eq(-1), cosine.sub(margin).clampMin(0), 0);
    return reduced(positive.add(negative), reductionOf("cosineEmbeddingLoss", flags));
  },
);
const embeddingCosine = rowwise("cosineEmbeddingLoss", (row, a: Expr, b: Expr) => {
  const eps = 1e-12;
  return row.sum(a.mul(b)).div(row.sum(a.square()).add(eps).mul(row.sum(b.square()).add(eps)).sqrt());
});

/** max(0, d(anchor, positive) - d(anchor, negative) + margin) (Balntas et al. 2016). */
export const tripletMarginLoss = op(
  "tripletMarginLoss",
  ["positive", "negative", "margin", "p", "eps", "swap", "sizeAverage", "reduce", "reduction"],
  (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin = 1,
    p = 2,
    eps = 1e-6,
    swap = false,
    ...flags: Flags
  ): Tensor =>
    tripletMarginWithDistanceLoss(anchor, positive, negative, {
      distanceFunction: (a, b) => pairwiseDistance(a, b, p, eps),
      margin,
      swap,
      reduction: reductionOf("tripletMarginLoss", flags),
    }),
);

/** Triplet loss with any distance. */
export const tripletMarginWithDistanceLoss = op(
  "tripletMarginWithDistanceLoss",
  ["positive", "negative", "distanceFunction", "margin", "swap", "reduction"],
  (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    distanceFunction: ((a: Tensor, b: Tensor) => Tensor) | null = null,
    margin = 1,
    swap = false,
    reduction: Reduction = "mean",
  ): Tensor => {
    const distance = distanceFunction ?? pairwiseDistance;
    const near = distance(anchor, positive);
    let far = distance(anchor, negative);
    if (swap) far = far.minimum(distance(positive, negative));
    return reduced(near.sub(far).add(margin).clampMin(0), checkReduction("tripletMarginLoss", reduction));
  },
);
