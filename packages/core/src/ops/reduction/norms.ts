/** Norms of vectors, and distances, which are norms of differences computed in the same sweep. */
import { type DType, isFloat } from "../../dtype.js";
import { DTypeError, ShapeError } from "../../errors.js";
import { resultType } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import { rowwise } from "../../fused/rowwise.js";
import type { Expr } from "../../program/expr.js";
import type { Row } from "../../program/row.js";
import { formatShape, normalizeDim, normalizeDims } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectArgument, expectShape } from "../expect.js";
import { op } from "../op.js";
import type { Dims } from "./fold.js";

/** 0 where x is, with no gradient there: the slope of a root at 0 would be infinite. */
const root = (x: Expr): Expr => x.eq(0).where(0, x.eq(0).where(1, x).sqrt());

type Norm = (row: Row, x: Expr, p: Expr) => Expr;
/** By their order; "p" is any other. */
const norms: { readonly [order: string]: Norm } = {
  0: (row, x) => row.sum(x.ne(0).toFloat()),
  1: (row, x) => row.sum(x.abs()),
  2: (row, x) => root(row.sum(x.square())),
  Infinity: (row, x) => row.max(x.abs()),
  "-Infinity": (row, x) => row.min(x.abs()),
  p: (row, x, p) => {
    const size = x.abs();
    const safe = size.eq(0).where(1, size);
    const total = row.sum(size.eq(0).where(p.lt(0).where(Number.POSITIVE_INFINITY, 0), safe.pow(p)));
    const none = total.eq(0);
    return none.where(0, none.where(1, total).pow(p.reciprocal()));
  },
};

/** Kernels of all norms, by order. */
function byOrder<R>(kernel: (norm: Norm) => R): (p: number) => R {
  const made = Object.fromEntries(Object.entries(norms).map(([order, norm]) => [order, kernel(norm)]));
  return (p) => (made[p] ?? made.p) as R;
}
const ofOne = byOrder((norm) =>
  rowwise("norm", (row, x: Expr, p: Expr) => norm(row, x, p), { defaultDim: "all", promote: [0] }),
);
const ofDifference = byOrder((norm) =>
  rowwise("dist", (row, x: Expr, y: Expr, p: Expr) => norm(row, x.sub(y), p), {
    defaultDim: "all",
    promote: [0, 1],
  }),
);

function checkNorm(name: string, x: Tensor, ord: number, dim: Dims): void {
  expectArgument(
    name,
    typeof ord === "number" && !Number.isNaN(ord),
    "the order of the norm to be a number",
    ord,
  );
  if (ord >= 0 && ord !== Number.POSITIVE_INFINITY) return;
  const empty = normalizeDims(name, dim, x.ndim).some((d) => x.shape[d] === 0);
  if (empty)
    throw new ShapeError(
      name,
      `a norm of order ${ord} of no elements is not defined: shape ${formatShape(x.shape)}`,
    );
}

/** The p-norm of the elements along `dim`, or of all (`torch.linalg.vector_norm`). */
export const vectorNorm = op(
  "vectorNorm",
  ["ord", "dim", "keepdim", "dtype"],
  (x: Tensor, ord = 2, dim: Dims = null, keepdim = false, dtype: DType | null = null): Tensor => {
    if (!isFloat(dtype ?? x.dtype) || !isFloat(x.dtype))
      throw new DTypeError(
        "vectorNorm",
        `expected a float tensor, got ${x.dtype}${dtype === null ? "" : ` as ${dtype}`}`,
      );
    checkNorm("vectorNorm", x, ord, dim);
    return ofOne(ord)(dtype === null ? x : x.to(dtype), ord, { dim, keepdim });
  },
);

/** The p-norm of the elements along `dim`, or of all; "fro" is p = 2 (`torch.norm`). */
export const norm = op(
  "norm",
  ["p", "dim", "keepdim", "dtype"],
  (
    x: Tensor,
    p: number | "fro" | null = "fro",
    dim: Dims = null,
    keepdim = false,
    dtype: DType | null = null,
  ): Tensor => {
    expectArgument(
      "norm",
      p === null || p === "fro" || typeof p === "number",
      'p to be a number or "fro"',
      p,
    );
    return vectorNorm(x, typeof p === "number" ? p : 2, dim, keepdim, dtype);
  },
);

/** The p-norm of x - other (`torch.dist`). */
export const dist = op("dist", ["other", "p"], (x: Tensor, other: Tensor, p = 2): Tensor => {
  if (!isFloat(resultType(x, other)))
    throw new DTypeError("dist", `expected float tensors, got ${x.dtype} and ${other.dtype}`);
  return ofDifference(p)(x, other, p, { dim: null });
});

/**
 * Distances between all rows of x1 [..., P, M] and x2 [..., R, M], [..., P, R] (`torch.cdist`). One kernel that never holds the
 * differences; PyTorch's choice of how to compute is accepted and not needed.
 */
export const cdist = op(
  "cdist",
  ["x2", "p", "computeMode"],
  (x1: Tensor, x2: Tensor, p = 2, _computeMode: string | number | null = null): Tensor => {
    if (x1.ndim < 2 || x2.ndim < 2 || x1.shape[x1.ndim - 1] !== x2.shape[x2.ndim - 1]) {
      throw new ShapeError(
        "cdist",
        `expected two batches of rows of one length, got shapes ${formatShape(x1.shape)} and ${formatShape(x2.shape)}`,
      );
    }
    expectArgument("cdist", p >= 0, "p of at least 0", p);
    return ofDifference(p)(x1.unsqueeze(-2), x2.unsqueeze(-3), p, { dim: -1 });
  },
);

const shrink = pointwise(
  "renorm",
  (x, norm, maxnorm) => norm.gt(maxnorm).where(x.mul(maxnorm.div(norm.add(1e-7))), x),
  { dtype: "promote", promote: [0] },
);
/** Slices along `dim` whose p-norm exceeds maxnorm scaled down to it (`torch.renorm`). */
export const renorm = op(
  "renorm",
  ["p", "dim", "maxnorm"],
  (x: Tensor, p: number, dim: number, maxnorm: number): Tensor => {
    expectArgument("renorm", p > 0, "p above 0", p);
    expectArgument("renorm", maxnorm >= 0, "maxnorm of at least 0", maxnorm);
    expectShape("renorm", x.ndim >= 2, "a tensor of at least two dimensions", x);
    const along = normalizeDim("renorm", dim, x.ndim);
    const others = x.shape.map((_, d) => d).filter((d) => d !== along);
    return shrink(x, vectorNorm(x, p, others, true), maxnorm);
  },
);
