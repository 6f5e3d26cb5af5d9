/** What the programs work on: the same numbers for every library. */

export const side = 512;
export const [rows, columns] = [4096, 768];
export const epsilon = 1e-5;
export const batch = 64;
export const pixels = 28;
export const classes = 10;
export const dropped = 0.4;
export const adam = { lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Evenly spread over [low, high), without a pattern that a kernel could profit from. */
export function numbers(count: number, low = -2, high = 2, seed = 0): Float32Array<ArrayBuffer> {
  const golden = 0.6180339887498949;
  return Float32Array.from({ length: count }, (_, i) => low + (high - low) * (((i + 1) * golden + seed) % 1));
}

/** Labels of a batch, each as its number. */
export const labels = (): Int32Array<ArrayBuffer> =>
  Int32Array.from({ length: batch }, (_, i) => (i * 7) % classes);

/** The digit network's parameters with PyTorch's default bounds: fan-in decides them. */
export const network = {
  conv1: { shape: [32, 1, 3, 3], fanIn: 9 },
  conv2: { shape: [64, 32, 3, 3], fanIn: 288 },
  fc1: { shape: [1600, 128], fanIn: 1600 },
  fc2: { shape: [128, classes], fanIn: 128 },
} as const;
export type LayerName = keyof typeof network;
export const layers = Object.keys(network) as LayerName[];

export function initial(count: number, fanIn: number, seed: number): Float32Array<ArrayBuffer> {
  const bound = 1 / Math.sqrt(fanIn);
  return numbers(count, -bound, bound, seed);
}
