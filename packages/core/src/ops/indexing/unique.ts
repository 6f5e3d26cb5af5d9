/** Distinct elements or slices. Their number is read at once, so the device must offer synchronous reads. */
import { noGrad } from "../../gradMode.js";
import { indexDType } from "../../tensor/indexDType.js";
import { normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { arange, full } from "../creation.js";
import { type NamedTuple, namedTuple } from "../namedTuple.js";
import { op } from "../op.js";
import { ne, sub } from "../pointwise/binary.js";
import { diff } from "../reduction/differences.js";
import { any } from "../reduction/fold.js";
import { converted } from "../shape/copying.js";
import { catTensors } from "../shape/joining.js";
import { pick } from "../shape/picking.js";
import { reshape } from "../shape/reshape.js";
import { dropDim, sliceAlong } from "../shape/slicing.js";
import { coordinatesOf } from "./coordinates.js";
import { cumsum } from "./scan.js";
import { put } from "./scatter.js";
import { sort } from "./sort.js";

export type Unique = NamedTuple<readonly ["output", "inverseIndices", "counts"], Tensor>;

/** Where a run of equal rows begins, for rows [n, m] in order. */
function runStarts(rows: Tensor): Tensor {
  const n = rows.shape[0] as number;
  const changed = any(ne(sliceAlong(rows, 0, 1, n - 1), sliceAlong(rows, 0, 0, n - 1)), 1);
  return catTensors("unique", [full([1], true, { device: rows.device }), changed], 0);
}

/** The order that sorts rows [n, m] lexicographically: stable sorts by column, the last one first. */
function rowOrder(rows: Tensor): Tensor {
  let order = arange(rows.shape[0] as number, { device: rows.device });
  for (let c = (rows.shape[1] as number) - 1; c >= 0; c--) {
    const column = dropDim(sliceAlong(rows, 1, c, 1), 1);
    order = pick("unique", order, 0, sort(pick("unique", column, 0, order)).indices);
  }
  return order;
}

interface Runs {
  /** Position in the original of the first row of each run. */
  readonly firsts: Tensor;
  readonly inverse: Tensor;
  readonly counts: Tensor;
}

function runs(rows: Tensor, ordered: boolean): Runs {
  const n = rows.shape[0] as number;
  const device = rows.device;
  const positions = arange(n, { device });
  if (n === 0) return { firsts: positions, inverse: positions, counts: positions };
  const order = ordered ? positions : rowOrder(rows);
  const starts = runStarts(ordered ? rows : pick("unique", rows, 0, order));
  const [places] = coordinatesOf("unique", starts) as [Tensor];
  return {
    firsts: pick("unique", order, 0, places),
    inverse: put(positions, order, sub(cumsum(starts, 0), 1)),
    counts: diff(places, { append: full([1], n, { dtype: "int32", device }) }),
  };
}

function distinct(
  name: string,
  x: Tensor,
  ordered: boolean,
  returnInverse: boolean,
  returnCounts: boolean,
  dim: number | null,
): Tensor | Unique {
  return noGrad(() => {
    const at = dim === null ? null : normalizeDim(name, dim, x.shape.length);
    // PyTorch's order of slices: as if the dimension changed places with the first.
    const source = at === null ? reshape(x, [x.numel]) : x.transpose(0, at);
    const n = source.shape[0] as number;
    const rows = reshape(source, [n, n === 0 ? 1 : source.numel / n]);
    const found = n === 0 ? runs(reshape(source, [0, 1]), true) : runs(rows, ordered);
    const picked = pick(name, source, 0, found.firsts);
    const output = at === null ? picked : picked.transpose(0, at);
    if (!returnInverse && !returnCounts) return output;
    const names = [
      "output",
      ...(returnInverse ? ["inverseIndices"] : []),
      ...(returnCounts ? ["counts"] : []),
    ];
    const parts = [output];
    const asIndex = (places: Tensor): Tensor => converted(places, indexDType(x));
    if (returnInverse) parts.push(asIndex(at === null ? reshape(found.inverse, x.shape) : found.inverse));
    if (returnCounts) parts.push(asIndex(found.counts));
    return namedTuple(names, parts) as unknown as Unique;
  });
}

interface UniqueOptions {
  readonly sorted?: boolean;
  readonly returnInverse?: boolean;
  readonly returnCounts?: boolean;
  readonly dim?: number | null;
}
type Asking = { readonly returnInverse: true } | { readonly returnCounts: true };

interface UniqueOp {
  (x: Tensor, options: UniqueOptions & Asking): Unique;
  (x: Tensor, options?: UniqueOptions): Tensor;
}
interface UniqueConsecutiveOp {
  (x: Tensor, options: Omit<UniqueOptions, "sorted"> & Asking): Unique;
  (x: Tensor, options?: Omit<UniqueOptions, "sorted">): Tensor;
}

/** `unique` as a method. */
export interface UniqueMethod {
  (options: UniqueOptions & Asking): Unique;
  (options?: UniqueOptions): Tensor;
}
/** `uniqueConsecutive` as a method. */
export interface UniqueConsecutiveMethod {
  (options: Omit<UniqueOptions, "sorted"> & Asking): Unique;
  (options?: Omit<UniqueOptions, "sorted">): Tensor;
}

/**
 * The distinct elements in ascending order, or the distinct slices along `dim` (`torch.unique`). With `returnInverse` or `returnCounts` a
 * tuple: output, inverseIndices (for each element its place in the output), counts; only those asked for are present.
 */
export const unique = op(
  "unique",
  ["sorted", "returnInverse", "returnCounts", "dim"],
  (
    x: Tensor,
    _sorted = true,
    returnInverse = false,
    returnCounts = false,
    dim: number | null = null,
  ): Tensor | Unique => distinct("unique", x, false, returnInverse, returnCounts, dim),
) as unknown as UniqueOp;

/** The first of every run of equal elements, or of equal slices along `dim` (`torch.unique_consecutive`); as `unique` otherwise. */
export const uniqueConsecutive = op(
  "uniqueConsecutive",
  ["returnInverse", "returnCounts", "dim"],
  (x: Tensor, returnInverse = false, returnCounts = false, dim: number | null = null): Tensor | Unique =>
    distinct("uniqueConsecutive", x, true, returnInverse, returnCounts, dim),
) as unknown as UniqueConsecutiveOp;
