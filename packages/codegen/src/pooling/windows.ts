/** Pooling windows: which inputs an output reads, and which outputs read an input, along each spatial dimension. */
import type { PoolKernel } from "@flambeau/core";
import type { ShaderBuilder } from "../ir/builder.js";
import { i32, type Value } from "../ir/value.js";

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

/** Whether no input belongs to two windows. */
export const areDisjoint = (kernel: PoolKernel, rank: number): boolean =>
  !kernel.adaptive &&
  Array.from({ length: rank }, (_, d) => windowOf(kernel, d)).every(
    ([size, stride, , dilation]) => dilation === 1 && size <= stride,
  );

const divideUp = (a: Value, b: Value | number): Value => a.add(b).sub(1).div(b);

/** The windows along a spatial dimension, within a shader. */
export type Windows = ReturnType<typeof windowsOf>;

/** An input that belongs to an output; `within` says whether it belongs to its window, null where all do. */
export interface Owned {
  readonly i: Value;
  readonly within: Value | null;
}

/** The windows along dimension `d` of an input and an output of these sizes. */
export function windowsOf(
  k: ShaderBuilder,
  kernel: PoolKernel,
  fit: Fit,
  d: number,
  input: Value,
  output: Value,
) {
  const { adaptive } = kernel;
  const [size, stride, padding, dilation] = windowOf(kernel, d);
  /** Where the adaptive window of output `o` starts and ends. */
  const adapted = (o: Value): readonly [Value, Value] => [
    o.mul(input).div(output),
    divideUp(o.add(1).mul(input), output),
  ];
  /** Where the regular window of output `o` starts. */
  const startOf = (o: Value): Value => k.let(o.mul(stride).sub(padding), "start");

  /** Visits the inputs of output `o`, in order. */
  function eachInput(o: Value, visit: (i: Value) => void): void {
    if (adaptive) {
      const [start, end] = adapted(o);
      k.for(k.let(start), k.let(end), visit);
      return;
    }
    const start = startOf(o);
    const take = (tap: Value): void => {
      const i = k.let(start.add(tap.mul(dilation)), "i");
      if (fit === "beyond") k.if(i.ge(0).and(i.lt(input)), () => visit(i));
      else visit(i);
    };
    if (size > shortWindow) k.for(0, size, take);
    else for (let tap = 0; tap < size; tap++) take(i32(tap));
  }

  /** Visits the outputs that read input `i`, in order. */
  function eachOutput(i: Value, visit: (o: Value) => void): void {
    if (adaptive) {
      const first = k.let(i.mul(output).div(input).sub(1).max(0), "first");
      const last = k.let(i.add(1).mul(output).div(input).add(1).min(output), "last");
      k.for(first, last, (o) => {
        const [start, end] = adapted(o);
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

  /** Visits, where windows are disjoint, the inputs of output `o` and those after them that belong to no window. */
  function eachOwned(o: Value, visit: (owned: Owned) => void): void {
    const start = startOf(o);
    const take = (i: Value): void =>
      visit({ i, within: size === stride && fit === "whole" ? null : i.sub(start).lt(size) });
    if (fit === "whole" && stride <= shortWindow) {
      for (let step = 0; step < stride; step++) take(k.let(start.add(step), "i"));
      return;
    }
    const next = k.let(o.add(1).eq(output).select(input, start.add(stride).min(input)), "next");
    k.for(k.let(start.max(0)), next, take);
  }

  /** Number of positions that the average of output `o` is divided by: PyTorch may count padding. */
  function countOf(o: Value): Value {
    if (adaptive) {
      const [start, end] = adapted(o);
      return end.sub(start);
    }
    if (kernel.countIncludePad) {
      const start = startOf(o);
      return start.add(size).min(input.add(padding)).sub(start);
    }
    const count = k.variable(i32(0), "count");
    eachInput(o, () => count.set(count.value.add(1)));
    return count.value;
  }

  return { eachInput, eachOutput, eachOwned, countOf };
}

/** Visits all combinations along several dimensions, the last one fastest. */
export function nested<T>(
  windows: readonly Windows[],
  each: (window: Windows, d: number, visit: (at: T) => void) => void,
  visit: (at: readonly T[]) => void,
): void {
  const level = (d: number, at: readonly T[]): void => {
    const window = windows[d];
    if (window === undefined) visit(at);
    else each(window, d, (position) => level(d + 1, [...at, position]));
  };
  level(0, []);
}
