/** Short forms for tests of gradients. */
import { type NestedArray, type Tensor, tensor } from "@flambeau/core";
import { expect } from "vitest";

export const leaf = (data: NestedArray): Tensor => tensor(data, { dtype: "float32", requiresGrad: true });
export const leaf64 = (data: NestedArray): Tensor => tensor(data, { dtype: "float64", requiresGrad: true });

const flatten = (value: NestedArray): number[] =>
  Array.isArray(value) ? value.flatMap(flatten) : [Number(value)];

/** Expects a tensor of this shape whose elements are within a relative tolerance (absolute below 1). */
export function close(actual: Tensor | null | undefined, expected: NestedArray, tolerance = 2e-6): void {
  if (actual == null) throw new Error("expected a tensor, got none");
  const shape = (value: NestedArray): number[] =>
    Array.isArray(value) ? [value.length, ...shape(value[0] ?? 0)] : [];
  expect(actual.shape).toEqual(shape(expected));
  const wanted = flatten(expected);
  flatten(actual.arraySync()).forEach((value, i) => {
    const want = wanted[i] as number;
    expect(Math.abs(value - want), `element ${i}: ${value} for ${want}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(want)),
    );
  });
}
