/** Short forms for tests of modules. */
import { arange, type NestedArray, noGrad, type Tensor } from "@flambeau/core";
import { expect } from "vitest";
import type { Module } from "../src/index.js";

const flatten = (value: NestedArray): number[] =>
  Array.isArray(value) ? value.flatMap(flatten) : [Number(value)];

/** All elements in row-major order. */
export const values = (x: Tensor): number[] => flatten(x.arraySync());

/** Expects these elements, in row-major order, within a tolerance. */
export function close(x: Tensor | null | undefined, expected: NestedArray, tolerance = 2e-6): void {
  if (x == null) throw new Error("expected a tensor, got none");
  const wanted = flatten(expected);
  const got = values(x);
  expect(got.length).toBe(wanted.length);
  got.forEach((value, i) => {
    const want = wanted[i] as number;
    expect(Math.abs(value - want), `element ${i}: ${value} for ${want}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(want)),
    );
  });
}

/** Sets parameter elements to ((k mod 7) - 3) / 10, k counting through all of them in order. */
export function fill<M extends Module>(module: M): M {
  let k = 0;
  noGrad(() => {
    for (const p of module.parameters()) {
      p.copy_(
        arange(k, k + p.numel)
          .remainder(7)
          .sub(3)
          .mul(0.1)
          .reshape(p.shape),
      );
      k += p.numel;
    }
  });
  return module;
}

/** Mean and variance of all elements. */
export function moments(x: Tensor): { mean: number; variance: number } {
  const all = values(x);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return { mean, variance: all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length };
}
