import { describe, expect, it } from "vitest";
import { bucketize, IndexError, isin, searchsorted, tensor } from "../device.js";

const ints = (values: number[]) => tensor(values, { dtype: "int32" });
const { NaN: nan } = Number;

describe("sorting", () => {
  it("gives values and indices by name and by position", () => {
    const x = tensor([
      [3, 1, 2],
      [0, nan, -1],
    ]);
    const [values, indices] = x.sort();
    expect(values?.arraySync()).toEqual([
      [1, 2, 3],
      [-1, 0, nan],
    ]);
    expect(indices?.arraySync()).toEqual([
      [1, 2, 0],
      [2, 0, 1],
    ]);
    expect(x.sort(0, { descending: true }).values.arraySync()).toEqual([
      [3, nan, 2],
      [0, 1, -1],
    ]);
    expect(x.topk(2, { largest: false }).indices.arraySync()).toEqual([
      [1, 2],
      [2, 0],
    ]);
    expect(x.kthvalue(2).values.arraySync()).toEqual([2, 0]);
    expect(() => x.topk(4)).toThrow(IndexError);
    expect(tensor([1, 0, 1, 0]).argsort().arraySync()).toEqual([1, 3, 0, 2]);
  });

  it("median is the lower one and NaN if any is", () => {
    expect(tensor([4, 1, 3, 2]).median().itemSync()).toBe(2);
    expect(tensor([4, nan, 3, 2]).median().itemSync()).toBeNaN();
    expect(tensor([4, nan, 3, 2]).nanmedian().itemSync()).toBe(3);
    const { values, indices } = tensor([
      [1, nan],
      [5, 4],
    ]).median(1);
    expect([values.arraySync(), indices.arraySync()]).toEqual([
      [nan, 4],
      [1, 1],
    ]);
  });

  it("mode is the least of the most frequent", () => {
    const { values, indices } = ints([6, 5, 1, 5, 1, 0]).mode();
    expect(values.itemSync()).toBe(1);
    expect([2, 4]).toContain(indices.itemSync());
  });

  it("quantile interpolates", () => {
    const x = tensor([0, 1, 2, 3]);
    const at = (interpolation: "linear" | "lower" | "higher" | "midpoint" | "nearest") =>
      x.quantile(0.4, { interpolation }).itemSync();
    expect(at("linear")).toBeCloseTo(1.2, 6);
    expect([at("lower"), at("higher"), at("midpoint"), at("nearest")]).toEqual([1, 2, 1.5, 1]);
    expect(
      tensor([
        [1, nan],
        [3, 5],
      ])
        .quantile(tensor([0.5, 1]), { dim: 1, keepdim: true })
        .arraySync(),
    ).toEqual([
      [[nan], [4]],
      [[nan], [5]],
    ]);
    expect(tensor([1, nan, 3]).nanquantile(0.5).itemSync()).toBe(2);
  });
});

describe("running folds", () => {
  it("cumsum, cumprod, cummax, logcumsumexp", () => {
    expect(ints([1, 2, 3]).cumsum(0).dtype).toBe("int32");
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ])
        .cumsum(0)
        .arraySync(),
    ).toEqual([
      [1, 2],
      [4, 6],
    ]);
    expect(tensor([2, 3, 4]).cumprod(0).arraySync()).toEqual([2, 6, 24]);
    const { values, indices } = tensor([1, 3, 3, 2]).cummax(0);
    expect([values.arraySync(), indices.arraySync()]).toEqual([
      [1, 3, 3, 3],
      [0, 1, 2, 2],
    ]);
    const [, last] = tensor([1000, 1000]).logcumsumexp(0).arraySync() as number[];
    expect(last).toBeCloseTo(1000 + Math.LN2, 3);
  });
});

describe("searching", () => {
  it("follows the documented examples", () => {
    const sequence = tensor([
      [1, 3, 5, 7, 9],
      [2, 4, 6, 8, 10],
    ]);
    const values = tensor([
      [3, 6, 9],
      [3, 6, 9],
    ]);
    expect(searchsorted(sequence, values).arraySync()).toEqual([
      [1, 3, 4],
      [1, 2, 4],
    ]);
    expect(searchsorted(sequence, values, { side: "right" }).arraySync()).toEqual([
      [2, 3, 5],
      [1, 3, 4],
    ]);
    expect(searchsorted(tensor([1, 3, 5, 7, 9]), values).arraySync()).toEqual([
      [1, 3, 4],
      [1, 3, 4],
    ]);
    expect(
      bucketize(
        tensor([
          [3, 6, 9],
          [3, 6, 9],
        ]),
        tensor([1, 3, 5, 7, 9]),
        { right: true },
      ).arraySync(),
    ).toEqual([
      [2, 3, 5],
      [2, 3, 5],
    ]);
    expect(
      isin(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        tensor([2, 3]),
      ).arraySync(),
    ).toEqual([
      [false, true],
      [true, false],
    ]);
    expect(isin(ints([1, 2]), 2, { invert: true }).arraySync()).toEqual([true, false]);
  });

  it("agrees with counting for every length", () => {
    for (let n = 0; n < 10; n++) {
      const sequence = Array.from({ length: n }, (_, i) => Math.floor(i / 2));
      const probes = [-1, 0, 0.5, 1, 2, 3, 4, 5];
      const found = searchsorted(tensor(Float32Array.from(sequence)), tensor(probes)).arraySync();
      expect(found).toEqual(probes.map((p) => sequence.filter((s) => s < p).length));
    }
  });
});

describe("counting", () => {
  it("bincount and histc", () => {
    expect(ints([4, 3, 6, 3, 4]).bincount().arraySync()).toEqual([0, 0, 0, 2, 2, 0, 1]);
    expect(
      ints([4, 3, 6, 3, 4])
        .bincount(tensor([0, 0.25, 0.5, 0.75, 1]))
        .arraySync(),
    ).toEqual([0, 0, 0, 1, 1, 0, 0.5]);
    expect(tensor([1, 2, 1]).histc(4, 0, 3).arraySync()).toEqual([0, 2, 1, 0]);
    expect(tensor([0, 1, 2, 3]).histc({ bins: 2 }).arraySync()).toEqual([2, 2]);
  });

  it("unique elements, runs and rows", () => {
    const { output, inverseIndices, counts } = tensor([1, 3, 2, 3]).unique({
      returnInverse: true,
      returnCounts: true,
    });
    expect([output.arraySync(), inverseIndices.arraySync(), counts.arraySync()]).toEqual([
      [1, 2, 3],
      [0, 2, 1, 2],
      [1, 1, 2],
    ]);
    const runs = tensor([1, 1, 2, 2, 3, 1, 1, 2]).uniqueConsecutive({ returnCounts: true });
    expect([runs.output.arraySync(), runs.counts.arraySync()]).toEqual([
      [1, 2, 3, 1, 2],
      [2, 2, 1, 2, 1],
    ]);
    expect(
      tensor([
        [2, 1],
        [1, 5],
        [2, 1],
        [1, 2],
      ])
        .unique({ dim: 0 })
        .arraySync(),
    ).toEqual([
      [1, 2],
      [1, 5],
      [2, 1],
    ]);
    expect(tensor([], { dtype: "float32" }).unique().shape).toEqual([0]);
  });
});
