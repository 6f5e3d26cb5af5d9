/** Quantiles, interpolated between neighbours. */
import { isFloat } from "../../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { rowwise } from "../../fused/rowwise.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { full } from "../creation.js";
import { op } from "../op.js";
import { lerp } from "../pointwise/ternary.js";
import { reshape } from "../shape/reshape.js";
import { addDim, atLeastOneDim, dropDim, moveDim } from "../shape/slicing.js";
import { gatherAlong } from "./along.js";
import { sort } from "./sort.js";

export type Interpolation = "linear" | "lower" | "higher" | "midpoint" | "nearest";
const interpolations: readonly Interpolation[] = ["linear", "lower", "higher", "midpoint", "nearest"];

/** Elements of a row that are numbers. */
const counted = rowwise("quantile", (row, x) => row.sum(x.isnan().not().toInt()), { dtype: "int32" });
const rank = pointwise(
  "quantile",
  (q, count, size) => count.lt(size).where(size.sub(1).toFloat(), q.mul(size.sub(1))),
  { dtype: "promote", promote: [0] },
);
const nanRank = pointwise("nanquantile", (q, count) => q.mul(count.sub(1).max(0)), {
  dtype: "promote",
  promote: [0],
});
const below = pointwise("quantile", (at) => at.floor().toInt(), { dtype: "int32" });
const above = pointwise("quantile", (at) => at.ceil().toInt(), { dtype: "int32" });
const nearest = pointwise("quantile", (at) => at.round().toInt(), { dtype: "int32" });
const weight = pointwise("quantile", (at) => at.sub(at.floor()));

function quantileOf(
  name: "quantile" | "nanquantile",
  x: Tensor,
  q: number | Tensor,
  dim: number | null,
  keepdim: boolean,
  interpolation: Interpolation,
): Tensor {
  if (x.dtype !== "float32" && x.dtype !== "float64")
    throw new DTypeError(name, `expected a float32 or float64 tensor, got ${x.dtype}`);
  if (x.numel === 0)
    throw new ShapeError(name, `expected at least one element, got shape ${formatShape(x.shape)}`);
  if (!interpolations.includes(interpolation)) {
    throw new ArgumentError(
      name,
      `expected interpolation ${interpolations.join(", ")}, got "${String(interpolation)}"`,
    );
  }
  if (q instanceof Tensor && (q.shape.length > 1 || !isFloat(q.dtype) || q.dtype !== x.dtype)) {
    throw new ArgumentError(
      name,
      `expected q to be a number or a ${x.dtype} tensor of rank 0 or 1, got ${q.dtype} of shape ${formatShape(q.shape)}`,
    );
  }
  if (typeof q === "number" && !(q >= 0 && q <= 1))
    throw new ArgumentError(name, `expected q from 0 to 1, got ${q}`);
  const qs = q instanceof Tensor ? q : full([], q, { dtype: x.dtype, device: x.device });

  const at = dim === null ? null : normalizeDim(name, dim, x.shape.length);
  const rows =
    at === null ? reshape(x, [x.numel]) : moveDim(atLeastOneDim(x), at, Math.max(0, x.shape.length - 1));
  const last = rows.shape.length - 1;
  const { values } = sort(rows);
  const count = counted(values, { dim: last, keepdim: true });
  const along = atLeastOneDim(qs);
  const places = name === "quantile" ? rank(along, count, rows.shape[last] as number) : nanRank(along, count);
  const pick = (index: Tensor): Tensor => gatherAlong(name, values, last, index);
  const between = (w: Tensor): Tensor => lerp(pick(below(places)), pick(above(places)), w);
  const picked = {
    linear: () => between(weight(places)),
    lower: () => pick(below(places)),
    higher: () => pick(above(places)),
    midpoint: () => between(full([], 0.5, { dtype: x.dtype, device: x.device })),
    nearest: () => pick(nearest(places)),
  }[interpolation]();

  const first = moveDim(picked, last, 0);
  const result = qs.shape.length === 0 ? dropDim(first, 0) : first;
  if (!keepdim || x.shape.length === 0) return result;
  const lead = qs.shape.length;
  if (at !== null) return addDim(result, at + lead);
  return reshape(result, [...qs.shape, ...x.shape.map(() => 1)]);
}

/**
 * The value below which a fraction `q` of the elements lies, along `dim` or of all (`torch.quantile`). A 1-d `q` gives a leading dimension.
 * `interpolation` says what stands between two elements. NaN where a row has one.
 */
export const quantile = op(
  "quantile",
  ["q", "dim", "keepdim", "interpolation"],
  (
    x: Tensor,
    q: number | Tensor,
    dim: number | null = null,
    keepdim = false,
    interpolation: Interpolation = "linear",
  ): Tensor => quantileOf("quantile", x, q, dim, keepdim, interpolation),
);

/** As `quantile`, of the elements that are not NaN (`torch.nanquantile`). */
export const nanquantile = op(
  "nanquantile",
  ["q", "dim", "keepdim", "interpolation"],
  (
    x: Tensor,
    q: number | Tensor,
    dim: number | null = null,
    keepdim = false,
    interpolation: Interpolation = "linear",
  ): Tensor => quantileOf("nanquantile", x, q, dim, keepdim, interpolation),
);
