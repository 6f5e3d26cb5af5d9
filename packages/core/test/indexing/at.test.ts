import { describe, expect, it } from "vitest";
import { ArgumentError, arange, IndexError, ShapeError, slice, tensor, zeros } from "../device.js";

const grid = (...shape: number[]) => arange(shape.reduce((a, b) => a * b, 1)).view(shape);
const ints = (...values: number[]) => tensor(values, { dtype: "int32" });

describe("at", () => {
  it("takes integers and slices as a view", () => {
    const x = grid(3, 4);
    expect(x.at(-1).arraySync()).toEqual([8, 9, 10, 11]);
    expect(x.at(slice(1), slice(null, null, 2)).arraySync()).toEqual([
      [4, 6],
      [8, 10],
    ]);
    expect(x.at(slice(-2, 100), 1).arraySync()).toEqual([5, 9]);
    expect(x.at(slice(2, 1)).shape).toEqual([0, 4]);
    x.at(0, slice(1, 3)).fill_(-1);
    expect(x.at(0).arraySync()).toEqual([0, -1, -1, 3]);
  });

  it("takes ... and new axes", () => {
    const x = grid(2, 3, 4);
    expect(x.at("...", 0).shape).toEqual([2, 3]);
    expect(x.at(1, "...", null).shape).toEqual([3, 4, 1]);
    expect(x.at(null, slice(), null, 2).shape).toEqual([1, 2, 1, 4]);
    expect(tensor(5).at("...").itemSync()).toBe(5);
    expect(x.at(true).shape).toEqual([1, 2, 3, 4]);
    expect(x.at(false).shape).toEqual([0, 2, 3, 4]);
  });

  it("says which index is out of range", () => {
    const x = grid(2, 3);
    expect(() => x.at(0, 3)).toThrow("index 3 is out of range for dimension 1 of size 3");
    expect(() => x.at(0, 0, 0)).toThrow(IndexError);
    expect(() => x.at("...", "...")).toThrow(IndexError);
    expect(() => x.at(0.5)).toThrow(IndexError);
    expect(() => x.at(tensor([0.5]))).toThrow(IndexError);
    expect(() => x.at(tensor([true, false, true]))).toThrow("mask of shape [3]");
    expect(() => slice(0, 4, -1)).toThrow(ArgumentError);
    expect(() => x.at(ints(0, 2)).dataSync()).toThrow(IndexError);
    expect(() => x.at(ints(0, 1), ints(0, 1, 2))).toThrow("do not broadcast");
  });

  it("picks by integer tensors, negative ones from the end", () => {
    const x = grid(4, 3);
    expect(x.at(ints(3, -4)).arraySync()).toEqual([
      [9, 10, 11],
      [0, 1, 2],
    ]);
    expect(x.at([0, 2], [1, 2]).arraySync()).toEqual([1, 8]);
    expect(x.at([[0], [3]], [0, 2]).arraySync()).toEqual([
      [0, 2],
      [9, 11],
    ]);
    expect(x.at(tensor(2, { dtype: "int64" }), 1).itemSync()).toBe(7);
  });

  it("puts index dimensions where the first stood, or in front when a slice parts them", () => {
    const x = grid(2, 3, 4, 5);
    const [i, j] = [ints(0, 1, 0, 1, 0, 0), ints(0, 1, 2, 0, 1, 2)];
    expect(x.at(i, j).shape).toEqual([6, 4, 5]);
    expect(x.at(slice(), j, ints(0, 1, 2, 3, 0, 1)).shape).toEqual([2, 6, 5]);
    expect(x.at(i, slice(), ints(0, 1, 2, 3, 0, 1)).shape).toEqual([6, 3, 5]);
    const parted = x.at(slice(), ints(0, 2), slice(), ints(4, 3));
    expect(parted.shape).toEqual([2, 2, 4]);
    expect(parted.at(1, 0, 2).itemSync()).toBe(0 * 60 + 2 * 20 + 2 * 5 + 3);
  });

  it("selects by masks", () => {
    const x = grid(2, 3);
    expect(x.at(x.gt(2)).arraySync()).toEqual([3, 4, 5]);
    expect(x.at(slice(), tensor([true, false, true])).arraySync()).toEqual([
      [0, 2],
      [3, 5],
    ]);
    expect(x.at([false, true], 1).arraySync()).toEqual([4]);
    expect(x.at(x.gt(9)).shape).toEqual([0]);
  });
});

describe("set", () => {
  it("writes numbers, arrays and tensors through views", () => {
    const x = zeros(3, 3);
    expect(x.set(0, 1)).toBe(x);
    x.set([slice(1), 0], [2, 3]);
    x.set(["...", -1], tensor([[7, 8, 9]]));
    expect(x.arraySync()).toEqual([
      [1, 1, 7],
      [2, 0, 8],
      [3, 0, 9],
    ]);
    expect(() => x.set(0, [1, 2])).toThrow(ShapeError);
  });

  it("writes through index tensors and masks", () => {
    const x = zeros(2, 3);
    x.set([[[0, 1]], 1], [5, 6]);
    x.set(x.eq(0), -1);
    expect(x.arraySync()).toEqual([
      [-1, 5, -1],
      [-1, 6, -1],
    ]);
    x.set(
      [slice(), ints(0, 2)],
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(x.arraySync()).toEqual([
      [1, 5, 2],
      [3, 6, 4],
    ]);
    x.set([x.gt(4)], tensor([10, 20]));
    expect(x.arraySync()).toEqual([
      [1, 10, 2],
      [3, 20, 4],
    ]);
  });

  it("moves overlapping parts of one tensor as if copied first", () => {
    const x = arange(5);
    x.set([[1, 2, 3, 4]], x.at(slice(0, 4)));
    expect(x.arraySync()).toEqual([0, 0, 1, 2, 3]);
  });

  it("adds up with indexPut and accumulate", () => {
    const x = zeros(3);
    const i = ints(0, 2, 0);
    expect(x.indexPut([i], tensor([1, 2, 4]), { accumulate: true }).arraySync()).toEqual([5, 0, 2]);
    x.indexPut_([i], tensor([1, 2, 4]));
    expect(x.arraySync()).toEqual([4, 0, 2]);
  });
});
