import { describe, expect, it } from "vitest";
import { arange, DTypeError, IndexError, ones, ShapeError, tensor, whereIndices, zeros } from "../device.js";

const ints = (values: number | number[] | number[][]) => tensor(values, { dtype: "int64" });

describe("gather and scatter", () => {
  it("follow the documented examples", () => {
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ])
        .gather(
          1,
          ints([
            [0, 0],
            [1, 0],
          ]),
        )
        .arraySync(),
    ).toEqual([
      [1, 1],
      [4, 3],
    ]);
    const src = arange(1, 11).view(2, 5);
    const empty = zeros(3, 5, { dtype: "int32" });
    expect(empty.scatter(0, ints([[0, 1, 2, 0]]), src).arraySync()).toEqual([
      [1, 0, 0, 4, 0],
      [0, 2, 0, 0, 0],
      [0, 0, 3, 0, 0],
    ]);
    expect(
      empty
        .scatter(
          1,
          ints([
            [0, 1, 2],
            [0, 1, 4],
          ]),
          src,
        )
        .arraySync(),
    ).toEqual([
      [1, 2, 3, 0, 0],
      [6, 7, 0, 0, 8],
      [0, 0, 0, 0, 0],
    ]);
    const twos = ones(2, 4).mul(2);
    expect(
      twos
        .scatter(1, ints([[2], [3]]), 1.23, { reduce: "add" })
        .at(0, 2)
        .itemSync(),
    ).toBeCloseTo(3.23, 5);
    expect(
      zeros(3, 5)
        .scatterAdd(0, ints([[0, 1, 2, 0, 0]]), ones(2, 5))
        .arraySync(),
    ).toEqual([
      [1, 0, 0, 1, 1],
      [0, 1, 0, 0, 0],
      [0, 0, 1, 0, 0],
    ]);
  });

  it("reduce as documented, with and without what was there", () => {
    const src = tensor([1, 2, 3, 4, 5, 6]);
    const index = ints([0, 1, 0, 1, 2, 1]);
    const input = tensor([1, 2, 3, 4]);
    expect(input.scatterReduce(0, index, src, "sum").arraySync()).toEqual([5, 14, 8, 4]);
    expect(input.scatterReduce(0, index, src, "sum", { includeSelf: false }).arraySync()).toEqual([
      4, 12, 5, 4,
    ]);
    const other = tensor([5, 4, 3, 2]);
    expect(other.scatterReduce(0, index, src, "amax").arraySync()).toEqual([5, 6, 5, 2]);
    expect(other.scatterReduce(0, index, src, "amax", { includeSelf: false }).arraySync()).toEqual([
      3, 6, 5, 2,
    ]);
    expect(other.scatterReduce(0, index, src, "mean", false).arraySync()).toEqual([2, 4, 5, 2]);
  });

  it("report indices out of range at the next read, and wrong arguments at once", () => {
    const x = zeros(2, 3);
    expect(() => x.gather(0, ints([[2]])).dataSync()).toThrow(IndexError);
    expect(() => x.indexSelect(1, ints([-1])).dataSync()).toThrow(IndexError);
    expect(() => x.gather(0, tensor([[0.5]]))).toThrow(DTypeError);
    expect(() => x.gather(0, ints([0]))).toThrow(ShapeError);
    expect(() => x.scatterAdd(0, ints([[0, 0, 0, 0]]), ones(1, 4))).toThrow(ShapeError);
    expect(() => x.indexAdd(0, ints([0]), ones(2, 3))).toThrow(ShapeError);
  });

  it("address whole slices", () => {
    const x = arange(12).view(3, 4).float();
    expect(x.indexSelect(1, ints([3, 0])).arraySync()).toEqual([
      [3, 0],
      [7, 4],
      [11, 8],
    ]);
    expect(
      ones(3, 2)
        .indexAdd(0, ints([0, 2, 0]), ones(3, 2), { alpha: 2 })
        .arraySync(),
    ).toEqual([
      [5, 5],
      [1, 1],
      [3, 3],
    ]);
    expect(
      x
        .indexFill(1, ints([0, -1]), -1)
        .at(0)
        .arraySync(),
    ).toEqual([-1, 1, 2, -1]);
    expect(
      x
        .indexFill_(0, ints([1]), 0)
        .at(1)
        .arraySync(),
    ).toEqual([0, 0, 0, 0]);
    expect(x.take(ints([0, -1])).arraySync()).toEqual([0, 11]);
    expect(
      x
        .put(ints([1, -1]), tensor([7, 8]))
        .at("...", -1)
        .arraySync(),
    ).toEqual([3, 0, 8]);
  });

  it("takeAlongDim sorts by an argsort", () => {
    const x = tensor([
      [10, 30, 20],
      [60, 40, 50],
    ]);
    expect(x.takeAlongDim(x.argsort(1), 1).arraySync()).toEqual([
      [10, 20, 30],
      [40, 50, 60],
    ]);
    expect(x.takeAlongDim(x.argmax(null, false).view(1)).arraySync()).toEqual([60]);
  });
});

describe("masks", () => {
  it("select, fill and scatter, broadcasting", () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const mask = tensor([true, false]);
    expect(x.maskedSelect(mask).arraySync()).toEqual([1, 3]);
    expect(x.maskedFill(mask, 0).arraySync()).toEqual([
      [0, 2],
      [0, 4],
    ]);
    expect(x.maskedScatter(mask, tensor([8, 9])).arraySync()).toEqual([
      [8, 2],
      [9, 4],
    ]);
    expect(() => x.maskedScatter(mask, tensor([8]))).toThrow(ShapeError);
    expect(() => x.maskedFill(tensor([1, 0]), 0)).toThrow(DTypeError);
  });

  it("nonzero gives coordinates, int32", () => {
    const x = tensor([
      [0.6, 0, 0],
      [0, 0.4, 0],
      [0, 0, 1.2],
    ]);
    expect(x.nonzero().arraySync()).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(x.nonzero().dtype).toBe("int32");
    expect(x.nonzero({ asTuple: true }).map((t) => t.arraySync())).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(whereIndices(x.gt(0.5)).map((t) => t.arraySync())).toEqual([
      [0, 2],
      [0, 2],
    ]);
    expect(tensor(3).argwhere().shape).toEqual([1, 0]);
  });

  it("fillDiagonal_ wraps in tall matrices", () => {
    expect(zeros(7, 3).fillDiagonal_(5, { wrap: true }).arraySync()).toEqual([
      [5, 0, 0], [0, 5, 0], [0, 0, 5], [0, 0, 0], [5, 0, 0], [0, 5, 0], [0, 0, 5],
    ]); // biome-ignore format: a matrix
  });
});
