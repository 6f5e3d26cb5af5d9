import { describe, expect, it } from "vitest";
import { fold, unfold } from "../../src/ops/shape/windows.js";
import {
  arange, blockDiag, cartesianProd, cat, columnStack, combinations, dstack, hstack, meshgrid, ones, pad, pixelShuffle, pixelUnshuffle,
  ShapeError, stack, tensor, trilIndices, triuIndices, vstack, zeros,
} from "../device.js"; // biome-ignore format: one list

const grid = (...shape: number[]) => arange(shape.reduce((a, b) => a * b, 1)).view(shape);

describe("joining", () => {
  it("cat promotes dtypes, skips empty 1-d tensors and names the shapes it cannot join", () => {
    const joined = cat([grid(1, 2), tensor([[0.5, 1.5]])], { dim: 0 });
    expect(joined.dtype).toBe("float32");
    expect(joined.arraySync()).toEqual([
      [0, 1],
      [0.5, 1.5],
    ]);
    expect(cat([zeros(0), ones(1, 2)], 1).shape).toEqual([1, 2]);
    expect(() => cat([grid(2, 2), grid(2, 3)])).toThrow("[2, 2], [2, 3]");
    expect(() => cat([tensor(1), tensor(2)])).toThrow(ShapeError);
  });

  it("stacks in every direction", () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])];
    expect(stack([a, b], 1).arraySync()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(hstack([a, b]).arraySync()).toEqual([1, 2, 3, 4]);
    expect(vstack([a, b]).arraySync()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(dstack([a, b]).arraySync()).toEqual([
      [
        [1, 3],
        [2, 4],
      ],
    ]);
    expect(columnStack([a, b]).arraySync()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(blockDiag(tensor([[1, 2]]), tensor(3)).arraySync()).toEqual([
      [1, 2, 0],
      [0, 0, 3],
    ]);
  });

  it("makes grids, products and combinations", () => {
    const [x, y] = meshgrid(tensor([1, 2, 3]), tensor([4, 5]), { indexing: "xy" });
    expect(x?.arraySync()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(y?.arraySync()).toEqual([
      [4, 4, 4],
      [5, 5, 5],
    ]);
    expect(cartesianProd(tensor([1, 2]), tensor([4, 5])).arraySync()).toEqual([
      [1, 4],
      [1, 5],
      [2, 4],
      [2, 5],
    ]);
    expect(combinations(tensor([1, 2, 3])).arraySync()).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(combinations(tensor([1, 2]), { withReplacement: true }).arraySync()).toEqual([
      [1, 1],
      [1, 2],
      [2, 2],
    ]);
  });
});

describe("copies in another order", () => {
  it("repeat, tile, repeatInterleave", () => {
    expect(tensor([1, 2, 3]).repeat(2, 2).arraySync()).toEqual([
      [1, 2, 3, 1, 2, 3],
      [1, 2, 3, 1, 2, 3],
    ]);
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ])
        .tile(2)
        .arraySync(),
    ).toEqual([
      [1, 2, 1, 2],
      [3, 4, 3, 4],
    ]);
    const y = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(y.repeatInterleave(2).arraySync()).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    const counts = tensor([1, 2], { dtype: "int32" });
    expect(y.repeatInterleave(counts, { dim: 0 }).arraySync()).toEqual([
      [1, 2],
      [3, 4],
      [3, 4],
    ]);
  });

  it("flip, roll, rot90", () => {
    const x = grid(2, 2);
    expect(x.flip(0, 1).arraySync()).toEqual([
      [3, 2],
      [1, 0],
    ]);
    expect(x.rot90().arraySync()).toEqual([
      [1, 3],
      [0, 2],
    ]);
    expect(x.rot90(-1).arraySync()).toEqual([
      [2, 0],
      [3, 1],
    ]);
    const eight = arange(1, 9).view(4, 2);
    expect(eight.roll(1).arraySync()).toEqual([
      [8, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
    expect(eight.roll([2, 1], [0, 1]).arraySync()).toEqual([
      [6, 5],
      [8, 7],
      [2, 1],
      [4, 3],
    ]);
  });

  it("diagonals and triangles", () => {
    expect(tensor([1, 2]).diag(1).arraySync()).toEqual([
      [0, 1, 0],
      [0, 0, 2],
      [0, 0, 0],
    ]);
    expect(grid(2, 2).diagEmbed({ offset: -1 }).shape).toEqual([2, 3, 3]);
    expect(grid(3, 3).tril(-1).arraySync()).toEqual([
      [0, 0, 0],
      [3, 0, 0],
      [6, 7, 0],
    ]);
    expect(grid(2, 3).triu(1).arraySync()).toEqual([
      [0, 1, 2],
      [0, 0, 5],
    ]);
    expect(trilIndices(3, 3).arraySync()).toEqual([
      [0, 1, 1, 2, 2, 2],
      [0, 0, 1, 0, 1, 2],
    ]);
    expect(triuIndices(3, 3, { offset: 1 }).arraySync()).toEqual([
      [0, 0, 1],
      [1, 2, 2],
    ]);
    const x = grid(3, 3);
    expect(x.triu_(1)).toBe(x);
    expect(x.arraySync()).toEqual([
      [0, 1, 2],
      [0, 0, 5],
      [0, 0, 0],
    ]);
  });

  it("replaces a view of a copy", () => {
    const x = zeros(3, 2);
    expect(x.sliceScatter(ones(2, 2), { start: 0, step: 2 }).arraySync()).toEqual([
      [1, 1],
      [0, 0],
      [1, 1],
    ]);
    expect(x.selectScatter(ones(3), 1, 0).arraySync()).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
    expect(x.diagonalScatter(ones(2)).arraySync()).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
    expect(x.arraySync()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(() => x.selectScatter(ones(2), 1, 0)).toThrow(ShapeError);
  });
});

describe("images", () => {
  it("pads in every mode", () => {
    const x = arange(4).view(1, 4);
    expect(pad(x, [1, 2], { value: 9 }).arraySync()).toEqual([[9, 0, 1, 2, 3, 9, 9]]);
    expect(pad(x, [-1, 1]).arraySync()).toEqual([[1, 2, 3, 0]]);
    expect(pad(x, [2, 1], "reflect").arraySync()).toEqual([[2, 1, 0, 1, 2, 3, 2]]);
    expect(pad(x, [2, 1], "replicate").arraySync()).toEqual([[0, 0, 0, 1, 2, 3, 3]]);
    expect(pad(x, [2, 1], "circular").arraySync()).toEqual([[2, 3, 0, 1, 2, 3, 0]]);
    expect(() => pad(x, [4, 0], "reflect")).toThrow(ShapeError);
  });

  it("shuffles pixels and back", () => {
    const x = grid(1, 4, 2, 2);
    expect(pixelShuffle(x, 2).arraySync()).toEqual([
      [
        [
          [0, 4, 1, 5],
          [8, 12, 9, 13],
          [2, 6, 3, 7],
          [10, 14, 11, 15],
        ],
      ],
    ]);
    expect(pixelUnshuffle(pixelShuffle(x, 2), 2).arraySync()).toEqual(x.arraySync());
  });

  it("folds what it unfolded, times the number of windows over each place", () => {
    const x = grid(1, 1, 3, 3).float();
    const columns = unfold(x, 2);
    expect(columns.arraySync()).toEqual([
      [
        [0, 1, 3, 4],
        [1, 2, 4, 5],
        [3, 4, 6, 7],
        [4, 5, 7, 8],
      ],
    ]);
    const counted = tensor([
      [1, 2, 1],
      [2, 4, 2],
      [1, 2, 1],
    ]);
    expect(fold(columns, 3, 2).arraySync()).toEqual(x.mul(counted).arraySync());
  });
});
