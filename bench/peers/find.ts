/** Which peers this machine has. */
import { findOnnxruntime } from "./onnx/peer.js";
import type { Found } from "./peer.js";
import { findTorch } from "./torch/peer.js";

/** Interpreters to look for PyTorch in: FLAMBEAU_BENCH_PYTHON, several separated by commas; python3 by default. */
const pythons = (): string[] =>
  (process.env.FLAMBEAU_BENCH_PYTHON ?? "python3").split(",").map((name) => name.trim());

/** Every peer with so many threads, or why it is absent. */
export function findPeers(threads: number): Promise<Found[]> {
  return Promise.all([...pythons().map((python) => findTorch(python, threads)), findOnnxruntime(threads)]);
}
