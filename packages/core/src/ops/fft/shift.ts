/** The order of frequencies: from the transform's, which starts at 0, to ascending, and back. */
import { normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { roll } from "../shape/flip.js";

function rolled(name: string, steps: (size: number) => number) {
  return op(name, ["dim"], (x: Tensor, dim: number | readonly number[] | null = null): Tensor => {
    const dims = dim === null ? x.shape.map((_, d) => d) : typeof dim === "number" ? [dim] : dim;
    if (dims.length === 0) return x.clone();
    const shifts = dims.map((d) => steps(x.shape[normalizeDim(name, d, x.ndim)] as number));
    return roll(x, shifts, dims);
  });
}

/** Moves frequency 0 to the middle of `dim`, by default of every dimension (`torch.fft.fftshift`). */
export const fftshift = rolled("fftshift", (size) => Math.floor(size / 2));
/** Undoes `fftshift` (`torch.fft.ifftshift`). */
export const ifftshift = rolled("ifftshift", (size) => Math.floor((size + 1) / 2));
