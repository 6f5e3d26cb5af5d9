/** Reductions of consecutive segments. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { formatShape, normalizeDim, sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { full, tensor } from "../creation.js";
import { op } from "../op.js";
import { readNumbers } from "../shape/reading.js";
import type { ReduceName } from "./reducing.js";

type SegmentReduce = "sum" | "mean" | "max" | "min" | "prod";
const kinds: { readonly [R in SegmentReduce]: { readonly fold: ReduceName; readonly start: number } } = {
  sum: { fold: "sum", start: 0 },
  mean: { fold: "sum", start: 0 },
  max: { fold: "amax", start: Number.NEGATIVE_INFINITY },
  min: { fold: "amin", start: Number.POSITIVE_INFINITY },
  prod: { fold: "prod", start: 1 },
};

interface Segments {
  /** Segments per row, and the size of each, row after row. */
  readonly count: number;
  readonly sizes: number[];
  /** The segment of every position of every row; `count` where it belongs to none. */
  readonly of: Int32Array;
}

/** Segments along a dimension of `extent` positions, from lengths or offsets whose last dimension is that of the segments. */
function segmentsOf(
  name: string,
  given: Tensor,
  areLengths: boolean,
  extent: number,
  exact: boolean,
): Segments {
  const last = given.shape[given.ndim - 1] as number;
  const count = areLengths ? last : last - 1;
  const numbers = readNumbers(name, given);
  const rows = given.numel / Math.max(1, last);
  const of = new Int32Array(rows * extent).fill(count);
  const sizes: number[] = [];
  for (let row = 0; row < rows; row++) {
    let from = areLengths ? 0 : (numbers[row * last] as number);
    for (let segment = 0; segment < count; segment++) {
      const size = areLengths
        ? (numbers[row * last + segment] as number)
        : (numbers[row * last + segment + 1] as number) - from;
      if (size < 0 || from < 0 || from + size > extent)
        throw new ArgumentError(
          name,
          `segment ${segment} of size ${size} at ${from} is outside 0 to ${extent}`,
        );
      of.fill(segment, row * extent + from, row * extent + from + size);
      sizes.push(size);
      from += size;
    }
    if (exact && areLengths && from !== extent)
      throw new ArgumentError(name, `expected lengths that add up to ${extent}, got ${from}`);
  }
  return { count, sizes, of };
}

/**
 * Reduces consecutive segments along `axis` by "sum", "mean", "max", "min" or "prod", each starting from `initial` (`torch.segment_reduce`).
 * Either `lengths` or `offsets` (one more entry than segments) says where they lie; both have the shape of data before `axis` in
 * front, and are read at once. `unsafe` leaves out the check that lengths cover everything.
 */
export const segmentReduce = op(
  "segmentReduce",
  ["reduce", "lengths", "indices", "offsets", "axis", "unsafe", "initial"],
  (
    data: Tensor,
    reduce: SegmentReduce,
    lengths: Tensor | null = null,
    indices: Tensor | null = null,
    offsets: Tensor | null = null,
    axis = 0,
    unsafe = false,
    initial: number | null = null,
  ): Tensor => {
    const name = "segmentReduce";
    if (!Object.hasOwn(kinds, reduce))
      throw new ArgumentError(
        name,
        `expected reduce to be one of ${Object.keys(kinds).join(", ")}, got "${String(reduce)}"`,
      );
    const given = lengths ?? offsets;
    if (given === null || indices !== null || (lengths !== null && offsets !== null))
      throw new ArgumentError(name, "expected either lengths or offsets");
    const at = normalizeDim(name, axis, data.ndim);
    const lead = data.shape.slice(0, at);
    if (given.ndim !== at + 1 || !sameShape(given.shape.slice(0, -1), lead))
      throw new ShapeError(
        name,
        `expected lengths or offsets of shape [${[...lead, "segments"].join(", ")}], got ${formatShape(given.shape)}`,
      );
    const extent = data.shape[at] as number;
    const { count, sizes, of } = segmentsOf(name, given, lengths !== null, extent, !unsafe);
    const { fold, start } = kinds[reduce];
    const alongAxis = (
      values: Int32Array | number[],
      size: number,
      dtype: "int32" | Tensor["dtype"],
    ): Tensor =>
      tensor(Array.from(values), { dtype, device: data.device }).reshape([
        ...lead,
        size,
        ...data.shape.slice(at + 1).map(() => 1),
      ]);
    // One more segment takes what belongs to none.
    const base = full(data.shape.with(at, count + 1), initial ?? start, {
      dtype: data.dtype,
      device: data.device,
    });
    const index = alongAxis(of, extent, "int32").expand(data.shape);
    const reduced = base.scatterReduce(at, index, data, fold).narrow(at, 0, count);
    if (reduce !== "mean") return reduced;
    // An empty segment keeps its initial value, and is NaN without one.
    const divisors = sizes.map((size) => (size === 0 && initial !== null ? 1 : size));
    return reduced.div(alongAxis(divisors, count, data.dtype));
  },
);
