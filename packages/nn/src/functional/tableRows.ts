/** What embeddings have in common: rows of a table weight [V, D] that indices name. */
import {
  ArgumentError,
  type Expr,
  linalg,
  noGrad,
  pointwise,
  rowwise,
  type Tensor,
  zeros,
} from "@flambeau/core";

/** A row of the table by number, negative ones from its end. */
export function rowNumber(name: string, weight: Tensor, row: number | null): number | null {
  const count = weight.shape[0] as number;
  if (row === null) return null;
  if (!Number.isInteger(row) || row < -count || row >= count)
    throw new ArgumentError(name, `expected paddingIdx within the table of ${count} rows, got ${row}`);
  return row < 0 ? row + count : row;
}

const shortened = rowwise(
  "embedding",
  (_, x: Expr, norm: Expr, used: Expr, limit: Expr) =>
    used.and(norm.gt(limit)).where(x.mul(limit.div(norm.add(1e-7))), x),
  { promote: [0] },
);
/** Scales those rows of the table that `indices` name down to a norm of maxNorm, in place. */
export function limitRows(weight: Tensor, indices: Tensor, maxNorm: number, normType: number): void {
  noGrad(() => {
    const used = zeros([weight.shape[0] as number, 1], { dtype: "bool", device: weight.device });
    const named = used.indexFill(0, indices.reshape([-1]), true);
    const norms = linalg.vectorNorm(weight, normType, 1, true);
    weight.copy_(shortened(weight, norms, named, maxNorm, { dim: 1 }));
  });
}

const divideGradient = pointwise(
  "scaleGradByFreq",
  (x: Expr, count: Expr) => x.detach().add(x.sub(x.detach()).div(count)),
  { promote: [0] },
);
/** x itself with its gradient divided by counts. */
export const sharedGradient = (x: Tensor, counts: Tensor): Tensor => divideGradient(x, counts);

/** How often each index occurs among all of them, in the shape [..., 1]. */
export function frequencies(weight: Tensor, indices: Tensor): Tensor {
  return noGrad(() => {
    const flat = indices.reshape([-1]);
    const counts = zeros([weight.shape[0] as number], { dtype: "int32", device: weight.device });
    const ones = counts.newZeros([flat.numel]).add(1);
    return counts
      .indexAdd(0, flat, ones)
      .indexSelect(0, flat)
      .reshape([...indices.shape, 1]);
  });
}
