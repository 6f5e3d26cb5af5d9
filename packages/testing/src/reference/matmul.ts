/** out[..., m, n] = sum over k of a[..., m, k] * b[..., k, n] (+ bias). */
import type { LaunchOf } from "@flambeau/core";
import { arithmeticOf } from "./arithmetic.js";
import { positions, View } from "./elements.js";

export function matmul(launch: LaunchOf<"matmul">): void {
  const a = new View(launch.a);
  const b = new View(launch.b);
  const out = new View(launch.out);
  const bias = launch.bias && new View(launch.bias);
  const { zero, add, mul } = arithmeticOf(launch.kernel.dtype);
  const depth = a.shape.at(-1)!;
  for (const at of positions(out.shape)) {
    const batch = at.slice(0, -2);
    const [m, n] = at.slice(-2) as [number, number];
    let sum = zero;
    for (let k = 0; k < depth; k++) sum = add(sum, mul(a.get([...batch, m, k]), b.get([...batch, k, n])));
    out.set(at, bias ? add(sum, bias.get(at)) : sum);
  }
}
