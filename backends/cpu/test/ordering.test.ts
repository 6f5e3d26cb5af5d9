import type { DType, Operand, ScanKernel } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { backend, empty, noise, positions, tensor, values, view } from "./support/tensors.js";

const nan = Number.NaN;
const inf = Number.POSITIVE_INFINITY;

function scan(
  op: ScanKernel["op"],
  x: Operand,
  axis: number,
  { reverse = false, dtype = x.dtype as DType, withIndices = false } = {},
): { out: Operand; indices: Operand } {
  const out = empty(dtype, x.shape);
  const indices = empty("int32", x.shape);
  const kernel: ScanKernel = { kind: "scan", op, axis, reverse, dtype };
  backend.enqueue({ kernel, x, out, indices: withIndices ? indices : null });
  return { out, indices };
}

function sort(
  x: Operand,
  descending: boolean,
  k: number | null,
  indexType: DType = "int32",
): [number[], number[]] {
  const shape = [...x.shape];
  if (shape.length > 0) shape[shape.length - 1] = k ?? shape[shape.length - 1]!;
  const [sorted, indices] = [empty(x.dtype, shape), empty(indexType, shape)];
  backend.enqueue({ kernel: { kind: "sort", descending, k, dtype: x.dtype }, x, values: sorted, indices });
  return [values(sorted), values(indices)];
}

describe("scan", () => {
  it("sums integers along every axis, both ways, against a plain loop", () => {
    const shape = [3, 40, 5];
    const list = noise(600).map((v) => Math.round(v * 100));
    const at = ([a, b, c]: number[]): number => a! * 200 + b! * 5 + c!;
    for (let axis = 0; axis < 3; axis++) {
      for (const reverse of [false, true]) {
        const { out } = scan("sum", tensor("int32", shape, list), axis, { reverse });
        const expected = positions(shape).map((p) => {
          let sum = 0;
          for (let i = 0; i < shape[axis]!; i++) {
            if (reverse ? i >= p[axis]! : i <= p[axis]!) sum += list[at(p.with(axis, i))]!;
          }
          return sum;
        });
        expect(values(out)).toEqual(expected);
      }
    }
  });

  it("converts first: bool and int8 sums in int64, products that wrap", () => {
    expect(values(scan("sum", tensor("bool", [4], [1, 1, 0, 1]), 0, { dtype: "int64" }).out)).toEqual([
      1, 2, 2, 3,
    ]);
    expect(values(scan("sum", tensor("int8", [3], [100, 100, 100]), 0, { dtype: "int64" }).out)).toEqual([
      100, 200, 300,
    ]);
    expect(values(scan("prod", tensor("uint8", [3], [16, 16, 3]), 0).out)).toEqual([16, 0, 0]);
  });

  it("gives factorials and reads strided input", () => {
    const x = view(tensor("float64", [6], [1, 9, 2, 9, 3, 9]), [3], [2]);
    expect(values(scan("prod", x, 0).out)).toEqual([1, 2, 6]);
  });

  it("tracks extremes with the latest index of a tie; NaN wins and stays", () => {
    const x = tensor("float32", [7], [1, 3, 3, 2, nan, 5, 1]);
    const max = scan("max", x, 0, { withIndices: true });
    expect(values(max.out)).toEqual([1, 3, 3, 3, nan, nan, nan]);
    expect(values(max.indices)).toEqual([0, 1, 2, 2, 4, 4, 4]);
    const min = scan("min", tensor("int32", [2, 3], [3, 1, 1, 0, 2, -1]), 1, { withIndices: true });
    expect(values(min.out)).toEqual([3, 1, 1, 0, 0, -1]);
    expect(values(min.indices)).toEqual([0, 1, 2, 0, 0, 2]);
  });

  it("adds exponentials without overflow: n equal values give value + log(n)", () => {
    const x = tensor("float64", [3], [1000, 1000, 1000]);
    values(scan("logsumexp", x, 0).out).forEach((v, i) => {
      expect(v).toBeCloseTo(1000 + Math.log(i + 1), 12);
    });
    const edge = tensor("float64", [4], [-inf, 0, inf, 1]);
    expect(values(scan("logsumexp", edge, 0).out)).toEqual([-inf, 0, inf, inf]);
    expect(values(scan("logsumexp", tensor("float64", [3], [0, nan, 1]), 0).out)).toEqual([0, nan, nan]);
  });

  it("takes 0-d and empty tensors", () => {
    expect(values(scan("sum", tensor("float32", [], [4]), 0).out)).toEqual([4]);
    expect(values(scan("sum", tensor("float32", [2, 0], []), 1).out)).toEqual([]);
  });
});

describe("sort", () => {
  it("is stable, counts NaN as the greatest and -0 as 0, for both directions", () => {
    const x = tensor("float32", [8], [2, nan, -1, 0, -0, inf, 2, -inf]);
    expect(sort(x, false, null)).toEqual([
      [-inf, -1, 0, -0, 2, 2, inf, nan],
      [7, 2, 3, 4, 0, 6, 5, 1],
    ]);
    expect(sort(x, true, null, "int64")).toEqual([
      [nan, inf, 2, 2, 0, -0, -1, -inf],
      [1, 5, 0, 6, 3, 4, 2, 7],
    ]);
  });

  it("agrees with Array.sort for every dtype, short and long lines, with many ties", () => {
    for (const dtype of [
      "bool",
      "uint8",
      "int8",
      "int16",
      "int32",
      "int64",
      "float32",
      "float64",
    ] as DType[]) {
      for (const n of [1, 17, 5000]) {
        const list = noise(n).map((v) =>
          dtype === "bool" ? Number(v > 0) : Math.floor(v * 50) + (dtype === "uint8" ? 60 : 0),
        );
        for (const descending of [false, true]) {
          const order = list
            .map((_, i) => i)
            .sort((i, j) => (descending ? list[j]! - list[i]! : list[i]! - list[j]!) || i - j);
          expect(sort(tensor(dtype, [n], list), descending, null)).toEqual([
            order.map((i) => list[i]),
            order,
          ]);
        }
      }
    }
  });

  it("orders 16-bit floats by value", () => {
    // 1, -2, 0.5 in float16
    expect(sort(tensor("float16", [3], [0x3c00, 0xc000, 0x3800]), false, null)).toEqual([
      [0xc000, 0x3800, 0x3c00],
      [1, 2, 0],
    ]);
    expect(sort(tensor("bfloat16", [3], [0x3f80, 0xc000, 0x3f00]), true, null)).toEqual([
      [0x3f80, 0x3f00, 0xc000],
      [0, 2, 1],
    ]);
  });

  it("writes the first k of strided lines", () => {
    const list = noise(100 * 6).map((v) => Math.floor(v * 20));
    const x = view(tensor("float32", [100, 6], list), [6, 100], [1, 6]);
    const expected = Array.from({ length: 6 }, (_, line) => {
      const column = Array.from({ length: 100 }, (_, i) => list[i * 6 + line]!);
      return column
        .map((_, i) => i)
        .sort((i, j) => column[j]! - column[i]! || i - j)
        .slice(0, 7)
        .map((i) => [column[i]!, i] as const);
    }).flat();
    expect(sort(x, true, 7)).toEqual([expected.map(([v]) => v), expected.map(([, i]) => i)]);
  });

  it("takes 0-d and empty tensors", () => {
    expect(sort(tensor("float32", [], [3]), false, null)).toEqual([[3], [0]]);
    expect(sort(tensor("float32", [3, 0], []), false, null)).toEqual([[], []]);
  });
});

describe("nonzero", () => {
  const nonzero = (x: Operand, dtype: DType): number[] => {
    const total = empty(dtype, []);
    backend.enqueue({ kernel: { kind: "nonzero", stage: "count", dtype: x.dtype }, x, out: total });
    const [n] = values(total) as [number];
    const out = empty(dtype, [n, x.shape.length]);
    backend.enqueue({ kernel: { kind: "nonzero", stage: "fill", dtype: x.dtype }, x, out });
    return [n, ...values(out)];
  };

  it("counts and lists coordinates, row-major; NaN is not zero, -0 is", () => {
    const x = tensor("float32", [2, 3], [0, 1, nan, -0, 0, -2]);
    expect(nonzero(x, "int64")).toEqual([3, 0, 1, 0, 2, 1, 2]);
    expect(nonzero(view(x, [3, 2], [1, 3]), "int32")).toEqual([3, 1, 0, 2, 0, 2, 1]);
    expect(nonzero(tensor("float16", [3], [0x8000, 0x0001, 0]), "int32")).toEqual([1, 1]);
    expect(nonzero(tensor("bool", [], [1]), "int32")).toEqual([1]);
    expect(nonzero(tensor("int64", [0], []), "int32")).toEqual([0]);
  });

  it("counts large tensors on several threads", () => {
    const list = noise(100_000).map((v) => Number(v > 0.3));
    const [n, ...at] = nonzero(tensor("uint8", [100_000], list), "int32");
    expect(n).toBe(list.reduce((a, b) => a + b, 0));
    expect(at).toEqual(list.flatMap((v, i) => (v ? [i] : [])));
  });
});
