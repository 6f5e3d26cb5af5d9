/** Every way a launch can be cut into tiles gives what the reference backend gives, and what closed forms say. */
import { type Expr, position as linear, type Operand } from "@flambeau/core";
import { compareBackends, ReferenceBackend } from "@flambeau/testing";
import { describe, expect, it } from "vitest";
import { bytes, pointwise, rowwise } from "./support/fused.js";
import { backend, noise, tensor, values, view } from "./support/tensors.js";

const softmax = (row: { max(x: Expr): Expr; sum(x: Expr): Expr }, x: Expr): Expr => {
  const e = x.sub(row.max(x)).exp();
  return e.div(row.sum(e));
};

function softmaxOf(row: readonly number[]): number[] {
  const top = Math.max(...row);
  const e = row.map((x) => Math.exp(x - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);
}

function near(got: readonly number[], want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length);
  let worst = 0;
  got.forEach((x, i) => {
    const error = x === want[i] ? 0 : Math.abs(x - want[i]!) / Math.max(1e-6, Math.abs(want[i]!));
    if (!(error <= worst)) worst = error;
  });
  expect(worst).toBeLessThanOrEqual(tolerance);
}

describe("random launches", () => {
  it("agree with the reference backend", { timeout: 60_000 }, async () => {
    expect(
      await compareBackends(backend, new ReferenceBackend(0), { cases: 400, kinds: ["fused"], seed: 11 }),
    ).toEqual([]);
  });
});

describe("rows", () => {
  const sizes: [number, number][] = [
    [1, 1],
    [3, 5],
    [700, 10],
    [2, 5000],
    [1, 100_000],
    [300, 129],
    [40, 1000],
  ]; // prettier-ignore
  it.each(sizes)("softmax along the last dimension of [%i, %i]", (n, length) => {
    const list = noise(n * length).map((x) => Math.fround(x * 30));
    const want = Array.from({ length: n }, (_, r) =>
      softmaxOf(list.slice(r * length, (r + 1) * length)),
    ).flat();
    near(
      values(rowwise(softmax, [tensor("float32", [n, length], list)], [n, length], [1], "float32")[0]!),
      want,
      4e-6,
    );
  });

  it.each(sizes)("softmax along the first dimension, whose elements are apart, of [%i, %i]", (length, n) => {
    const list = noise(n * length, 2).map((x) => Math.fround(x * 30));
    const want = new Array<number>(n * length);
    for (let c = 0; c < n; c++) {
      const column = softmaxOf(Array.from({ length }, (_, i) => list[i * n + c]!));
      for (const [i, x] of column.entries()) want[i * n + c] = x;
    }
    near(
      values(rowwise(softmax, [tensor("float32", [length, n], list)], [length, n], [0], "float32")[0]!),
      want,
      4e-6,
    );
  });

  it("sums a million float32 values along any dimensions to 1e-6", () => {
    const list = noise(1_000_000, 3).map((x) => Math.fround(x + 1.5));
    const total = list.reduce((a, b) => a + b, 0);
    const x = tensor("float32", [1_000_000], list);
    near(values(rowwise((row, v) => row.sum(v), [x], [1_000_000], [0], "float32")[0]!), [total], 1e-7);
    const square = view(x, [1000, 1000], [1000, 1]);
    const sumsBy = (keys: number, key: (i: number) => number): number[] => {
      const sums = new Array<number>(keys).fill(0);
      for (const [i, v] of list.entries()) sums[key(i)]! += v;
      return sums;
    };
    const columns = sumsBy(1000, (i) => i % 1000);
    near(values(rowwise((row, v) => row.sum(v), [square], [1000, 1000], [0], "float32")[0]!), columns, 2e-7);
    const cube = view(x, [100, 100, 100], [10_000, 100, 1]);
    const middle = sumsBy(100, (i) => Math.floor(i / 100) % 100);
    near(
      values(rowwise((row, v) => row.sum(v), [cube], [100, 100, 100], [0, 2], "float32")[0]!),
      middle,
      2e-7,
    );
  });

  it("means and variances keep their digits far from zero", () => {
    const [n, length] = [3, 3000];
    const list = noise(n * length, 4).map((x) => Math.fround(1000 + x));
    const exact = Array.from({ length: n }, (_, r) => {
      const row = list.slice(r * length, (r + 1) * length);
      const mean = row.reduce((a, b) => a + b, 0) / length;
      return { mean, m2: row.reduce((a, b) => a + (b - mean) ** 2, 0) };
    });
    for (const [shape, strides, over] of [
      [[n, length], [length, 1], 1],
      [[length, n], [1, length], 0],
    ] as const) {
      const x = view(tensor("float32", [n, length], list), shape, strides);
      const [mean, m2] = rowwise(
        (row, v) => Object.values(row.moments(v)),
        [x],
        shape,
        [over],
        "float32",
      ) as [Operand, Operand];
      near(
        values(mean).filter((_, i) => i < n),
        exact.map((e) => e.mean),
        1e-7,
      );
      near(
        values(m2),
        exact.map((e) => e.m2),
        1e-6,
      );
    }
  });

  it("the first extreme wins, and NaN before it", () => {
    const rows = [
      [1000, 1001, 999, 1002],
      [-1, 2, Number.NaN, 4],
      [5, 5, 5, 5],
      [3, 1, 3, 1],
    ];
    const x = tensor("float32", [4, 4], rows.flat());
    const both = (over: number, given: Operand): number[][] =>
      rowwise((row, v) => [row.argmax(v), row.argmin(v)], [given], [4, 4], [over], "int32").map(values);
    expect(both(1, x)).toEqual([
      [3, 2, 0, 0],
      [2, 2, 0, 1],
    ]);
    expect(both(0, view(x, [4, 4], [1, 4]))).toEqual([
      [3, 2, 0, 0],
      [2, 2, 0, 1],
    ]);
    const long = new Array<number>(5000).fill(0);
    long[4321] = long[4500] = 1;
    expect(
      values(rowwise((row, v) => row.argmax(v), [tensor("float32", [5000], long)], [5000], [0], "int64")[0]!),
    ).toEqual([4321]);
  });

  it("rows without elements give the identities", () => {
    const x = tensor("float32", [3, 0], []);
    const folds = rowwise(
      (row, v) => [row.sum(v), row.prod(v), row.max(v), row.min(v)],
      [x],
      [3, 0],
      [1],
      "float32",
    ).map(values);
    expect(folds).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      new Array(3).fill(Number.NEGATIVE_INFINITY),
      new Array(3).fill(Number.POSITIVE_INFINITY),
    ]);
    expect(
      rowwise((row, v) => [row.any(v.toBool()), row.all(v.toBool())], [x], [3, 0], [1], "bool").map(values),
    ).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });
});

describe("elements", () => {
  it("transposes, reverses and broadcasts", () => {
    const x = tensor(
      "float32",
      [300, 70],
      Array.from({ length: 21_000 }, (_, i) => i),
    );
    const turned = view(x, [70, 300], [1, 70]);
    const row = view(
      tensor(
        "float32",
        [300],
        Array.from({ length: 300 }, (_, i) => -i),
      ),
      [70, 300],
      [0, -1],
      299,
    );
    const got = values(pointwise((a, b) => a.mul(2).add(b), [turned, row], [70, 300], "float32")[0]!);
    expect(got).toEqual(
      Array.from(
        { length: 21_000 },
        (_, i) => 2 * ((i % 300) * 70 + Math.floor(i / 300)) - (299 - (i % 300)),
      ),
    );
  });

  it("updates several tensors in place as if all were read before", () => {
    const [p, g, m] = [1, 2, 3].map((seed) => tensor("float32", [5000], noise(5000, seed))) as [
      Operand,
      Operand,
      Operand,
    ];
    const before = [p, g, m].map(values) as [number[], number[], number[]];
    const step = (w: Expr, d: Expr, v: Expr): Expr[] => {
      const next = v.mul(0.5).add(d);
      return [w.sub(next.mul(0.25)).add(v), next];
    };
    pointwise(step, [p, g, m], [5000], "float32", { out: [p, m] });
    const next = before[2].map((v, i) => Math.fround(Math.fround(v * 0.5) + before[1][i]!));
    expect(values(m)).toEqual(next);
    near(
      values(p),
      before[0].map((w, i) => w - next[i]! * 0.25 + before[2][i]!),
      1e-4,
    );
  });

  it("counts positions logically, in whatever order memory is walked", () => {
    const out = view(tensor("int32", [60, 50], new Array(3000).fill(0)), [50, 60], [1, 50]);
    pointwise(() => linear(), [], [50, 60], "int32", { out: [out] });
    expect(values(out)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });

  it("takes scalars beyond 2^53 whole", () => {
    const x = tensor("int64", [2], [1, -1]);
    const [sum] = pointwise((a, b) => a.add(b), [x, 2n ** 60n], [2], "int64", { dtypes: ["int64", "int64"] });
    expect([...new BigInt64Array(bytes(sum!).slice().buffer)]).toEqual([2n ** 60n + 1n, 2n ** 60n - 1n]);
  });
});
