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

/** Where a device's own arithmetic is looser than the row, by its kind: which files, how far relatively, and why. */
const deviceArithmetic: {
  readonly [device: string]: readonly {
    readonly files: RegExp;
    readonly rtol: number;
    readonly why: string;
  }[];
} = {
  webgpu: [
    {
      files: /^ops\/nn\.functional\.conv/,
      rtol: 5e-5,
      why: "WGSL does not promise that multiplying and adding round once, so products that cancel lose a few bits more",
    },
  ],
};

/** A case's own tolerance, widened where the device's arithmetic is known to be looser. */
export function tolOn(device: string, file: string, tol: TolJson | undefined): TolJson | undefined {
  const known = deviceArithmetic[device.split(":")[0] as string]?.find(({ files }) => files.test(file));
  if (known === undefined) return tol;
  const widened = (what: "out" | "grad"): Tolerance => {
    const [rtol, atol] = toleranceFor(what, "float32", tol);
    return [Math.max(rtol, known.rtol), atol];
  };
  return { ...tol, out: widened("out"), grad: widened("grad") };
}
