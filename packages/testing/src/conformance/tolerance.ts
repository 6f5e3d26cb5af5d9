/** How far a result may be from PyTorch's. */
import type { Tolerance, TolJson } from "./format.js";

const rows: { readonly [dtype: string]: { readonly out: Tolerance; readonly grad: Tolerance } } = {
  float32: { out: [1.3e-6, 1e-5], grad: [1e-5, 2e-5] },
  float64: { out: [1e-7, 1e-7], grad: [1e-7, 1e-7] },
  float16: { out: [1e-3, 1e-5], grad: [1e-2, 1e-3] },
  bfloat16: { out: [1.6e-2, 1e-5], grad: [2e-2, 1e-2] },
};

/**
 * A different but sound order of summation in float32 moves a result by more than the row allows: relative differences
 * up to this count as equal.
 */
export const summationRtol = 1e-5;

/** [rtol, atol] for one tensor; integers and booleans compare exactly. */
export function toleranceFor(
  what: "out" | "grad" | "after",
  dtype: string,
  tol: TolJson | undefined,
): Tolerance {
  const row = rows[dtype]?.[what === "grad" ? "grad" : "out"];
  if (!row) return [0, 0];
  const [rtol, atol] = tol?.[what] ?? row;
  return [dtype === "float32" ? Math.max(rtol, summationRtol) : rtol, atol];
}
