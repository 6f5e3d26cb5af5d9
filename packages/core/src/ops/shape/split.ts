/** A tensor in parts along one dimension: views. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { readNumbers } from "./reading.js";
import { dropDim, sliceAlong } from "./slicing.js";

/** A number of parts, or the positions at which to cut. */
export type IndicesOrSections = number | readonly number[] | Tensor;

function dimOf(name: string, x: Tensor, dim: number): number {
  if (x.shape.length === 0)
    throw new ShapeError(name, "expected a tensor with at least one dimension, got a 0-d tensor");
  return normalizeDim(name, dim, x.shape.length);
}

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

function bySizes(name: string, x: Tensor, sizes: readonly number[], dim: number): Tensor[] {
  const at = dimOf(name, x, dim);
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
    const at = dimOf("split", x, dim);
    const size = x.shape[at] as number;
    if (
      !Number.isInteger(splitSizeOrSections) ||
      splitSizeOrSections < 0 ||
      (splitSizeOrSections === 0 && size !== 0)
    ) {
      throw new ArgumentError("split", `expected a positive size of the parts, got ${splitSizeOrSections}`);
    }
    return parts(x, at, pieces(size, splitSizeOrSections));
  },
);

/** Parts of the sizes listed (`torch.split_with_sizes`). */
export const splitWithSizes = op(
  "splitWithSizes",
  ["splitSizes", "dim"],
  (x: Tensor, splitSizes: readonly number[], dim = 0): Tensor[] =>
    bySizes("splitWithSizes", x, splitSizes, dim),
);

/** At most `chunks` parts of equal size, the last one smaller where it must be (`torch.chunk`). */
export const chunk = op("chunk", ["chunks", "dim"], (x: Tensor, chunks: number, dim = 0): Tensor[] => {
  const at = dimOf("chunk", x, dim);
  if (!Number.isInteger(chunks) || chunks <= 0)
    throw new ArgumentError("chunk", `expected a positive number of chunks, got ${chunks}`);
  const size = x.shape[at] as number;
  return parts(
    x,
    at,
    size === 0 ? new Array<number>(chunks).fill(0) : pieces(size, Math.ceil(size / chunks)),
  );
});

function cut(name: string, x: Tensor, how: IndicesOrSections, dim: number): Tensor[] {
  const at = dimOf(name, x, dim);
  const size = x.shape[at] as number;
  const given = how instanceof Tensor ? readNumbers(name, how) : how;
  const sections =
    how instanceof Tensor && how.shape.length === 0
      ? (given as number[])[0]
      : typeof given === "number"
        ? given
        : null;
  if (sections === null) {
    const clamp = (i: number): number => Math.min(Math.max(i < 0 ? i + size : i, 0), size);
    const cuts = [0, ...(given as readonly number[]).map(clamp), size];
    return cuts
      .slice(1)
      .map((stop, i) => sliceAlong(x, at, cuts[i] as number, Math.max(0, stop - (cuts[i] as number))));
  }
  if (sections === undefined || !Number.isInteger(sections) || sections <= 0) {
    throw new ArgumentError(name, `expected a positive number of sections, got ${sections}`);
  }
  const small = Math.floor(size / sections);
  return parts(
    x,
    at,
    Array.from({ length: sections }, (_, i) => small + (i < size % sections ? 1 : 0)),
  );
}

/** A number of almost equal parts, or parts cut at the indices listed (`torch.tensor_split`). */
export const tensorSplit = op(
  "tensorSplit",
  ["indicesOrSections", "dim"],
  (x: Tensor, indicesOrSections: IndicesOrSections, dim = 0): Tensor[] =>
    cut("tensorSplit", x, indicesOrSections, dim),
);

function exactly(
  name: string,
  x: Tensor,
  how: number | readonly number[],
  dim: number,
  minRank: number,
): Tensor[] {
  if (x.shape.length < minRank) {
    throw new ShapeError(
      name,
      `expected a tensor with at least ${minRank} dimensions, got shape ${formatShape(x.shape)}`,
    );
  }
  const size = x.shape[dim] as number;
  if (typeof how === "number" && (how <= 0 || size % how !== 0)) {
    throw new ArgumentError(
      name,
      `expected a number of sections that divides ${size}, the size of dimension ${dim}, got ${how}`,
    );
  }
  return cut(name, x, how, dim);
}

/** Cut into columns: along dimension 1, or 0 of a 1-d tensor (`torch.hsplit`). */
export const hsplit = op(
  "hsplit",
  ["indicesOrSections"],
  (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
    exactly("hsplit", x, indicesOrSections, x.shape.length === 1 ? 0 : 1, 1),
);
/** Cut into rows: along dimension 0 (`torch.vsplit`). */
export const vsplit = op(
  "vsplit",
  ["indicesOrSections"],
  (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
    exactly("vsplit", x, indicesOrSections, 0, 2),
);
/** Cut along dimension 2 (`torch.dsplit`). */
export const dsplit = op(
  "dsplit",
  ["indicesOrSections"],
  (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
    exactly("dsplit", x, indicesOrSections, 2, 3),
);

/** The slices along `dim`, each without it (`torch.unbind`). */
export const unbind = op("unbind", ["dim"], (x: Tensor, dim = 0): Tensor[] => {
  const at = dimOf("unbind", x, dim);
  return Array.from({ length: x.shape[at] as number }, (_, i) => dropDim(sliceAlong(x, at, i, 1), at));
});
