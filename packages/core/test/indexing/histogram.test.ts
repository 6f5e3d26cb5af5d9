import { describe, expect, it } from "vitest";
import { ArgumentError, histogramdd, ShapeError, segmentReduce, tensor } from "../device.js";

const x = tensor([0, 1, 2, 2.5, 4]);

describe("histogram", () => {
  it("counts in equal bins, the last one closed", () => {
    const { hist, binEdges } = x.histogram(4);
    expect(hist.arraySync()).toEqual([1, 1, 2, 1]);
    expect(binEdges.arraySync()).toEqual([0, 1, 2, 3, 4]);
  });

  it("weighs, between given edges, to an integral of 1", () => {
    const [hist] = x.histogram(tensor([0, 2, 3]), { weight: tensor([1, 2, 3, 4, 5]), density: true });
    const values = hist?.arraySync() as number[];
    expect(values[0]).toBeCloseTo(0.15, 6);
    expect(values[1]).toBeCloseTo(0.7, 6);
  });

  it("leaves out what is outside the range and takes one value or none", () => {
    expect(x.histogram(2, { range: [1, 3] }).hist.arraySync()).toEqual([1, 2]);
    expect(tensor([7, 7]).histogram(1).binEdges.arraySync()).toEqual([6.5, 7.5]);
    expect(tensor([]).histogram(2).binEdges.arraySync()).toEqual([0, 0.5, 1]);
  });

  it("counts points in several dimensions", () => {
    const points = tensor([
      [0, 0],
      [1, 2],
      [1, 1],
      [0.2, 2],
    ]);
    const { hist, binEdges } = histogramdd(points, [2, tensor([0, 1, 2])]);
    expect(hist.arraySync()).toEqual([
      [1, 1],
      [0, 2],
    ]);
    expect(binEdges.map((edge) => edge.arraySync())).toEqual([
      [0, 0.5, 1],
      [0, 1, 2],
    ]);
  });

  it("refuses bins and weights that do not fit", () => {
    expect(() => x.histogram(0)).toThrow(ArgumentError);
    expect(() => x.histogram(2, { weight: tensor([1]) })).toThrow(ShapeError);
    expect(() => x.histogram(2, { range: [3, 1] })).toThrow(ArgumentError);
  });
});

describe("segmentReduce", () => {
  const data = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const lengths = tensor([2, 0, 1], { dtype: "int32" });

  it("reduces each segment from an initial value", () => {
    expect(segmentReduce(data, "sum", { lengths }).arraySync()).toEqual([
      [4, 6],
      [0, 0],
      [5, 6],
    ]);
    expect(segmentReduce(data, "mean", { lengths }).select(1, 0).arraySync()).toEqual([2, Number.NaN, 5]);
    expect(segmentReduce(data, "max", { lengths, initial: 4 }).select(1, 0).arraySync()).toEqual([4, 4, 5]);
    const offsets = tensor([0, 2, 2, 3], { dtype: "int64" });
    expect(segmentReduce(data, "prod", { offsets }).select(1, 1).arraySync()).toEqual([8, 1, 6]);
  });

  it("follows rows of lengths along a later axis", () => {
    const rows = tensor(
      [
        [1, 1],
        [0, 2],
        [2, 0],
      ],
      { dtype: "int64" },
    );
    expect(segmentReduce(data, "sum", { lengths: rows, axis: 1 }).arraySync()).toEqual([
      [1, 2],
      [0, 7],
      [11, 0],
    ]);
  });

  it("refuses lengths that do not add up, unless unsafe", () => {
    const short = tensor([1, 1], { dtype: "int64" });
    expect(() => segmentReduce(data, "sum", { lengths: short })).toThrow(ArgumentError);
    expect(segmentReduce(data, "sum", { lengths: short, unsafe: true }).shape).toEqual([2, 2]);
  });
});
