/** Embeddings reduced bag by bag (`torch.nn.functional.embedding_bag`). */
import {
  ArgumentError,
  arange,
  DTypeError,
  type Expr,
  embeddingLookup,
  formatShape,
  isInt,
  op,
  pointwise,
  ShapeError,
  sameShape,
  searchsorted,
  type Tensor,
  zeros,
} from "@flambeau/core";
import { frequencies, limitRows, rowNumber, sharedGradient } from "./tableRows.js";

export type BagMode = "sum" | "mean" | "max";

const average = pointwise("embeddingBag", (sum: Expr, count: Expr) => sum.div(count.max(1)), {
  promote: [0],
});
/** The bag of an index, or one more than the last where the index does not count. */
const counted = pointwise(
  "embeddingBag",
  (bag: Expr, index: Expr, padding: Expr, bags: Expr) => index.eq(padding).where(bags, bag),
  { dtype: "int32", promote: [0, 1] },
);

interface Bags {
  readonly count: number;
  /** The bag of every index, int32. */
  readonly of: Tensor;
}

function bagsOf(name: string, indices: Tensor, offsets: Tensor | null, includeLastOffset: boolean): Bags {
  const positions = (n: number): Tensor => arange(n, { dtype: "int32", device: indices.device });
  if (indices.ndim === 2) {
    if (offsets !== null) throw new ArgumentError(name, "expected no offsets beside 2-d indices");
    const [count, size] = indices.shape as [number, number];
    return { count, of: positions(count).unsqueeze(1).expand([count, size]).reshape([-1]) };
  }
  if (indices.ndim !== 1)
    throw new ShapeError(name, `expected indices of rank 1 or 2, got shape ${formatShape(indices.shape)}`);
  if (offsets === null || offsets.ndim !== 1)
    throw new ArgumentError(name, "expected a vector of offsets beside 1-d indices");
  const count = offsets.numel - (includeLastOffset ? 1 : 0);
  if (count < 0) throw new ArgumentError(name, "includeLastOffset needs at least one offset");
  const after = searchsorted(offsets.int(), positions(indices.numel), { right: true, outInt32: true });
  return { count, of: after.sub(1) };
}

/**
 * Sums, means or maxima of the rows of weight [V, D] that each bag of indices names → [bags, D]. Rows of 2-d indices are bags; 1-d ones are
 * cut at `offsets`, whose last entry is an end when `includeLastOffset`. Rows may be weighted one by one in mode "sum", paddingIdx is
 * left out, empty bags are 0. maxNorm and scaleGradByFreq work as in `embedding`; gradients are dense whatever `sparse` says.
 */
export const embeddingBag = op(
  "embeddingBag",
  [
    "weight",
    "offsets",
    "maxNorm",
    "normType",
    "scaleGradByFreq",
    "mode",
    "sparse",
    "perSampleWeights",
    "includeLastOffset",
    "paddingIdx",
  ],
  (
    indices: Tensor,
    weight: Tensor,
    offsets: Tensor | null = null,
    maxNorm: number | null = null,
    normType = 2,
    scaleGradByFreq = false,
    mode: BagMode = "mean",
    _sparse = false,
    perSampleWeights: Tensor | null = null,
    includeLastOffset = false,
    paddingIdx: number | null = null,
  ): Tensor => {
    const name = "embeddingBag";
    if (!isInt(indices.dtype))
      throw new DTypeError(name, `expected indices of an integer dtype, got ${indices.dtype}`);
    if (mode !== "sum" && mode !== "mean" && mode !== "max")
      throw new ArgumentError(name, `expected mode "sum", "mean" or "max", got "${String(mode)}"`);
    if (perSampleWeights !== null && mode !== "sum")
      throw new ArgumentError(name, `perSampleWeights go with mode "sum", got "${mode}"`);
    if (perSampleWeights !== null && !sameShape(perSampleWeights.shape, indices.shape))
      throw new ShapeError(
        name,
        `expected perSampleWeights of shape ${formatShape(indices.shape)}, got ${formatShape(perSampleWeights.shape)}`,
      );
    const flat = indices.reshape([-1]);
    const { count, of } = bagsOf(name, indices, offsets, includeLastOffset);
    if (maxNorm !== null) limitRows(weight, flat, maxNorm, normType);
    let rows = embeddingLookup(weight, flat);
    if (scaleGradByFreq) rows = sharedGradient(rows, frequencies(weight, flat));
    if (perSampleWeights !== null) rows = rows.mul(perSampleWeights.reshape([-1, 1]));
    const padding = rowNumber(name, weight, paddingIdx);
    const bag = padding === null ? of : counted(of, flat, padding, count);
    // One more bag takes what does not count.
    const start = zeros([count + 1, weight.shape[1] as number], { dtype: rows.dtype, device: rows.device });
    if (mode === "max") {
      const index = bag.unsqueeze(1).expand(rows.shape);
      return start.scatterReduce(0, index, rows, "amax", false).narrow(0, 0, count);
    }
    const sums = start.indexAdd(0, bag, rows).narrow(0, 0, count);
    if (mode === "sum") return sums;
    const sizes = zeros([count + 1], { dtype: "int32", device: rows.device });
    const sized = sizes.indexAdd(0, bag, bag.mul(0).add(1)).narrow(0, 0, count);
    return average(sums, sized.unsqueeze(1));
  },
);
