import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../device.js";

const f64 = (values: number[]): Tensor => tensor(values, { dtype: "float64" });

function near(got: Tensor, want: readonly number[], digits = 12): void {
  (got.arraySync() as number[]).forEach((value, i) => {
    expect(value).toBeCloseTo(want[i] as number, digits);
  });
}

describe("igamma and igammac", () => {
  it("agree with closed forms", () => {
    const x = [0.01, 0.5, 1, 3, 9, 40];
    near(
      f64([1]).igamma(f64(x)),
      x.map((v) => -Math.expm1(-v)),
    );
    near(
      f64([2]).igammac(f64(x)),
      x.map((v) => (1 + v) * Math.exp(-v)),
    );
    near(f64([0.5]).igamma(f64(x)), f64(x).sqrt().erf().arraySync() as number[]);
  });

  it("agree with values of 15 digits on all three of their methods", () => {
    const a = f64([0.5, 3, 20, 80, 500, 500]);
    const x = f64([0.2, 1, 25, 70, 480, 530]);
    const lower = [
      0.472910743134462, 0.0803013970713942, 0.86642516591435, 0.129099250101241, 0.186281973190325,
      0.908330502858418,
    ];
    near(a.igamma(x), lower, 11);
    near(
      a.igammac(x),
      lower.map((p) => 1 - p),
      11,
    );
  });

  it("have limits at 0 and infinity and are NaN beyond", () => {
    const a = f64([0, 2, 2, Infinity, 0, -1, 2, Infinity]);
    const x = f64([1, 0, Infinity, 3, 0, 1, -1, Infinity]);
    expect(a.igamma(x).arraySync()).toEqual([1, 0, 1, 0, NaN, NaN, NaN, NaN]);
    expect(a.igammac(x).arraySync()).toEqual([0, 1, 0, 1, NaN, NaN, NaN, NaN]);
  });
});
