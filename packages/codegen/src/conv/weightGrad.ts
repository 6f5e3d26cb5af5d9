/** w[k, c, t] = sum over images b and outputs o of y[b, k, o] x[b, c, o * stride - padding + t * dilation]. */
import { numelOf } from "@flambeau/core";
import { type ShaderOperand, unravel } from "../elements/operands.js";
import type { Value } from "../ir/value.js";
import type { Loaders, Placing, Scene } from "../tiles/product.js";
import { walker } from "../tiles/walk.js";
import type { Direction } from "./lower.js";
import { along, axis, dimsOf, stepping } from "./scene.js";

/**
 * Rows are output channels, columns input channels and taps, the depth images and positions of the output. A phase is a line
 * of the output; lines too short to fill a slab are walked together.
 */
export const weightGrad: Direction = ({ batch, inner, outer, output, taps }, groups) => ({
  m: outer,
  n: inner * numelOf(taps),
  batch: groups,
  depth: [batch, ...output],
  outer: ({ slab }) => ((output.at(-1) as number) < slab ? 0 : output.length),
  along: { a: "depth", b: "depth" },
  load,
  place,
});

function load(scene: Scene): Loaders {
  const { k, item, operands } = scene;
  const [y, x] = operands as [ShaderOperand, ShaderOperand];
  const d = dimsOf(scene);
  const firstOuter = k.let(item.mul(d.outer), "channel");
  const firstInner = k.let(item.mul(d.inner), "channel");
  return {
    a: walker(scene, {
      operand: y,
      origin: (m) => ({ index: y.index([0, firstOuter.add(m)]) }),
      motions: [along(y, 0), ...stepping(y)],
    }),
    b: walker(scene, {
      operand: x,
      origin: (n) => {
        const [channel, ...taps] = unravel(k, n, [d.inner, ...d.taps]) as [Value, ...Value[]];
        const positions = taps.map((tap, i) =>
          k.let(tap.mul(axis(d.dilation, i)).sub(axis(d.padding, i)), "from"),
        );
        return { index: x.index([0, firstInner.add(channel), ...positions]), positions };
      },
      motions: [along(x, 0), ...stepping(x, (o, i) => o.mul(axis(d.stride, i)))],
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
    column: (n) => unravel(k, n, [d.inner, ...d.taps]),
    at: (row, column) => [...row, ...column],
  };
}
