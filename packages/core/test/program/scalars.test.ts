import { describe, expect, it } from "vitest";
import { definePointwise } from "../../src/program/index.js";
import { binaryOps, binaryScalar, unaryOps, unaryScalar } from "../../src/program/scalars.js";
import { evaluateBinary, evaluateUnary } from "../../src/program/special.js";
import type { UnaryOp } from "../../src/program/types.js";
import { Space } from "./evaluate.js";
import { checkGradients, run } from "./gradient.js";

const value = evaluateUnary;
const meets = (got: number, expected: number): void =>
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-13 * Math.max(1e-300, Math.abs(expected)));

describe("special functions have their published values", () => {
  const published: [UnaryOp, number, number][] = [
    ["erf", 0.5, 0.5204998778130465],
    ["erf", 1, 0.8427007929497149],
    ["erf", -2, -0.9953222650189527],
    ["erfc", 0.5, 0.4795001221869535],
    ["erfc", 3, 2.209049699858544e-5],
    ["erfc", 5, 1.5374597944280349e-12],
    ["erfc", 10, 2.088487583762545e-45],
    ["erfc", -1, 1.8427007929497148],
    ["erfinv", 0.5, 0.4769362762044699],
    ["erfinv", -0.9, -1.1630871536766743],
    ["erfinv", 0.999, 2.326753765513525],
    ["lgamma", 0.5, 0.5723649429247001],
    ["lgamma", 100, 359.1342053695754],
    ["lgamma", -1.5, 0.860047015376481],
    ["lgamma", 1e-10, 23.025850929882736],
    ["lgamma", 1000, 5905.220423209181],
    ["digamma", 1, -0.5772156649015329],
    ["digamma", 0.5, -1.9635100260214235],
    ["digamma", -1.5, 0.7031566406452432],
    ["digamma", 10, 2.251752589066721],
  ];
  for (const [op, x, expected] of published) it(`${op}(${x})`, () => meets(value(op, x), expected));
  it("erfinv inverts erf deep into the tail", () => {
    for (const x of [0.01, 0.3, 1.1, 2.5, 3.5])
      meets(value("erf", value("erfinv", value("erf", x))), value("erf", x));
  });
  it("trigamma", () => {
    const points = [1, 0.5, -0.5, 4, 0.1];
    const program = definePointwise("trigamma", (x) => x.polygamma1()).program([{ axes: 1, kind: "f" }], 1);
    const got = run(program, [Float64Array.from(points)], new Space([5]))[0] as Float64Array;
    const expected = [
      Math.PI ** 2 / 6,
      Math.PI ** 2 / 2,
      Math.PI ** 2 / 2 + 4,
      Math.PI ** 2 / 6 - 49 / 36,
      101.43329915079276,
    ];
    for (const [i, want] of expected.entries()) meets(got[i] as number, want);
  });
});

describe("corner values", () => {
  it("rounds halves to even and keeps the sign of zero", () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4].map((x) => value("round", x))).toEqual([0, 2, 2, -0, -2, 2]);
  });
  it("poles and limits", () => {
    expect(value("digamma", 0)).toBe(Number.NEGATIVE_INFINITY);
    expect(value("digamma", -3)).toBeNaN();
    expect(value("lgamma", -3)).toBe(Number.POSITIVE_INFINITY);
    expect(value("erfinv", 1)).toBe(Number.POSITIVE_INFINITY);
    expect(value("erfinv", 1.5)).toBeNaN();
    expect(value("softplus", 1000)).toBe(1000);
    expect(value("sigmoid", -1000)).toBe(0);
    expect(value("relu", Number.NaN)).toBeNaN();
  });
  it("integer division and bits", () => {
    const of = evaluateBinary;
    expect([of("floorDiv", -7, 2), of("truncDiv", -7, 2), of("remainder", -7, 2), of("fmod", -7, 2)]).toEqual(
      [-4, -3, 1, -1],
    );
    expect([of("gcd", -12, 18), of("shl", 3, 4), of("shr", -17, 2), of("xor", 6, 3)]).toEqual([6, 48, -5, 5]);
    expect(of("and", 2 ** 40 + 5, 7)).toBe(5);
    expect(of("nextafter", 1, 2) - 1).toBe(Number.EPSILON);
    expect(of("logaddexp", 1000, 1000)).toBeCloseTo(1000 + Math.LN2, 12);
  });
});

describe("every slope in the tables equals the finite difference", () => {
  const space = new Space([3]);
  const within: Partial<Record<UnaryOp, readonly number[]>> = { acosh: [1.3, 2, 4] };
  for (const op of unaryOps) {
    if (!unaryScalar(op).takes.includes("f") || unaryScalar(op).gives === "b") continue;
    it(op, () => {
      const program = definePointwise(op, (x) => x[op]()).program([{ axes: 1, kind: "f" }], 1);
      const points = within[op] ?? [0.23, 0.6, 0.81];
      checkGradients(program, [Float64Array.from(points)], space, { tolerance: 1e-6 });
    });
  }
  for (const op of binaryOps) {
    if (!binaryScalar(op).takes.includes("f") || binaryScalar(op).gives === "b" || op === "nextafter")
      continue;
    it(op, () => {
      const program = definePointwise(op, (a, b) => a[op](b)).program(
        [
          { axes: 1, kind: "f" },
          { axes: 1, kind: "f" },
        ],
        1,
      );
      checkGradients(program, [Float64Array.of(0.7, 1.9, 2.6), Float64Array.of(1.2, 0.8, 0.47)], space, {
        tolerance: 1e-6,
      });
    });
  }
});
