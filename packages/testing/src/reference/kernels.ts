/** Every kind of kernel, in loops on the host: what the kernels mean. */
import type { KernelTable } from "@flambeau/core";
import { conv } from "./conv.js";
import { fused } from "./fused.js";
import { gather } from "./gather.js";
import { matmul } from "./matmul.js";
import { nonzero } from "./nonzero.js";
import { pool } from "./pool.js";
import { scan } from "./scan.js";
import { scatter } from "./scatter.js";
import { sort } from "./sort.js";

/**
 * Runs a launch whose operands lie in `HostBuffer`s. A backend that keeps its memory on the host, or brings it there, can take
 * rows of this table for kinds it has no kernel of its own for.
 */
export const referenceKernels: KernelTable<void> = {
  fused,
  matmul,
  conv,
  pool,
  gather,
  scatter,
  scan,
  sort,
  nonzero,
};
