/** Quantiles, interpolated between neighbours. */
import { ArgumentError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { rowwise } from "../../fused/rowwise.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { scalarLike } from "../creation.js";
import { expectArgument, expectDType, expectShape } from "../expect.js";
import { opsOf } from "../op.js";
import { lerp } from "../pointwise/ternary.js";
import { frac } from "../pointwise/unary.js";
import { reshape } from "../shape/reshape.js";
import { addDim, atLeastOneDim, dropDim, moveDim } from "../shape/slicing.js";
import { gatherAlong } from "./along.js";
import { sort } from "./sort.js";

/** The number of a row's elements that are numbers. */
const counted = rowwise("quantile", (row, x) => row.sum(x.isnan().not().toInt()), { dtype: "int32" });
const ofQ = { dtype: "promote", promote: [0] } as const;
/** Where in a sorted row, whose NaN come last, a quantile lies; at the end where there is NaN. */
const ranks = {
  quantile: pointwise(
    "quantile",
    (q, count, size) => count.lt(size).where(size.sub(1).toFloat(), q.mul(size.sub(1))),
    ofQ,
  ),
  nanquantile: pointwise("nanquantile", (q, count, _size) => q.mul(count.sub(1).max(0)), ofQ),
};

const neighbour = (round: "floor" | "ceil" | "round") =>
  pointwise("quantile", (at) => at[round]().toInt(), { dtype: "int32" });
const [below, above, nearest] = [neighbour("floor"), neighbour("ceil"), neighbour("round")];

type Pick = (index: Tensor) => Tensor;
const interpolations = {
  linear: (at: Tensor, pick: Pick) => lerp(pick(below(at)), pick(above(at)), frac(at)),
  lower: (at: Tensor, pick: Pick) => pick(below(at)),
  higher: (at: Tensor, pick: Pick) => pick(above(at)),
  midpoint: (at: Tensor, pick: Pick) => lerp(pick(below(at)), pick(above(at)), 0.5),
  nearest: (at: Tensor, pick: Pick) => pick(nearest(at)),
};
export type Interpolation = keyof typeof interpolations;

function quantileOf(
  name: string,
  x: Tensor,
  q: number | Tensor,
  dim: number | null = null,
  keepdim = false,
  interpolation: Interpolation = "linear",
): Tensor {
  expectDType(name, x.dtype === "float32" || x.dtype === "float64", "a float32 or float64 tensor", x.dtype);
  expectShape(name, x.numel > 0, "at least one element", x);
  if (!Object.hasOwn(interpolations, interpolation)) {
    throw new ArgumentError(
      name,
      `expected interpolation ${Object.keys(interpolations).join(", ")}, got "${String(interpolation)}"`,
    );
  }
  if (q instanceof Tensor && (q.shape.length > 1 || q.dtype !== x.dtype)) {
    throw new ArgumentError(
      name,
      `expected q to be a number or a ${x.dtype} tensor of rank 0 or 1, got ${q.dtype} of shape ${formatShape(q.shape)}`,
    );
  }
  expectArgument(name, typeof q !== "number" || (q >= 0 && q <= 1), "q from 0 to 1", q);
  const qs = q instanceof Tensor ? q : scalarLike(x, q);

  const at = dim === null ? null : normalizeDim(name, dim, x.shape.length);
  const rows =
    at === null ? reshape(x, [x.numel]) : moveDim(atLeastOneDim(x), at, Math.max(0, x.shape.length - 1));
  const last = rows.shape.length - 1;
  const { values } = sort(rows);
  const count = counted(values, { dim: last, keepdim: true });
  const places = ranks[name as keyof typeof ranks](atLeastOneDim(qs), count, rows.shape[last] as number);
  const picked = interpolations[interpolation](places, (index) => gatherAlong(name, values, last, index));

  const first = moveDim(picked, last, 0);
  const result = qs.shape.length === 0 ? dropDim(first, 0) : first;
  if (!keepdim || x.shape.length === 0) return result;
  const lead = qs.shape.length;
  if (at !== null) return addDim(result, at + lead);
  return reshape(result, [...qs.shape, ...x.shape.map(() => 1)]);
}

const quantiles = opsOf(["q", "dim", "keepdim", "interpolation"], quantileOf);
/**
 * The value below which a fraction `q` of the elements lies, along `dim` or of all (`torch.quantile`). A 1-d `q` gives a leading dimension.
 * `interpolation` says what stands between two elements. NaN where a row has one.
 */
export const quantile = quantiles("quantile");
/** As `quantile`, of the elements that are not NaN (`torch.nanquantile`). */
export const nanquantile = quantiles("nanquantile");
