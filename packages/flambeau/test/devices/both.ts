/** One program on the cpu device and on webgpu. Where no GPU can be had, opening says what to install. */
import * as fb from "flambeau";

export const gpu = await fb.open("webgpu");

/** Runs `body` with `device` as the device of new tensors, from the same seed each time. */
export async function runOn<T>(device: fb.DeviceLike, body: () => T | Promise<T>, seed = 11): Promise<T> {
  fb.setDefaultDevice(device);
  fb.manualSeed(seed);
  try {
    return await body();
  } finally {
    fb.setDefaultDevice(null);
  }
}

/** What `body` gives on either device. */
export async function onBoth<T>(body: () => T | Promise<T>): Promise<{ cpu: T; webgpu: T }> {
  return { cpu: await runOn("cpu", body), webgpu: await runOn(gpu, body) };
}

/** The bytes of tensors. */
export const bytesOf = (tensors: Iterable<fb.Tensor>): Promise<Uint8Array[]> =>
  Promise.all(Array.from(tensors, (x) => x.bytes()));

/** The elements of float tensors, one after the other. */
export async function numbersOf(tensors: Iterable<fb.Tensor>): Promise<number[]> {
  const all = await Promise.all(Array.from(tensors, (x) => x.data()));
  return all.flatMap((values) => Array.from(values, Number));
}

/** The greatest |a - b| / max(1, |b|). */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  const distances = a.map((x, i) => {
    const y = b[i] as number;
    return x === y ? 0 : Math.abs(x - y) / Math.max(1, Math.abs(y));
  });
  return distances.every(Number.isFinite) ? Math.max(0, ...distances) : Infinity;
}

export const int32 = (...values: number[]): fb.Tensor => fb.tensor(Int32Array.from(values));
