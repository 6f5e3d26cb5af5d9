import type { Coordinate, DType, GatherKernel, Operand, ScatterKernel } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { backend, element, empty, noise, positions, tensor, values, view } from "./support/tensors.js";

function gather(
  x: Operand,
  indices: readonly Operand[],
  shape: readonly number[],
  coordinates: readonly Coordinate[],
  wrap = false,
): Operand {
  const out = empty(x.dtype, shape);
  const kernel: GatherKernel = { kind: "gather", op: "test", dtype: x.dtype, coordinates, wrap };
  backend.enqueue({ kernel, x, indices, out });
  return out;
}

function scatter(
  out: Operand,
  indices: readonly Operand[],
  src: Operand,
  coordinates: readonly Coordinate[],
  reduce: ScatterKernel["reduce"],
): void {
  const kernel: ScatterKernel = {
    kind: "scatter",
    op: "test",
    dtype: out.dtype,
    reduce,
    coordinates,
    wrap: true,
  };
  backend.enqueue({ kernel, src, indices, out });
}

const axis = (n: number): Coordinate => ({ axis: n });
const index = (n: number): Coordinate => ({ index: n });
const ints = (n: number, below: number, seed = 3): number[] =>
  noise(n, seed).map((v) => Math.floor(((v + 1) / 2) * below));

describe("gather", () => {
  it("copies rows for an embedding, for every dtype", () => {
    for (const dtype of ["bool", "uint8", "int16", "float16", "float32", "int64", "float64"] as DType[]) {
      const list = ints(7 * 5, 2);
      const x = tensor(dtype, [7, 5], list);
      const rows = [6, 0, 3, 3];
      const at = view(tensor("int64", [4], rows), [4, 5], [1, 0]);
      const out = gather(x, [at], [4, 5], [index(0), axis(1)]);
      expect(values(out)).toEqual(rows.flatMap((r) => list.slice(r * 5, r * 5 + 5)));
    }
  });

  it("is torch.gather along any dimension, reading strided memory", () => {
    const list = noise(6 * 5 * 4);
    const x = view(tensor("float32", [4, 5, 6], list), [6, 5, 4], [1, 6, 30]);
    for (let dim = 0; dim < 3; dim++) {
      const shape = [3, 4, 2];
      const chosen = ints(24, x.shape[dim]!);
      const at = tensor("int32", shape, chosen);
      const out = gather(
        x,
        [at],
        shape,
        [0, 1, 2].map((d) => (d === dim ? index(0) : axis(d))),
      );
      const expected = positions(shape).map((p) => {
        const [a, b, c] = p.map((v, d) => (d === dim ? element(chosen, shape, p) : v)) as [
          number,
          number,
          number,
        ];
        return Math.fround(list[c * 30 + b * 6 + a]!);
      });
      expect(values(out)).toEqual(expected);
    }
  });

  it("joins several index tensors of different types, wraps negatives and broadcasts", () => {
    const x = tensor(
      "float32",
      [4, 3, 2],
      Array.from({ length: 24 }, (_, i) => i),
    );
    const a = view(tensor("int8", [2, 1], [-1, 1]), [2, 3, 2], [1, 0, 0]);
    const b = view(tensor("int16", [3], [2, -3, 1]), [2, 3, 2], [0, 1, 0]);
    const out = gather(x, [a, b], [2, 3, 2], [index(0), index(1), axis(2)], true);
    const expected = [3, 1].flatMap((i) => [2, 0, 1].flatMap((j) => [0, 1].map((k) => i * 6 + j * 2 + k)));
    expect(values(out)).toEqual(expected);
  });

  it("takes 0-d and empty tensors", () => {
    const x = tensor("float32", [3], [5, 6, 7]);
    expect(values(gather(x, [tensor("int32", [], [2])], [], [index(0)]))).toEqual([7]);
    expect(values(gather(x, [tensor("int32", [0], [])], [0], [index(0)]))).toEqual([]);
    expect(values(gather(tensor("float32", [], [4]), [], [2], []))).toEqual([4, 4]);
  });

  it("reports the first bad index in row-major order whatever the number of threads, and any index of nothing", () => {
    const n = 200_000;
    const chosen = new Array<number>(n).fill(1);
    chosen[150_000] = 77;
    chosen[199_999] = 88;
    chosen[150_001] = -4;
    const x = tensor("float32", [3], [1, 2, 3]);
    const out = gather(x, [tensor("int32", [n], chosen)], [n], [index(0)], true);
    expect(() => values(out)).toThrow("test: index 77 is out of range for dimension 0 of size 3");
    const none = gather(tensor("float32", [0], []), [tensor("int32", [1], [0])], [1], [index(0)]);
    expect(() => values(none)).toThrow("index 0 is out of range for dimension 0 of size 0");
  });

  it("shares large work among threads", () => {
    const rows = 3000;
    const list = Array.from({ length: rows * 64 }, (_, i) => i);
    const order = ints(rows, rows);
    const at = view(tensor("int32", [rows], order), [rows, 64], [1, 0]);
    const out = gather(tensor("int32", [rows, 64], list), [at], [rows, 64], [index(0), axis(1)]);
    expect(values(out)).toEqual(order.flatMap((r) => list.slice(r * 64, r * 64 + 64)));
  });
});

describe("scatter", () => {
  const fold: Record<ScatterKernel["reduce"], (a: number, b: number) => number> = {
    set: (_, b) => b,
    add: (a, b) => a + b,
    mul: (a, b) => a * b,
    max: Math.max,
    min: Math.min,
  };

  it("folds in row-major order along any dimension", () => {
    for (const reduce of Object.keys(fold) as ScatterKernel["reduce"][]) {
      for (const dtype of ["float64", "int32"] as const) {
        for (let dim = 0; dim < 2; dim++) {
          const start = ints(6 * 90, 9, 1).map((v) => v - 4);
          const add = ints(5 * 80, 9, 2).map((v) => v - 4);
          const chosen = ints(5 * 80, [6, 90][dim]!, 5);
          const out = tensor(dtype, [6, 90], start);
          const coordinates = [0, 1].map((d) => (d === dim ? index(0) : axis(d)));
          scatter(out, [tensor("int32", [5, 80], chosen)], tensor(dtype, [5, 80], add), coordinates, reduce);
          const expected = [...start];
          positions([5, 80]).forEach((p, i) => {
            const [r, c] = p.map((v, d) => (d === dim ? chosen[i]! : v)) as [number, number];
            expected[r * 90 + c] = fold[reduce](expected[r * 90 + c]!, add[i]!) | 0;
          });
          expect(values(out).map((v) => v | 0)).toEqual(expected); // -0 counts as 0
        }
      }
    }
  });

  it("adds the rows of an embedding's gradient in the same order however threads share it", () => {
    const [n, rows, width] = [500, 7, 256];
    const src = noise(n * width).map(Math.fround);
    const chosen = ints(n, rows);
    const out = tensor("float32", [rows, width], new Array<number>(rows * width).fill(0));
    const at = view(tensor("int32", [n], chosen), [n, width], [1, 0]);
    scatter(out, [at], tensor("float32", [n, width], src), [index(0), axis(1)], "add");
    const expected = new Float32Array(rows * width);
    chosen.forEach((r, i) => {
      for (let c = 0; c < width; c++) expected[r * width + c]! += src[i * width + c]!;
    });
    expect(values(out)).toEqual([...expected]);
  });

  it("writes through strides, keeps NaN as an extreme, and treats bool as logic", () => {
    const memory = tensor("float32", [2, 3], [0, 0, 0, 0, 0, 0]);
    const out = view(memory, [3, 2], [1, 3]);
    const at = view(tensor("int64", [1], [-1]), [1, 2], [0, 0]);
    scatter(out, [at], tensor("float32", [1, 2], [5, Number.NaN]), [index(0), axis(1)], "max");
    expect(values(memory)).toEqual([0, 0, 5, 0, 0, Number.NaN]);
    const flags = tensor("bool", [3], [1, 0, 1]);
    scatter(flags, [tensor("int32", [3], [0, 1, 1])], tensor("bool", [3], [1, 1, 1]), [index(0)], "add");
    expect(values(flags)).toEqual([1, 1, 1]);
  });

  it("rounds 16-bit sums once per step: 1 + 2^-11 stays 1 in float16, 1 + 2^-10 does not", () => {
    const one = 0x3c00;
    const out = tensor("float16", [2], [one, one]);
    const src = tensor("float16", [2], [0x1000, 0x1400]);
    scatter(out, [tensor("int32", [2], [0, 1])], src, [index(0)], "add");
    expect(values(out)).toEqual([one, one + 1]);
  });

  it("leaves out what has a bad index and reports it", () => {
    const out = tensor("int32", [3], [0, 0, 0]);
    scatter(out, [tensor("int32", [3], [0, 3, 2])], tensor("int32", [3], [1, 1, 1]), [index(0)], "add");
    expect(() => values(out)).toThrow("test: index 3 is out of range for dimension 0 of size 3");
    expect(values(out)).toEqual([1, 0, 1]);
  });

  it("broadcasts its source", () => {
    const out = tensor("int64", [4], [0, 0, 0, 0]);
    const src = view(tensor("int64", [1], [2]), [6], [0]);
    scatter(out, [tensor("uint8", [6], [0, 1, 1, 3, 3, 3])], src, [index(0)], "add");
    expect(values(out)).toEqual([2, 4, 0, 6]);
  });
});
