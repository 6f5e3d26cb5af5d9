/** One frozen object per distinct structured kernel, so that backends can cache by identity. */
import type { Kernel } from "../backend/kernels.js";

const known = new Map<string, Kernel>();

export function interned<K extends Exclude<Kernel, { kind: "fused" }>>(kernel: K): K {
  const key = JSON.stringify(kernel);
  let found = known.get(key);
  if (found === undefined) {
    found = Object.freeze(kernel) as Kernel;
    known.set(key, found);
  }
  return found as K;
}
