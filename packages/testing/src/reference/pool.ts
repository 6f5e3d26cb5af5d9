/** Maximum and average pooling, forward and backward. */
import type { LaunchOf, PoolKernel } from "@flambeau/core";
import { convert } from "./arithmetic.js";
import { positions, View } from "./elements.js";

/** The positions one output reads along one dimension, and the extent PyTorch counts with padding. */
interface Window {
  readonly at: readonly number[];
  readonly padded: number;
}

function windowOf(kernel: PoolKernel, d: number, o: number, inSize: number, outSize: number): Window {
  if (kernel.adaptive) {
    const start = Math.floor((o * inSize) / outSize);
    const end = Math.ceil(((o + 1) * inSize) / outSize);
    return { at: range(start, end), padded: end - start };
  }
  const start = o * kernel.stride[d]! - kernel.padding[d]!;
  const taps = range(0, kernel.size[d]!).map((tap) => start + tap * kernel.dilation[d]!);
  const end = Math.min(start + kernel.size[d]!, inSize + kernel.padding[d]!);
  return { at: taps.filter((i) => i >= 0 && i < inSize), padded: end - start };
}

const range = (start: number, end: number): number[] =>
  Array.from({ length: Math.max(end - start, 0) }, (_, i) => start + i);

/** Every combination of one position per dimension, in row-major order. */
const product = (lists: readonly (readonly number[])[]): number[][] =>
  lists.reduce<number[][]>((rows, list) => rows.flatMap((row) => list.map((i) => [...row, i])), [[]]);

export function pool(launch: LaunchOf<"pool">): void {
  const { kernel } = launch;
  const x = new View(launch.x);
  const y = new View(launch.y);
  const indices = launch.indices && new View(launch.indices);
  const inSizes = x.shape.slice(2);
  const flat = (i: readonly number[]): number =>
    i.reduce((sum, position, d) => sum * inSizes[d]! + position, 0);

  if (kernel.direction === "backward") for (const at of positions(x.shape)) x.set(at, 0);
  const gradients = new Map<string, number>();
  const accumulate = (at: readonly number[], value: number): void => {
    const key = at.join();
    const sum = (gradients.get(key) ?? 0) + value;
    gradients.set(key, sum);
    x.set(at, convert(sum, x.dtype));
  };

  for (const at of positions(y.shape)) {
    const [n, c, ...o] = at as [number, number, ...number[]];
    if (kernel.op === "max" && kernel.direction === "backward") {
      const grad = Number(y.get(at));
      accumulate([n, c, ...unflatten(Number(indices!.get(at)), inSizes)], grad);
      continue;
    }
    const windows = o.map((position, d) => windowOf(kernel, d, position, inSizes[d]!, y.shape[d + 2]!));
    const cells = product(windows.map((window) => window.at));
    if (kernel.op === "max") {
      let best: readonly number[] | null = null;
      for (const cell of cells) {
        if (best !== null && !exceeds(x.get([n, c, ...cell]), x.get([n, c, ...best]))) continue;
        best = cell;
      }
      y.set(at, best ? x.get([n, c, ...best]) : -Infinity);
      indices?.set(at, best ? flat(best) : -1);
      continue;
    }
    const padded = windows.reduce((size, window) => size * window.padded, 1);
    const divisor = kernel.divisor ?? (kernel.countIncludePad || kernel.adaptive ? padded : cells.length);
    if (kernel.direction === "forward") {
      const sum = cells.reduce((total, cell) => total + Number(x.get([n, c, ...cell])), 0);
      y.set(at, convert(sum / divisor, y.dtype));
    } else {
      for (const cell of cells) accumulate([n, c, ...cell], Number(y.get(at)) / divisor);
    }
  }
}

/** Whether `value` replaces `best` as the maximum: greater, or the first NaN. */
const exceeds = (value: number | bigint, best: number | bigint): boolean =>
  value > best || (Number.isNaN(value) && !Number.isNaN(best));

function unflatten(position: number, sizes: readonly number[]): number[] {
  const at = sizes.map(() => 0);
  for (let d = sizes.length - 1; d >= 0; d--) {
    at[d] = position % sizes[d]!;
    position = Math.floor(position / sizes[d]!);
  }
  return at;
}
