/** Pooling windows: which inputs an output reads, and which outputs read an input, along each spatial dimension. */
import type { PoolKernel } from "@flambeau/core";
import type { ShaderBuilder } from "../ir/builder.js";
import { i32, type Value } from "../ir/value.js";

/** One spatial dimension: sizes of input and output, and the window where it is regular. */
export interface Dimension {
  readonly input: Value;
  readonly output: Value;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly fit: Fit;
}

/**
 * How windows lie in the input of a launch: `inside` where none reaches beyond it, `whole` where besides every input belongs to the
 * step of an output.
 */
export type Fit = "whole" | "inside" | "beyond";

/** Windows of up to so many inputs along a dimension are written out instead of looped over. */
const shortWindow = 4;

export function fitOf(kernel: PoolKernel, input: number, output: number, d: number): Fit {
  const [size, stride, padding, dilation] = windowOf(kernel, d);
  if (kernel.adaptive || padding > 0 || (output - 1) * stride + dilation * (size - 1) >= input)
    return "beyond";
  return output * stride === input ? "whole" : "inside";
}

const windowOf = ({ size, stride, padding, dilation }: PoolKernel, d: number) =>
  [size[d] ?? 1, stride[d] ?? 1, padding[d] ?? 0, dilation[d] ?? 1] as const;

/** What determines the code for the windows of a launch. */
export const windowsKey = (kernel: PoolKernel, fits: readonly Fit[]): string =>
  fits.map((fit, d) => `${fit[0]}${windowOf(kernel, d).join("-")}`).join();

/** Parameters of a launch, in the order in which `declareWindows` declares them. */
export const windowParams = (inSizes: readonly number[], outSizes: readonly number[]): number[] =>
  inSizes.flatMap((input, d) => [input, outSizes[d] as number]);

export function declareWindows(k: ShaderBuilder, kernel: PoolKernel, fits: readonly Fit[]): Dimension[] {
  return fits.map((fit, d) => {
    const [size, stride, padding, dilation] = windowOf(kernel, d);
    return { input: k.param(`in${d}`), output: k.param(`out${d}`), size, stride, padding, dilation, fit };
  });
}

const divideUp = (a: Value, b: Value | number): Value => a.add(b).sub(1).div(b);

/** Where the adaptive window of output `o` starts and ends. */
const adaptive = ({ input, output }: Dimension, o: Value): readonly [Value, Value] => [
  o.mul(input).div(output),
  divideUp(o.add(1).mul(input), output),
];

/** Where the regular window of output `o` starts. */
const startOf = (k: ShaderBuilder, { stride, padding }: Dimension, o: Value): Value =>
  k.let(o.mul(stride).sub(padding), "start");

/** Whether no input belongs to two windows. */
export const areDisjoint = (kernel: PoolKernel, rank: number): boolean =>
  !kernel.adaptive &&
  Array.from({ length: rank }, (_, d) => windowOf(kernel, d)).every(
    ([size, stride, , dilation]) => dilation === 1 && size <= stride,
  );

/**
 * Visits, where windows are disjoint, the inputs of output `o` along one dimension and those after them that belong to no window;
 * `within` says whether one belongs to the window.
 */
export function eachOwned(
  k: ShaderBuilder,
  dimension: Dimension,
  o: Value,
  visit: (i: Value, within: Value | null) => void,
): void {
  const { input, output, size, stride, fit } = dimension;
  const start = startOf(k, dimension, o);
  const take = (i: Value): void =>
    visit(i, size === stride && fit === "whole" ? null : i.sub(start).lt(size));
  if (fit === "whole" && stride <= shortWindow) {
    for (let step = 0; step < stride; step++) take(k.let(start.add(step), "i"));
    return;
  }
  const next = k.let(o.add(1).eq(output).select(input, start.add(stride).min(input)), "next");
  k.for(k.let(start.max(0)), next, take);
}

/** Number of positions PyTorch divides by where padding counts. */
export function paddedSize(k: ShaderBuilder, kernel: PoolKernel, dimension: Dimension, o: Value): Value {
  if (kernel.adaptive) {
    const [start, end] = adaptive(dimension, o);
    return k.let(end.sub(start), "padded");
  }
  const start = o.mul(dimension.stride).sub(dimension.padding);
  return k.let(start.add(dimension.size).min(dimension.input.add(dimension.padding)).sub(start), "padded");
}

/** Visits the inputs of output `o` along one dimension, in order. */
export function eachInput(
  k: ShaderBuilder,
  kernel: PoolKernel,
  dimension: Dimension,
  o: Value,
  visit: (i: Value) => void,
): void {
  if (kernel.adaptive) {
    const [start, end] = adaptive(dimension, o);
    k.for(k.let(start), k.let(end), visit);
    return;
  }
  const { size, dilation, input, fit } = dimension;
  const start = startOf(k, dimension, o);
  const take = (tap: Value): void => {
    const i = k.let(start.add(tap.mul(dilation)), "i");
    if (fit === "beyond") k.if(i.ge(0).and(i.lt(input)), () => visit(i));
    else visit(i);
  };
  if (size > shortWindow) k.for(0, size, take);
  else for (let tap = 0; tap < size; tap++) take(i32(tap));
}

/** How many inputs output `o` reads along one dimension. */
export function inputCount(k: ShaderBuilder, kernel: PoolKernel, dimension: Dimension, o: Value): Value {
  const count = k.variable(i32(0), "count");
  eachInput(k, kernel, dimension, o, () => count.set(count.value.add(1)));
  return count.value;
}

/** Visits the outputs that read input `i` along one dimension, in order. */
export function eachOutput(
  k: ShaderBuilder,
  kernel: PoolKernel,
  dimension: Dimension,
  i: Value,
  visit: (o: Value) => void,
): void {
  const { input, output, size, stride, padding, dilation } = dimension;
  if (kernel.adaptive) {
    const first = k.let(i.mul(output).div(input).sub(1).max(0), "first");
    const last = k.let(i.add(1).mul(output).div(input).add(1).min(output), "last");
    k.for(first, last, (o) => {
      const [start, end] = adaptive(dimension, o);
      k.if(start.le(i).and(end.gt(i)), () => visit(o));
    });
    return;
  }
  const at = k.let(i.add(padding), "padded_i");
  const reach = at.sub(dilation * (size - 1));
  const first = k.let(reach.gt(0).select(divideUp(reach, stride), i32(0)), "first");
  const last = k.let(at.div(stride).add(1).min(output), "last");
  k.for(first, last, (o) => {
    if (dilation === 1) visit(o);
    else k.if(at.sub(o.mul(stride)).rem(dilation).eq(0), () => visit(o));
  });
}

/** Visits all combinations along several dimensions, the last one fastest. */
export function nested<T>(
  dimensions: readonly T[],
  each: (dimension: T, d: number, visit: (at: Value) => void) => void,
  visit: (at: readonly Value[]) => void,
): void {
  const level = (d: number, at: readonly Value[]): void => {
    if (d === dimensions.length) visit(at);
    else each(dimensions[d] as T, d, (position) => level(d + 1, [...at, position]));
  };
  level(0, []);
}
