/** A tensor in parts along one dimension: views. */
import { ShapeError } from "../../errors.js";
import { formatShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { expectArgument, expectInteger, expectShape } from "../expect.js";
import { Slice } from "../indexing/slice.js";
import { op, opsOf } from "../op.js";
import { readNumbers } from "./reading.js";
import { dropDim, ownDim, sliceAlong } from "./slicing.js";

/** A number of parts, or the positions at which to cut. */
export type IndicesOrSections = number | readonly number[] | Tensor;

/** Consecutive parts of these lengths. */
function parts(x: Tensor, dim: number, lengths: readonly number[]): Tensor[] {
  let start = 0;
  return lengths.map((length) => {
    const part = sliceAlong(x, dim, start, length);
    start += length;
    return part;
  });
}

/** Lengths of pieces of `length`, the last one shorter where it must be; one empty piece for size 0. */
function pieces(size: number, length: number): number[] {
  const count = Math.max(1, length === 0 ? 1 : Math.ceil(size / length));
  return Array.from({ length: count }, (_, i) => Math.min(length, size - i * length));
}

function bySizes(name: string, x: Tensor, sizes: readonly number[], dim = 0): Tensor[] {
  const at = ownDim(name, x, dim);
  const total = sizes.reduce((sum, n) => sum + n, 0);
  if (total !== x.shape[at] || sizes.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ShapeError(
      name,
      `expected sizes that add up to ${x.shape[at]}, the size of dimension ${dim}, got ${formatShape(sizes)}`,
    );
  }
  return parts(x, at, sizes);
}

/** Parts of a given size, or of the sizes listed (`torch.split`). */
export const split = op(
  "split",
  ["splitSizeOrSections", "dim"],
  (x: Tensor, splitSizeOrSections: number | readonly number[], dim = 0): Tensor[] => {
    if (typeof splitSizeOrSections !== "number") return bySizes("split", x, splitSizeOrSections, dim);
    const at = ownDim("split", x, dim);
    const size = x.shape[at] as number;
    expectInteger("split", size === 0 ? 0 : 1, "a positive size of the parts", splitSizeOrSections);
    return parts(x, at, pieces(size, splitSizeOrSections));
  },
);

/** Parts of the sizes listed (`torch.split_with_sizes`). */
export const splitWithSizes = opsOf(["splitSizes", "dim"], bySizes)("splitWithSizes");

/** At most `chunks` parts of equal size, the last one smaller where it must be (`torch.chunk`). */
export const chunk = op("chunk", ["chunks", "dim"], (x: Tensor, chunks: number, dim = 0): Tensor[] => {
  const at = ownDim("chunk", x, dim);
  expectInteger("chunk", 1, "a positive number of chunks", chunks);
  const size = x.shape[at] as number;
  return parts(
    x,
    at,
    size === 0 ? new Array<number>(chunks).fill(0) : pieces(size, Math.ceil(size / chunks)),
  );
});

function cut(name: string, x: Tensor, how: IndicesOrSections, dim = 0): Tensor[] {
  const at = ownDim(name, x, dim);
  const size = x.shape[at] as number;
  const read = how instanceof Tensor ? readNumbers(name, how) : how;
  const given = how instanceof Tensor && how.shape.length === 0 ? (read as number[])[0] : read;
  if (typeof given === "object") {
    const cuts = [null, ...given, null];
    return cuts.slice(1).map((stop, i) => {
      const { start, count } = new Slice(cuts[i] as number | null, stop, 1).within(size);
      return sliceAlong(x, at, start, count);
    });
  }
  expectInteger(name, 1, "a positive number of sections", given as number);
  const sections = given as number;
  const small = Math.floor(size / sections);
  return parts(
    x,
    at,
    Array.from({ length: sections }, (_, i) => small + (i < size % sections ? 1 : 0)),
  );
}

/** A number of almost equal parts, or parts cut at the indices listed (`torch.tensor_split`). */
export const tensorSplit = opsOf(["indicesOrSections", "dim"], cut)("tensorSplit");

/** Equal parts, or parts cut at the indices listed, of a tensor of `rank` at least. */
const exactly = (name: string, along: number, rank: number) =>
  op(name, ["indicesOrSections"], (x: Tensor, how: number | readonly number[]): Tensor[] => {
    expectShape(name, x.shape.length >= rank, `a tensor with at least ${rank} dimensions`, x);
    const dim = Math.min(along, x.shape.length - 1);
    const size = x.shape[dim] as number;
    expectArgument(
      name,
      typeof how !== "number" || (how > 0 && size % how === 0),
      `a number of sections that divides ${size}, the size of dimension ${dim}`,
      how,
    );
    return cut(name, x, how, dim);
  });
/** Cut into columns: along dimension 1, or 0 of a 1-d tensor (`torch.hsplit`). */
export const hsplit = exactly("hsplit", 1, 1);
/** Cut into rows: along dimension 0 (`torch.vsplit`). */
export const vsplit = exactly("vsplit", 0, 2);
/** Cut along dimension 2 (`torch.dsplit`). */
export const dsplit = exactly("dsplit", 2, 3);

/** The slices along `dim`, each without it (`torch.unbind`). */
export const unbind = op("unbind", ["dim"], (x: Tensor, dim = 0): Tensor[] => {
  const at = ownDim("unbind", x, dim);
  return Array.from({ length: x.shape[at] as number }, (_, i) => dropDim(sliceAlong(x, at, i, 1), at));
});
