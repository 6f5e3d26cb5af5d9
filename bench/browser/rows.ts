/** The benchmarks that run in a browser. */
import type { ProgramName } from "./page/library.js";

export interface BrowserRow {
  readonly name: string;
  readonly program: ProgramName;
  /** Floating-point operations of a run, where those are the measure. */
  readonly flops?: number;
  /** By how much the numbers that libraries find may differ. */
  readonly tolerance: number;
}

export const browserRows: readonly BrowserRow[] = [
  { name: "browser: matmul 512", program: "matmul", flops: 2 * 512 ** 3, tolerance: 1e-2 },
  { name: "browser: softmax [4096,768]", program: "softmax", tolerance: 1e-6 },
  { name: "browser: layer norm [4096,768]", program: "layerNorm", tolerance: 1e-4 },
  // Weights and what is dropped are random where a library draws them itself: the first losses are near log(10).
  { name: "browser: MNIST CNN step, Adam", program: "mnist", tolerance: 0.5 },
];
