/** Comparison of typed data with tolerances. */
import type { DType } from "@flambeau/core";
import { bytesOf, kindOf } from "@flambeau/core";
import { elementsOf } from "../reference/elements.js";

export interface Closeness {
  readonly rtol: number;
  readonly atol: number;
}

/** What two correct implementations of one kernel may differ by: rounding of intermediate results, order of sums. */
export const closeness: { readonly [D in DType]?: Closeness } = {
  float64: { rtol: 1e-10, atol: 1e-10 },
  float32: { rtol: 2e-5, atol: 2e-5 },
  float16: { rtol: 2e-3, atol: 2e-3 },
  bfloat16: { rtol: 1.6e-2, atol: 1.6e-2 },
};

/**
 * The first place where `|got - want| > atol + rtol * |want|`, as a sentence, or null. NaN equals NaN, an infinity only
 * itself; integers and booleans must be equal. Both arrays hold little-endian elements of `dtype`.
 */
export function difference(
  got: Uint8Array,
  want: Uint8Array,
  dtype: DType,
  { rtol, atol }: Closeness = closeness[dtype] ?? { rtol: 0, atol: 0 },
): string | null {
  if (got.length !== want.length) return `expected ${want.length} bytes, got ${got.length}`;
  const a = elementsOf(padded(got), dtype);
  const b = elementsOf(padded(want), dtype);
  const exact = kindOf(dtype) !== "f";
  for (let i = 0; i < want.length / bytesOf(dtype); i++) {
    const x = a.get(i);
    const y = b.get(i);
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue;
    const [p, q] = [Number(x), Number(y)];
    const close = !exact && Number.isFinite(q) && Math.abs(p - q) <= atol + rtol * Math.abs(q);
    if (!close) return `element ${i} is ${x}, expected ${y}`;
  }
  return null;
}

/** Whether two arrays of little-endian elements agree within tolerances. */
export const allclose = (got: Uint8Array, want: Uint8Array, dtype: DType, tolerance?: Closeness): boolean =>
  difference(got, want, dtype, tolerance) === null;

function padded(bytes: Uint8Array): ArrayBuffer {
  const data = new ArrayBuffer(Math.ceil(bytes.length / 8) * 8);
  new Uint8Array(data).set(bytes);
  return data;
}
