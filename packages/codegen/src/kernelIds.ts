/** Numbers that stand for kernels in the keys of shaders: kernels are interned, so one number means one kernel. */
import type { Kernel } from "@flambeau/core";

const ids = new WeakMap<Kernel, number>();
let count = 0;

export function kernelId(kernel: Kernel): number {
  let id = ids.get(kernel);
  if (id === undefined) {
    id = count++;
    ids.set(kernel, id);
  }
  return id;
}
