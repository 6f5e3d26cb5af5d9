import type { DType, Operand } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { backend, element, empty, noise, positions, tensor, values, view } from "./support/tensors.js";

function matmul(a: Operand, b: Operand, batch: number[], bias: Operand | null = null): Operand {
  const out = empty(a.dtype, [...batch, a.shape.at(-2)!, b.shape.at(-1)!]);
  backend.enqueue({ kernel: { kind: "matmul", dtype: a.dtype }, a, b, bias, out });
  return out;
}

const ints = (n: number, seed: number): number[] => noise(n, seed).map((v) => Math.round(v * 8));

function expected(a: number[], as: number[], b: number[], bs: number[], batch: number[]): number[] {
  const [m, k, n] = [as.at(-2)!, as.at(-1)!, bs.at(-1)!];
  return positions([...batch, m, n]).map((p) => {
    let sum = 0;
    const at = p.slice(0, -2);
    for (let i = 0; i < k; i++) {
      sum +=
        element(a, as, [...at, p.at(-2)!, i]) *
        element(b, bs, [...at.slice(at.length - bs.length + 2), i, p.at(-1)!]);
    }
    return sum + 0;
  });
}

describe("matmul", () => {
  it("multiplies batches exactly for small integers in every number type", () => {
    for (const dtype of ["float32", "float64", "int8", "int32", "int64"] as DType[]) {
      const [a, b] = [ints(2 * 3 * 5 * 7, 1), ints(2 * 3 * 7 * 4, 2)].map((list) =>
        list.map((v) => (dtype === "int8" ? v % 3 : v)),
      );
      const out = matmul(tensor(dtype, [2, 3, 5, 7], a!), tensor(dtype, [2, 3, 7, 4], b!), [2, 3]);
      expect(values(out).map((v) => v + 0)).toEqual(expected(a!, [2, 3, 5, 7], b!, [2, 3, 7, 4], [2, 3]));
    }
  });

  it("stacks batches that share b, transposed or not, and batches of rows", () => {
    const [a, w] = [ints(3 * 4 * 5, 1), ints(5 * 6, 2)];
    const wide = tensor("float32", [5, 6], w);
    const shared = view(wide, [3, 5, 6], [0, 6, 1]);
    expect(values(matmul(tensor("float32", [3, 4, 5], a), shared, [3])).map((v) => v + 0)).toEqual(
      expected(a, [3, 4, 5], w, [5, 6], [3]),
    );
    const rows = view(tensor("float32", [12, 5], a), [12, 1, 5], [5, 5, 1]);
    expect(values(matmul(rows, view(wide, [12, 5, 6], [0, 6, 1]), [12])).map((v) => v + 0)).toEqual(
      expected(a, [12, 1, 5], w, [5, 6], [12]),
    );
    const transposed = view(tensor("float32", [6, 5], w), [3, 5, 6], [0, 1, 5]);
    const wt = positions([5, 6]).map(([i, j]) => w[j! * 5 + i!]!);
    expect(values(matmul(tensor("float32", [3, 4, 5], a), transposed, [3])).map((v) => v + 0)).toEqual(
      expected(a, [3, 4, 5], wt, [5, 6], [3]),
    );
  });

  it("adds a bias per column, per row, for all, per batch and in full", () => {
    const [a, b] = [ints(2 * 3 * 4, 1), ints(2 * 4 * 5, 2)];
    const product = expected(a, [2, 3, 4], b, [2, 4, 5], [2]);
    for (const shape of [[5], [3, 1], [], [2, 1, 5], [2, 3, 1], [2, 3, 5], [3, 5], [2, 1, 1]]) {
      const list = ints(
        shape.reduce((x, y) => x * y, 1),
        9,
      );
      const out = matmul(
        tensor("float32", [2, 3, 4], a),
        tensor("float32", [2, 4, 5], b),
        [2],
        tensor("float32", shape, list),
      );
      const want = positions([2, 3, 5]).map((p, i) => {
        const at = p.slice(3 - shape.length).map((v, d) => (shape[d] === 1 ? 0 : v));
        return product[i]! + element(list, shape, at);
      });
      expect(
        values(out).map((v) => v + 0),
        `bias of shape [${shape}]`,
      ).toEqual(want.map((v) => v + 0));
    }
  });

  it("takes empty dimensions: an empty sum is zero, or the bias", () => {
    expect(values(matmul(tensor("float32", [2, 0], []), tensor("float32", [0, 2], []), []))).toEqual([
      0, 0, 0, 0,
    ]);
    const bias = tensor("float32", [2], [1, 2]);
    expect(values(matmul(tensor("float32", [2, 0], []), tensor("float32", [0, 2], []), [], bias))).toEqual([
      1, 2, 1, 2,
    ]);
    expect(
      values(matmul(tensor("float32", [0, 3], []), tensor("float32", [3, 2], new Array(6).fill(1)), [])),
    ).toEqual([]);
  });

  it("takes nine broadcast batch dimensions that cannot be merged", () => {
    const batch = new Array<number>(9).fill(2);
    const a = tensor("float64", [1, 1], [3]);
    const list = Array.from({ length: 512 }, (_, i) => i);
    // Reversed strides keep neighbours apart.
    const b = view(tensor("float64", [512], list), [...batch, 1, 1], [...batch.map((_, d) => 2 ** d), 0, 0]);
    const out = matmul(view(a, [...batch, 1, 1], new Array<number>(11).fill(0)), b, batch);
    const want = positions(batch).map((p) => 3 * p.reduce((sum, v, d) => sum + v * 2 ** d, 0));
    expect(values(out)).toEqual(want);
  });
});
