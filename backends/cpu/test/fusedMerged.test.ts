/** Instructions that stand for several nodes compute what those would, and are used only where nothing is lost. */
import type { Expr } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { pointwise, rowwise } from "./support/fused.js";
import { noise, tensor, values } from "./support/tensors.js";

const float = (list: readonly number[]): number[] => list.map(Math.fround);
/** Lengths that leave rests beside whole vectors. */
const lengths = [1, 15, 16, 17, 1000];

// erf to 16 digits (Abramowitz & Stegun 7.1.5, and 7.1.14 as a continued fraction).
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 3) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (a + fraction);
    return Math.sign(x) * (1 - Math.exp(-a * a) / ((a + fraction) * Math.sqrt(Math.PI)));
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function close(got: readonly number[], want: readonly number[], relative: number): void {
  expect(got.length).toBe(want.length);
  got.forEach((x, i) => {
    const wanted = want[i]!;
    if (Object.is(x, wanted) || (Number.isNaN(x) && Number.isNaN(wanted))) return;
    expect(Math.abs(x - wanted)).toBeLessThanOrEqual(relative * Math.abs(wanted));
  });
}

describe("gelu", () => {
  const gelu = (x: Expr): Expr => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1));

  it.each(lengths)("of %i values is x/2 (1 + erf(x/√2))", (n) => {
    const x = float(noise(n).map((v) => v * 4));
    const got = values(pointwise(gelu, [tensor("float32", [n], x)], [n], "float32")[0]!);
    got.forEach((y, i) => {
      // The sum with 1 loses digits where erf is near -1.
      expect(Math.abs(y - (x[i]! / 2) * (1 + erf(x[i]! * Math.SQRT1_2)))).toBeLessThanOrEqual(4e-7);
    });
  });

  it("keeps its half and its product with 1 + erf where both are wanted too", () => {
    const x = float(noise(40).map((v) => v * 3));
    const [y, half] = pointwise(
      (e) => {
        const h = e.mul(0.5);
        return [h.mul(e.mul(Math.SQRT1_2).erf().add(1)), h];
      },
      [tensor("float32", [40], x)],
      [40],
      "float32",
    );
    expect(values(half!)).toEqual(x.map((v) => v / 2));
    expect(values(y!)).toEqual(values(pointwise(gelu, [tensor("float32", [40], x)], [40], "float32")[0]!));
  });

  it("has the limits 0 and x, and keeps NaN", () => {
    const x = [-40, 40, Number.NaN, Number.POSITIVE_INFINITY, 0];
    const got = values(pointwise(gelu, [tensor("float32", [5], x)], [5], "float32")[0]!);
    expect(got.map((y) => y + 0)).toEqual([0, 40, Number.NaN, Number.POSITIVE_INFINITY, 0]);
  });
});

describe("erf", () => {
  it("is within 2 ulp over its whole range and saturates", () => {
    const x = float(Array.from({ length: 4001 }, (_, i) => (i - 2000) / 400));
    const got = values(
      pointwise((e) => e.erf(), [tensor("float32", [x.length], x)], [x.length], "float32")[0]!,
    );
    close(got, x.map(erf), 2.4e-7);
    expect(got[0]).toBe(-1);
    expect(got.at(-1)).toBe(1);
  });
});

describe("exp of a difference", () => {
  it.each(lengths)("of %i values, either of them a number", (n) => {
    const a = float(noise(n, 2).map((v) => v * 20));
    const b = float(noise(n, 3).map((v) => v * 20));
    const [x, y] = [tensor("float32", [n], a), tensor("float32", [n], b)];
    const run = (f: (...args: Expr[]) => Expr, ...args: Parameters<typeof pointwise>[1][number][]) =>
      values(pointwise(f, args, [n], "float32")[0]!);
    const difference = (p: Expr, q: Expr): Expr => p.sub(q).exp();
    const want = (f: (i: number) => number): number[] => a.map((_, i) => Math.exp(Math.fround(f(i))));
    close(
      run(difference, x, y),
      want((i) => a[i]! - b[i]!),
      3e-7,
    );
    close(
      run(difference, x, 1.5),
      want((i) => a[i]! - 1.5),
      3e-7,
    );
    close(
      run(difference, 1.5, y),
      want((i) => 1.5 - b[i]!),
      3e-7,
    );
  });

  it("overflows, underflows and keeps NaN as exp does", () => {
    const x = [100, -200, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -100];
    const got = values(
      pointwise((e, one) => e.sub(one).exp(), [tensor("float32", [6], x), 0], [6], "float32")[0]!,
    );
    expect(got.slice(0, 5)).toEqual([Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY, 0, Number.NaN]);
    // A denormal: e^-100 in units of 2^-149.
    expect(Math.abs(got[5]! / 2 ** -149 - Math.exp(-100) / 2 ** -149)).toBeLessThanOrEqual(1);
  });
});

describe("a difference scaled", () => {
  it("is rounded after the difference and after the product", () => {
    const n = 1000;
    const [a, b, c] = [1, 2, 3].map((seed) => float(noise(n, seed)));
    const got = values(
      pointwise(
        (x, y, z) => x.sub(y).mul(z),
        [a, b, c].map((list) => tensor("float32", [n], list!)),
        [n],
        "float32",
      )[0]!,
    );
    expect(got).toEqual(a!.map((x, i) => Math.fround(Math.fround(x - b![i]!) * c![i]!)));
  });
});

describe("a difference scaled, weighted and shifted", () => {
  const n = 100;
  const lists = [1, 2, 3, 4, 5].map((seed) => float(noise(n, seed)));
  const tensors = lists.map((list) => tensor("float32", [n], list));

  // Whole tiles, a row's statistics, and numbers alone, in every mixture.
  it.each([0b11111, 0b11001, 0b00001, 0b00111, 0b01101, 0b10011])(
    "is rounded after each step (%i)",
    (tiles) => {
      const isTile = (k: number): boolean => ((tiles >> k) & 1) === 1;
      const value = (k: number, i: number): number => lists[k]![isTile(k) ? i : 0]!;
      const inputs = tensors.map((x, k) => (isTile(k) ? x : lists[k]![0]!));
      const got = values(
        pointwise((a, b, c, w, e) => a.sub(b).mul(c).mul(w).add(e), inputs, [n], "float32")[0]!,
      );
      const want = lists[0]!.map((_, i) => {
        const scaled = Math.fround(Math.fround(value(0, i) - value(1, i)) * value(2, i));
        return Math.fround(Math.fround(scaled * value(3, i)) + value(4, i));
      });
      expect(got).toEqual(want);
    },
  );
});

describe("mean and squared distances", () => {
  it.each([
    ["a first value far from the others", (v: number, i: number): number => (i === 0 ? 1e4 : v)],
    ["first values far from the others", (v: number, i: number): number => (i < 16 ? 1e3 * (i + 1) : v)],
    ["a great offset", (v: number): number => 4096 + v],
    ["one value throughout", (): number => 0.1],
  ])("survive %s", (_, make) => {
    for (const length of [16, 100, 768, 5000]) {
      const list = float(noise(length, 9).map(make));
      const [means, m2s] = rowwise(
        (row, x) => {
          const { mean, m2 } = row.moments(x);
          return [mean, m2];
        },
        [tensor("float32", [1, length], list)],
        [1, length],
        [1],
        ["float32", "float32"],
      ).map(values);
      const mean = list.reduce((sum, x) => sum + x, 0) / length;
      const m2 = list.reduce((sum, x) => sum + (x - mean) ** 2, 0);
      expect(Math.abs(means![0]! - mean)).toBeLessThanOrEqual(1e-6 * Math.abs(mean) + 1e-7);
      expect(Math.abs(m2s![0]! - m2)).toBeLessThanOrEqual(1e-5 * m2 + 1e-9);
    }
  });
});

describe("rows that a tile holds", () => {
  // Up to 128, up to a tile, and longer than one.
  const rows = [3, 100, 768, 5000];
  const infinite = Number.NEGATIVE_INFINITY;

  it.each(rows)("of %i elements: log of the sum of exponentials, of nothing too", (length) => {
    const list = float(noise(2 * length).map((v) => v * 50));
    list.fill(infinite, length);
    const got = values(
      rowwise(
        (row, x) => {
          const max = row.max(x);
          return max
            .isinf()
            .where(0, max)
            .add(row.sum(x.sub(max.isinf().where(0, max)).exp()).log());
        },
        [tensor("float32", [2, length], list)],
        [2, length],
        [1],
        "float32",
      )[0]!,
    );
    const top = Math.max(...list.slice(0, length));
    const want = top + Math.log(list.slice(0, length).reduce((sum, x) => sum + Math.exp(x - top), 0));
    close([got[0]!], [want], 1e-6);
    expect(got[1]).toBe(infinite);
  });

  it.each(rows)("of %i elements: softmax beside the exponentials it is made of", (length) => {
    const list = float(noise(3 * length, 5).map((v) => v * 10));
    const [soft, exponentials, sums] = rowwise(
      (row, x) => {
        const e = x.sub(row.max(x)).exp();
        const sum = row.sum(e);
        return [e.div(sum), e, sum];
      },
      [tensor("float32", [3, length], list)],
      [3, length],
      [1],
      ["float32", "float32", "float32"],
    ).map(values);
    for (let r = 0; r < 3; r++) {
      const row = list.slice(r * length, (r + 1) * length);
      const top = Math.max(...row);
      // The difference is rounded before the exponential magnifies it.
      const e = row.map((x) => Math.exp(Math.fround(x - top)));
      const sum = e.reduce((s, x) => s + x, 0);
      close(exponentials!.slice(r * length, (r + 1) * length), e, 1e-6);
      close([sums![r]!], [sum], 1e-6);
      close(
        soft!.slice(r * length, (r + 1) * length),
        e.map((x) => x / sum),
        2e-6,
      );
    }
  });

  it.each(rows)("of %i elements: normalised, whatever their offset", (length) => {
    const list = float(noise(2 * length, 7).map((v, i) => (i < length ? v : 1e4 + v)));
    const got = values(
      rowwise(
        (row, x, eps) => {
          const { mean, m2 } = row.moments(x);
          return x.sub(mean).mul(m2.div(row.size).add(eps).rsqrt());
        },
        [tensor("float32", [2, length], list), 1e-5],
        [2, length],
        [1],
        "float32",
      )[0]!,
    );
    for (let r = 0; r < 2; r++) {
      const row = list.slice(r * length, (r + 1) * length);
      const mean = row.reduce((s, x) => s + x, 0) / length;
      const variance = row.reduce((s, x) => s + (x - mean) ** 2, 0) / length;
      got.slice(r * length, (r + 1) * length).forEach((y, i) => {
        const want = (row[i]! - mean) / Math.sqrt(variance + 1e-5);
        expect(Math.abs(y - want)).toBeLessThanOrEqual(r === 0 ? 2e-6 : 3e-3);
      });
    }
  });

  it("keeps NaN through maxima, wherever it stands", () => {
    for (const length of [5, 70, 700]) {
      for (const at of [0, 3, length - 1]) {
        const list = float(noise(length));
        list[at] = Number.NaN;
        const x = tensor("float32", [1, length], list);
        const [most, least] = rowwise(
          (row, e) => [row.max(e), row.min(e)],
          [x],
          [1, length],
          [1],
          ["float32", "float32"],
        ).map(values);
        expect([most, least]).toEqual([[Number.NaN], [Number.NaN]]);
        list[at] = 2;
        const y = tensor("float32", [1, length], list);
        expect(values(rowwise((row, e) => row.max(e), [y], [1, length], [1], "float32")[0]!)).toEqual([2]);
      }
    }
  });
});
