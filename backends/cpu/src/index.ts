/**
 * @flambeau/cpu: importing this package registers the "cpu" device. FLAMBEAU_THREADS sets how many threads kernels use,
 * FLAMBEAU_CPU_MEMORY_LIMIT (bytes) how much memory tensors may take, FLAMBEAU_ISA the instruction set,
 * FLAMBEAU_DEBUG what is printed and whether each command runs at once.
 */
import { type Backend, BackendUnavailableError, registerBackend } from "@flambeau/core";
import { CpuBackend } from "./backend.js";
import { native } from "./native.js";

export { CpuBackend } from "./backend.js";

let current: CpuBackend | undefined;

function memoryLimit(): number {
  const text = process.env.FLAMBEAU_CPU_MEMORY_LIMIT;
  const bytes = text === undefined || text === "" ? 0 : Number(text);
  if (!(bytes >= 0)) {
    throw new BackendUnavailableError(
      "cpu",
      `FLAMBEAU_CPU_MEMORY_LIMIT must be a number of bytes, got "${text}"`,
    );
  }
  return bytes;
}

/** Opens the cpu device of this thread; there is one. Throws BackendUnavailableError when the addon is not built. */
export function openCpu(index = 0): Backend {
  if (index !== 0) {
    throw new BackendUnavailableError("cpu", `there is one cpu device, cpu:0; cpu:${index} was asked for`);
  }
  current ??= new CpuBackend(memoryLimit());
  current.reopen();
  return current;
}

/** The instruction set in use ("baseline", "avx2" or "avx512") and how many threads kernels may use. */
export const cpuInfo = (): { isa: string; threads: number } => native().describe();

/** Changes how many threads kernels may use (`torch.set_num_threads`), the calling one included; all threads of the process share them. */
export const setNumThreads = (count: number): void => native().setThreads(count);

registerBackend({ name: "cpu", priority: 0, openSync: openCpu, open: async (index) => openCpu(index) });
