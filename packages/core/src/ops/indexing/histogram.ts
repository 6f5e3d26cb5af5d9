/** Histograms of one and of several variables. */
import { ArgumentError } from "../../errors.js";
import { pointwise } from "../../fused/pointwise.js";
import { noGrad } from "../../gradMode.js";
import { formatShape, numelOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { ones, zeros } from "../creation.js";
import { expectDType, expectFloat, expectInteger, expectSameShape, expectShape } from "../expect.js";
import { type NamedTuple, namedTuple } from "../namedTuple.js";
import { op } from "../op.js";
import { where } from "../pointwise/where.js";
import { linspace } from "../ranges.js";
import { readNumber } from "../shape/reading.js";
import { bisect } from "./bisect.js";
import { tallied } from "./scattering.js";

type Bins = number | Tensor;

/** Edges of equal bins from low to high; over the range of the data without a range, and half a unit to both sides of one value. */
function equalEdges(name: string, x: Tensor, bins: number, range: readonly number[] | null): Tensor {
  expectInteger(name, 1, "a positive number of bins", bins);
  const ends =
    range ?? (x.numel === 0 ? [0, 1] : Object.values(x.aminmax()).map((end) => readNumber(name, end)));
  const [low, high] = ends as [number, number];
  if (ends.length !== 2 || !(low <= high) || !Number.isFinite(high - low))
    throw new ArgumentError(name, `expected a finite range from low to high, got ${formatShape(ends)}`);
  const margin = low === high ? 0.5 : 0;
  return linspace(low - margin, high + margin, bins + 1, { dtype: x.dtype, device: x.device });
}

function edgesOf(name: string, x: Tensor, bins: Bins, range: readonly number[] | null): Tensor {
  if (!(bins instanceof Tensor)) return equalEdges(name, x, bins, range);
  expectShape(name, bins.ndim === 1 && bins.numel > 0, "a vector of bin edges", bins);
  expectDType(name, bins.dtype === x.dtype, `bin edges of dtype ${x.dtype}`, bins.dtype);
  if (range !== null) throw new ArgumentError(name, "expected no range beside bin edges");
  return bins;
}

/** Each value's bin, the last one closed, and whether it lies in any. */
const placed = pointwise(
  "histogram",
  (x, after, first, last, bins) => [after.sub(1).clamp(0, bins.sub(1)), x.ge(first).and(x.le(last))],
  { dtype: ["int32", "bool"] },
);

function check(name: string, x: Tensor, weight: Tensor | null, shape: readonly number[]): void {
  expectFloat(name, x.dtype);
  if (weight === null) return;
  expectSameShape(name, "a weight", shape, weight);
  expectDType(name, weight.dtype === x.dtype, `a weight of dtype ${x.dtype}`, weight.dtype);
}

/** Sums of weights by bin: `columns` has one vector of values per dimension of the histogram. */
function count(
  name: string,
  columns: readonly Tensor[],
  edges: readonly Tensor[],
  weight: Tensor | null,
  density: boolean,
): Tensor {
  const [model] = columns as [Tensor];
  const like = { dtype: model.dtype, device: model.device };
  const sizes = edges.map((edge) => edge.numel - 1);
  let index = zeros([model.numel], { dtype: "int32", device: model.device });
  let inside = index.eq(0);
  columns.forEach((values, d) => {
    const [edge, bins] = [edges[d] as Tensor, sizes[d] as number];
    const after = bisect(name, edge, values, true);
    const [bin, within] = placed(values, after, edge.select(0, 0), edge.select(0, bins), bins) as [
      Tensor,
      Tensor,
    ];
    index = index.mul(bins).add(bin);
    inside = inside.logicalAnd(within);
  });
  const amounts = where(inside, weight ?? ones([model.numel], like), 0);
  let histogram = tallied(name, numelOf(sizes), index, amounts).reshape(sizes);
  if (!density) return histogram;
  histogram = histogram.div(histogram.sum());
  edges.forEach((edge, d) => {
    histogram = histogram.div(edge.diff().reshape(sizes.map((n, i) => (i === d ? n : 1))));
  });
  return histogram;
}

export type Histogram = NamedTuple<readonly ["hist", "binEdges"], Tensor>;

/**
 * Counts of the elements, or sums of `weight`, by bin (`torch.histogram`): `bins` equal ones over `range`, by default that of the data,
 * or the bins between given edges. The last bin is closed. With `density` the integral is 1. Returns {hist, binEdges} in x's dtype.
 */
export const histogram = op(
  "histogram",
  ["bins", "range", "weight", "density"],
  (
    x: Tensor,
    bins: Bins,
    range: readonly number[] | null = null,
    weight: Tensor | null = null,
    density = false,
  ): Histogram =>
    noGrad(() => {
      check("histogram", x, weight, x.shape);
      const edges = edgesOf("histogram", x, bins, range);
      const values = weight === null ? null : weight.reshape([weight.numel]);
      const hist = count("histogram", [x.reshape([x.numel])], [edges], values, density);
      return namedTuple(["hist", "binEdges"], [hist, edges]) as Histogram;
    }),
);

/**
 * As `histogram` for points whose coordinates lie along the last dimension: x [..., D], bins for all or for each of D, range as 2D
 * numbers, weight [...] (`torch.histogramdd`). Returns {hist, binEdges} with a list of edges.
 */
export const histogramdd = op(
  "histogramdd",
  ["bins", "range", "weight", "density"],
  (
    x: Tensor,
    bins: number | readonly Bins[],
    range: readonly number[] | null = null,
    weight: Tensor | null = null,
    density = false,
  ): { readonly hist: Tensor; readonly binEdges: readonly Tensor[] } =>
    noGrad(() => {
      const name = "histogramdd";
      expectShape(name, x.ndim >= 2, "points [..., D]", x);
      const dims = x.shape[x.ndim - 1] as number;
      check(name, x, weight, x.shape.slice(0, -1));
      const each = typeof bins === "number" ? new Array<Bins>(dims).fill(bins) : bins;
      if (each.length !== dims)
        throw new ArgumentError(name, `expected bins for ${dims} dimensions, got ${each.length}`);
      if (range !== null && range.length !== 2 * dims)
        throw new ArgumentError(name, `expected ${2 * dims} numbers as the range, got ${range.length}`);
      const points = x.reshape([x.numel / Math.max(1, dims), dims]);
      const columns = each.map((_, d) => points.select(1, d));
      const binEdges = columns.map((values, d) =>
        edgesOf(name, values, each[d] as Bins, range === null ? null : range.slice(2 * d, 2 * d + 2)),
      );
      const amounts = weight === null ? null : weight.reshape([weight.numel]);
      return { hist: count(name, columns, binEdges, amounts, density), binEdges };
    }),
);
