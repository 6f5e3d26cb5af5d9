import { dtypeOfTypedArray, HostTensor } from "./hostTensor.js";
import type { HostTree } from "./types.js";

/** One sample on its own (`torch.utils.data.default_convert`): typed arrays become host tensors, all else stays. */
export function convertHost(value: unknown): HostTree {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const dtype = dtypeOfTypedArray("DataLoader", value);
    return new HostTensor(bytes, [(value as unknown as { length: number }).length], dtype);
  }
  if (Array.isArray(value)) return value.map(convertHost);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convertHost(item)]));
}
