/** Pooling windows: which inputs an output reads, and which outputs read an input, along each spatial dimension. */
import type { PoolKernel } from "@flambeau/core";
import type { ShaderBuilder } from "../ir/builder.js";
import { i32, type Value } from "../ir/value.js";

/** One spatial dimension: sizes of input and output, and the window where it is regular. */
interface Dimension {
  readonly input: Value;
  readonly output: Value;
  readonly size: Value;
  readonly stride: Value;
  readonly padding: Value;
  readonly dilation: Value;
}

/** Parameters of a launch, in the order in which `declareWindows` declares them. */
export function windowParams(
  kernel: PoolKernel,
  inSizes: readonly number[],
  outSizes: readonly number[],
): number[] {
  return inSizes.flatMap((input, d) => [
    input,
    outSizes[d] as number,
    kernel.size[d] ?? 1,
    kernel.stride[d] ?? 1,
    kernel.padding[d] ?? 0,
    kernel.dilation[d] ?? 1,
  ]);
}

export function declareWindows(k: ShaderBuilder, rank: number): Dimension[] {
  return Array.from({ length: rank }, (_, d) => ({
    input: k.param(`in${d}`),
    output: k.param(`out${d}`),
    size: k.param(`window${d}`),
    stride: k.param(`step${d}`),
    padding: k.param(`padding${d}`),
    dilation: k.param(`dilation${d}`),
  }));
}

const divideUp = (a: Value, b: Value): Value => a.add(b).sub(1).div(b);

/** Where the adaptive window of output `o` starts and ends. */
const adaptive = ({ input, output }: Dimension, o: Value): readonly [Value, Value] => [
  o.mul(input).div(output),
  divideUp(o.add(1).mul(input), output),
];

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
  const { size, stride, padding, dilation, input } = dimension;
  const start = k.let(o.mul(stride).sub(padding), "start");
  k.for(0, size, (tap) => {
    const i = k.let(start.add(tap.mul(dilation)), "i");
    k.if(i.ge(0).and(i.lt(input)), () => visit(i));
  });
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
  const reach = at.sub(dilation.mul(size.sub(1)));
  const first = k.let(reach.gt(0).select(divideUp(reach, stride), i32(0)), "first");
  const last = k.let(at.div(stride).add(1).min(output), "last");
  k.for(first, last, (o) => {
    k.if(at.sub(o.mul(stride)).rem(dilation).eq(0), () => visit(o));
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
