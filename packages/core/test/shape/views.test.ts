import { describe, expect, it } from "vitest";
import { ArgumentError, arange, IndexError, ShapeError, tensor, zeros } from "../device.js";

const grid = (...shape: number[]) => arange(shape.reduce((a, b) => a * b, 1)).view(shape);

describe("views", () => {
  it("share memory: writing through one shows in the other", () => {
    const x = grid(2, 3);
    x.t().select(0, 1).fill_(9);
    expect(x.arraySync()).toEqual([
      [0, 9, 2],
      [3, 9, 5],
    ]);
  });

  it("are refused where strides do not allow them, and reshape copies", () => {
    const x = grid(2, 3).t();
    expect(() => x.view(6)).toThrow(ShapeError);
    expect(x.reshape(-1).arraySync()).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it("infer one size and refuse what does not fit", () => {
    expect(grid(4, 6).view(-1, 8).shape).toEqual([3, 8]);
    expect(() => grid(4, 6).view(5, -1)).toThrow("[5, -1]");
    expect(() => zeros(0).view(-1, 0)).toThrow(ShapeError);
  });

  it("reinterpret bytes by dtype", () => {
    // 1.0 in IEEE 754 single precision is 0x3f800000.
    const bits = tensor([1, -2], { dtype: "float32" }).view("int32");
    expect(bits.arraySync()).toEqual([0x3f800000, -0x40000000]);
    expect(bits.view("uint8").shape).toEqual([8]);
    expect(() => zeros(3, { dtype: "uint8" }).view("int32")).toThrow(ShapeError);
  });

  it("flatten, unflatten, squeeze, unsqueeze", () => {
    const x = grid(2, 1, 3, 4);
    expect(x.flatten(1, 2).shape).toEqual([2, 3, 4]);
    expect(x.flatten({ startDim: 2 }).shape).toEqual([2, 1, 12]);
    expect(tensor(3).flatten().shape).toEqual([1]);
    expect(x.unflatten(-1, [2, -1]).shape).toEqual([2, 1, 3, 2, 2]);
    expect(x.squeeze().shape).toEqual([2, 3, 4]);
    expect(x.squeeze(0).shape).toEqual([2, 1, 3, 4]);
    expect(x.unsqueeze(-1).shape).toEqual([2, 1, 3, 4, 1]);
    expect(() => x.unsqueeze(6)).toThrow(IndexError);
  });

  it("permute, movedim, T, mT", () => {
    const x = grid(2, 3, 4);
    expect(x.permute(2, 0, 1).at(3, 1, 2).itemSync()).toBe(1 * 12 + 2 * 4 + 3);
    expect(x.movedim(0, -1).shape).toEqual([3, 4, 2]);
    expect(x.movedim([0, 1], [2, 0]).shape).toEqual([3, 4, 2]);
    expect(x.T.shape).toEqual([4, 3, 2]);
    expect(x.mT.shape).toEqual([2, 4, 3]);
    expect(() => x.permute(0, 0, 1)).toThrow(ArgumentError);
    expect(() => x.t()).toThrow(ShapeError);
  });

  it("expand repeats without memory", () => {
    const x = tensor([[1], [2]]);
    const wide = x.expand(-1, 3);
    expect(wide.strides).toEqual([1, 0]);
    expect(wide.arraySync()).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(() => wide.expand(2, 4)).toThrow("size 3 of dimension 1");
    expect(wide.sumToSize(2, 1).arraySync()).toEqual([[3], [6]]);
  });

  it("diagonal, unfold and asStrided walk memory as documented", () => {
    expect(grid(3, 3).diagonal(1).arraySync()).toEqual([1, 5]);
    expect(grid(3, 3).diagonal(-1).arraySync()).toEqual([3, 7]);
    expect(arange(1, 8).unfold(0, 2, 2).arraySync()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(arange(1, 8).unfold(0, 2, 1).shape).toEqual([6, 2]);
    expect(grid(3, 3).asStrided([2, 2], [1, 2], 1).arraySync()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(() => grid(3).asStrided([2, 2], [2, 1])).toThrow(ShapeError);
  });

  it("change shape in place", () => {
    const x = grid(1, 2, 3);
    expect(x.squeeze_(0).transpose_(0, 1)).toBe(x);
    expect(x.arraySync()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(grid(2, 3).resize_(2, 2).arraySync()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(grid(2).resize_(5).narrow(0, 0, 2).arraySync()).toEqual([0, 1]);
  });
});

describe("parts", () => {
  const shapes = (parts: { shape: readonly number[] }[]) => parts.map((p) => p.shape);

  it("split, chunk, tensorSplit and unbind", () => {
    const x = grid(5, 2);
    expect(x.split(2).map((p) => p.arraySync())).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [
        [4, 5],
        [6, 7],
      ],
      [[8, 9]],
    ]);
    expect(shapes(x.split([1, 4]))).toEqual([
      [1, 2],
      [4, 2],
    ]);
    expect(shapes(arange(11).chunk(6))).toEqual([[2], [2], [2], [2], [2], [1]]);
    expect(shapes(arange(7).tensorSplit(3))).toEqual([[3], [2], [2]]);
    expect(shapes(arange(8).tensorSplit([1, 6]))).toEqual([[1], [5], [2]]);
    expect(x.unbind(1).map((p) => p.arraySync())).toEqual([
      [0, 2, 4, 6, 8],
      [1, 3, 5, 7, 9],
    ]);
    expect(() => x.split([2, 2])).toThrow(ShapeError);
    expect(() => x.hsplit(3)).toThrow(ArgumentError);
  });

  it("narrow and select check their bounds", () => {
    const x = grid(3, 3);
    expect(x.narrow(0, -2, 2).arraySync()).toEqual([
      [3, 4, 5],
      [6, 7, 8],
    ]);
    expect(x.select(1, -1).arraySync()).toEqual([2, 5, 8]);
    expect(() => x.narrow(0, 2, 2)).toThrow(ShapeError);
    expect(() => x.select(0, 3)).toThrow("index 3 is out of range for dimension 0 of size 3");
  });
});
