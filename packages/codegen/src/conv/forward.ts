/** y[b, k, o] = sum over taps t and channels c of w[k, c, t] x[b, c, o * stride - padding + t * dilation]. */
import { numelOf } from "@flambeau/core";
import { type ShaderOperand, unravel } from "../elements/operands.js";
import type { Value } from "../ir/value.js";
import type { Loaders, Placing, Scene } from "../tiles/product.js";
import { walker } from "../tiles/walk.js";
import type { Direction } from "./lower.js";
import { along, axis, dimsOf, stepping } from "./scene.js";

/**
 * Rows are output channels, columns positions of the output in the whole batch, the depth taps and then channels. A phase
 * is a tap; too few channels to fill a slab are walked together with the taps.
 */
export const forward: Direction = ({ batch, inner, outer, output, taps }, groups) => ({
  m: outer,
  n: batch * numelOf(output),
  batch: groups,
  depth: [...taps, inner],
  outer: ({ slab }) => (inner * 2 < slab ? 0 : taps.length),
  along: { a: "depth", b: "line" },
  load,
  place,
});

function load(scene: Scene): Loaders {
  const { k, item, operands } = scene;
  const [w, x] = operands as [ShaderOperand, ShaderOperand];
  const d = dimsOf(scene);
  const firstOuter = k.let(item.mul(d.outer), "channel");
  const firstInner = k.let(item.mul(d.inner), "channel");
  return {
    a: walker(scene, {
      operand: w,
      origin: (m) => ({ index: w.index([firstOuter.add(m)]) }),
      motions: [...stepping(w), along(w, 1)],
    }),
    b: walker(scene, {
      operand: x,
      origin: (n) => {
        const [image, ...o] = unravel(k, n, [d.batch, ...d.output]) as [Value, ...Value[]];
        const positions = o.map((at, i) => k.let(at.mul(axis(d.stride, i)), "from"));
        return { index: x.index([image, firstInner, ...positions]), positions };
      },
      motions: [
        ...stepping(x, (tap, i) => tap.mul(axis(d.dilation, i)).sub(axis(d.padding, i))),
        along(x, 1),
      ],
      limits: d.input,
    }),
  };
}

function place(scene: Scene): Placing {
  const { k, item } = scene;
  const d = dimsOf(scene);
  const first = k.let(item.mul(d.outer), "channel");
  return {
    row: (m) => [k.let(first.add(m), "channel")],
    column: (n) => unravel(k, n, [d.batch, ...d.output]),
    at: ([channel], [image, ...o]) => [image as Value, channel as Value, ...o],
  };
}
