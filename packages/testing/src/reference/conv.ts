/** Cross-correlation in its three directions: one walk over every (output, kernel tap) pair that meets an input. */
import type { LaunchOf } from "@flambeau/core";
import { arithmeticOf } from "./arithmetic.js";
import type { Element } from "./elements.js";
import { positions, View } from "./elements.js";

export function conv(launch: LaunchOf<"conv">): void {
  const { direction, dtype, stride, padding, dilation, groups } = launch.kernel;
  const x = new View(launch.x);
  const w = new View(launch.w);
  const y = new View(launch.y);
  const { zero, add, mul } = arithmeticOf(dtype);
  const inner = launch.w.shape[1]!;
  const outer = launch.w.shape[0]! / groups;
  const spatial = launch.x.shape.slice(2);

  const target = { forward: y, inputGrad: x, weightGrad: w }[direction];
  const sums = new Sums(target.shape, zero);
  for (const [n, k, ...o] of positions(y.shape)) {
    const group = Math.floor(k! / outer);
    for (const [c, ...tap] of positions(w.shape.slice(1))) {
      const i = o.map((position, d) => position * stride[d]! - padding[d]! + tap[d]! * dilation[d]!);
      if (i.some((position, d) => position < 0 || position >= spatial[d]!)) continue;
      const atX = [n!, group * inner + c!, ...i];
      const atW = [k!, c!, ...tap];
      const atY = [n!, k!, ...o];
      if (direction === "forward") sums.add(atY, mul(x.get(atX), w.get(atW)), add);
      else if (direction === "inputGrad") sums.add(atX, mul(y.get(atY), w.get(atW)), add);
      else sums.add(atW, mul(x.get(atX), y.get(atY)), add);
    }
  }
  const bias = launch.bias && new View(launch.bias);
  for (const at of positions(target.shape)) {
    const sum = sums.get(at);
    target.set(at, bias ? add(sum, bias.get([at[1]!])) : sum);
  }
}

/** Unrounded accumulators, one per element of a shape. */
class Sums {
  readonly #values: Element[];
  readonly #shape: readonly number[];

  constructor(shape: readonly number[], zero: Element) {
    this.#shape = shape;
    this.#values = new Array(shape.reduce((a, b) => a * b, 1)).fill(zero);
  }

  #position(at: readonly number[]): number {
    return at.reduce((position, i, d) => position * this.#shape[d]! + i, 0);
  }

  get(at: readonly number[]): Element {
    return this.#values[this.#position(at)]!;
  }

  add(at: readonly number[], value: Element, add: (a: Element, b: Element) => Element): void {
    const position = this.#position(at);
    this.#values[position] = add(this.#values[position]!, value);
  }
}
