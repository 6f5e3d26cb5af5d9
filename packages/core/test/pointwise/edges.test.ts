import { describe, expect, it } from "vitest";
import { arange, DTypeError, eye, linalg, linspace, logspace, special, tensor } from "../device.js";

describe("elementwise operators at the edges", () => {
  it("compare numbers in the tensor's dtype", () => {
    const bytes = tensor([255, 3], { dtype: "uint8" });
    expect(bytes.eq(-1).arraySync()).toEqual([true, false]);
    expect(bytes.to("int32").eq(-1).arraySync()).toEqual([false, false]);
    expect(tensor([-1], { dtype: "int8" }).eq(255).arraySync()).toEqual([true]);
  });

  it("keep NaN through clamp", () => {
    expect(tensor([Number.NaN, -5, 5]).clamp(-1, 1).arraySync()).toEqual([Number.NaN, -1, 1]);
  });

  it("refuse to negate booleans", () => {
    expect(() => tensor([true]).neg()).toThrow(DTypeError);
  });

  it("have the entropy's value on both sides of 0", () => {
    expect(special.entr(tensor([-1, -0, 0, 1, Number.NaN])).arraySync()).toEqual([
      Number.NEGATIVE_INFINITY,
      0,
      0,
      -0,
      Number.NaN,
    ]);
  });

  it("count in integers from integral parts", () => {
    expect(arange(0.1, -7.9, -4, { dtype: "int64" }).arraySync()).toEqual([0n, -4n]);
    expect(linspace(4.3, 0.9, 5, { dtype: "int32" }).arraySync()).toEqual([4, 3, 2, 1, 0]);
    expect(logspace(2.6, 4.3, 3, 3, { dtype: "int32" }).arraySync()).toEqual([9, 27, 81]);
  });

  it("raise matrices to the power 0", () => {
    const x = tensor([
      [Number.POSITIVE_INFINITY, 1],
      [2, 3],
    ]);
    expect(linalg.matrixPower(x, 0).arraySync()).toEqual(eye(2).arraySync());
  });
});
