import { describe, expect, it } from "vitest";
import { definePointwise, defineRowwise, type Expr, type Row } from "../../src/program/index.js";
import { Space, type Values } from "./evaluate.js";
import { expectClose, gradients, run } from "./gradient.js";

const inf = Number.POSITIVE_INFINITY;
const of = (...values: number[]): Values => Float64Array.from(values);
const same = (got: Values | undefined, ...expected: number[]): void =>
  expectClose(got as Values, of(...expected), 1e-12, "gradient");

/** Gradients of the sum of f's output for inputs that all span one axis. */
function slopes(f: (...x: Expr[]) => Expr, ...inputs: Values[]): Values[] {
  const n = inputs[0]?.length ?? 0;
  const program = definePointwise("trap", f).program(
    inputs.map(() => ({ axes: 1, kind: "f" })),
    1,
  );
  return gradients(program, inputs, [new Float64Array(n).fill(1)], new Space([n]));
}

/** Value and gradient of a row function of one row, with the given cotangent. */
function rowSlopes(
  f: (row: Row, x: Expr) => Expr,
  x: Values,
  cotangent: Values,
): { value: Values; gradient: Values } {
  const program = defineRowwise("rowTrap", f).program([{ axes: 1, kind: "f" }], 1, 1);
  const space = new Space([x.length]);
  const value = run(program, [x], space)[0] as Values;
  return { value, gradient: gradients(program, [x], [cotangent], space)[0] as Values };
}

describe("a branch not taken leaves no NaN", () => {
  it("where(x > 0, log x, x)", () =>
    same(slopes((x) => x.gt(0).where(x.log(), x), of(2, 0, -1))[0], 0.5, 1, 1));
  it("where(x == 0, 1, sin x / x)", () =>
    same(slopes((x) => x.eq(0).where(1, x.sin().div(x)), of(0, 1))[0], 0, Math.cos(1) - Math.sin(1)));
  it("where(x < 0, exp x, 0) where exp overflows", () =>
    same(slopes((x) => x.lt(0).where(x.exp(), 0).mul(3), of(-1, 1000))[0], 3 * Math.exp(-1), 0));
  it("where(x >= 0, sqrt x, 0)", () => same(slopes((x) => x.gt(0).where(x.sqrt(), 0), of(0, 4))[0], 0, 0.25));
  it("two guards, both off, over a division by 0", () => {
    const f = (x: Expr, c: Expr, d: Expr, z: Expr): Expr =>
      c
        .gt(0)
        .where(x.div(z), 0)
        .add(d.gt(0).where(x.sin().div(z), 0));
    same(slopes(f, of(1, 1, 1), of(-1, 1, 1), of(-1, -1, 1), of(0, 2, 2))[0], 0, 0.5, 0.5 + Math.cos(1) / 2);
  });
  it("a sum over a row in which every element is guarded from a division by 0", () => {
    const axes = [1, 3, 1, 3];
    const f = definePointwise("guardedRow", (b, c, z, x) => c.gt(0).where(b.mul(x).div(z), 0));
    const program = f.program(
      axes.map((a) => ({ axes: a, kind: "f" })),
      3,
    );
    const inputs = [of(1, 1), of(-1, -2, 3, -1), of(0, 2), of(1, 1, 1, 1)];
    const [db, , dz] = gradients(program, inputs, [of(5, 6, 7, 8)], new Space([2, 2]));
    same(db, 0, 3.5);
    same(dz, 0, -1.75);
  });
  it("a norm that is 0", () => {
    const norm = (row: Row, x: Expr): Expr => {
      const s = row.sum(x.square());
      return s.eq(0).where(0, s.sqrt());
    };
    same(rowSlopes(norm, of(0, 0, 0), of(1)).gradient, 0, 0, 0);
    same(rowSlopes(norm, of(3, 4), of(1)).gradient, 0.6, 0.8);
  });
});

describe("ties and bounds, as PyTorch has them", () => {
  it("relu has slope 0 at 0", () => same(slopes((x) => x.relu(), of(-1, 0, 2))[0], 0, 0, 1));
  it("abs has slope 0 at 0", () => same(slopes((x) => x.abs(), of(-1, 0, 2))[0], -1, 0, 1));
  it("clamp has slope 1 at its bounds", () =>
    same(slopes((x) => x.clamp(-1, 1), of(-2, -1, 0, 1, 2))[0], 0, 1, 1, 1, 0));
  it("max and min share a tie", () => {
    const [a, b] = slopes((x, y) => x.max(y), of(1, 2, 3), of(2, 2, 2));
    same(a, 0, 0.5, 1);
    same(b, 1, 0.5, 0);
    same(slopes((x, y) => x.min(y), of(1, 2, 3), of(2, 2, 2))[0], 1, 0.5, 0);
  });
  it("fmax gives a tie to the first and passes by NaN", () => {
    const [a, b] = slopes((x, y) => x.fmax(y), of(2, Number.NaN, 1), of(2, 5, Number.NaN));
    same(a, 1, 0, 1);
    same(b, 0, 1, 0);
  });
  it("the maximum of a row shares its gradient among equals", () => {
    same(rowSlopes((row, x) => row.max(x), of(1, 3, 3, 2), of(1)).gradient, 0, 0.5, 0.5, 0);
    same(rowSlopes((row, x) => row.min(x.mul(-2)), of(1, 3, 3, 2), of(1)).gradient, 0, -1, -1, 0);
  });
  it("the maximum with its index gives all to the first", () =>
    same(rowSlopes((row, x) => row.maxWithIndex(x).value, of(1, 3, 3, 2), of(1)).gradient, 0, 1, 0, 0));
  it("steps have slope 0", () => {
    same(slopes((x) => x.round().add(x.floor()).add(x.sign()), of(0.5, 1.5, -2.5))[0], 0, 0, 0);
    same(slopes((x) => x.gt(0).toFloat().mul(x), of(2, -2))[0], 1, 0);
  });
  it("softplus has slope 1/2 at 0 and neither overflows nor vanishes", () =>
    same(slopes((x) => x.softplus(), of(0, 800, -800))[0], 0.5, 1, 0));
});

describe("corners of functions of two arguments", () => {
  it("pow", () => {
    const [a, b] = slopes((x, y) => x.pow(y), of(0, 0, 0, 2, -2), of(0, 2, 1, 3, 2));
    same(a, 0, 0, 1, 12, -4);
    same((b as Values).slice(0, 4), 0, 0, 0, 8 * Math.log(2));
  });
  it("atan2 and hypot at the origin", () => {
    for (const part of slopes((x, y) => x.atan2(y), of(0), of(0))) same(part, 0);
    for (const part of slopes((x, y) => x.hypot(y), of(0, 3), of(0, 4))) expect(part[0]).toBe(0);
  });
  it("logaddexp of equal infinities", () => {
    for (const part of slopes((x, y) => x.logaddexp(y), of(-inf, 1), of(-inf, 1))) same(part, 0.5, 0.5);
  });
  it("copysign", () => same(slopes((x, y) => x.copysign(y), of(2, -2, 0), of(-1, -1, 1))[0], -1, 1, 0));
  it("remainders", () => {
    same(slopes((x, y) => x.remainder(y), of(-7), of(3))[1], 3);
    same(slopes((x, y) => x.fmod(y), of(-7), of(3))[1], 2);
  });
  it("xlogy at 0", () => same(slopes((x, y) => x.xlogy(y), of(0, 2), of(0, 4))[1], 0, 0.5));
});

describe("rows with infinities and zeros", () => {
  const softmax = (row: Row, x: Expr): Expr => {
    const e = x.sub(row.max(x)).exp();
    return e.div(row.sum(e));
  };
  it("softmax with masked elements", () => {
    const { value, gradient } = rowSlopes(softmax, of(-inf, 0, 0), of(5, 1, 3));
    same(value, 0, 0.5, 0.5);
    same(gradient, 0, -0.5, 0.5);
  });
  it("softmax and log-softmax of large logits do not lose digits", () => {
    same(rowSlopes(softmax, of(1e4, 1e4 - 1), of(0, 0)).value, 1 / (1 + Math.exp(-1)), 1 / (1 + Math.E));
  });
  it("logsumexp of nothing but -inf is -inf, with gradient 0", () => {
    const { value, gradient } = rowSlopes((row, x) => row.logsumexp(x), of(-inf, -inf), of(1));
    same(value, -inf);
    same(gradient, 0, 0);
  });
  it("logsumexp of inf is inf", () =>
    same(rowSlopes((row, x) => row.logsumexp(x), of(inf, 1), of(1)).value, inf));
  it("prod with no, one and two zeros", () => {
    const prod = (row: Row, x: Expr): Expr => row.prod(x);
    same(rowSlopes(prod, of(2, 3, 4), of(1)).gradient, 12, 8, 6);
    same(rowSlopes(prod, of(2, 0, 4), of(1)).gradient, 0, 8, 0);
    same(rowSlopes(prod, of(0, 0, 4), of(1)).gradient, 0, 0, 0);
  });
  it("variance does not cancel", () => {
    const x = of(1e8 + 1, 1e8 + 2, 1e8 + 3);
    const { value, gradient } = rowSlopes((row, y) => row.variance(y), x, of(1));
    same(value, 1);
    same(gradient, -1, 0, 1);
  });
  it("variance of one element with correction is NaN", () =>
    expect(rowSlopes((row, y) => row.variance(y), of(3), of(1)).value[0]).toBeNaN());
});

describe("detach", () => {
  it("stops the gradient", () => same(slopes((x) => x.mul(x.detach()), of(3))[0], 3));
  it("leaves an input without any gradient a 0 of its shape", () => {
    const program = definePointwise("unused", (x, y) => x.add(y.detach())).program(
      [
        { axes: 3, kind: "f" },
        { axes: 2, kind: "f" },
      ],
      3,
    );
    const [x, y] = gradients(
      program,
      [new Float64Array(6), new Float64Array(3)],
      [new Float64Array(6).fill(2)],
      new Space([2, 3]),
    );
    same(x, 2, 2, 2, 2, 2, 2);
    same(y, 0, 0, 0);
  });
});
