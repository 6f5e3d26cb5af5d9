/** w[k, c, t] = sum over images b and outputs o of y[b, k, o] x[b, c, o * stride - padding + t * dilation]. */
import { type ShaderOperand, unravel } from "../elements/operands.js";
import type { Value } from "../ir/value.js";
import type { Loaders, Placing, Scene } from "../tiles/product.js";
import { walker } from "../tiles/walk.js";
import { axis, nameDims, start } from "./dims.js";
import type { Direction } from "./lower.js";

/**
 * Rows are output channels, columns input channels and taps, the depth images and positions of the output. A phase is a line
 * of the output; lines too short to fill a slab are walked together.
 */
export const weightGrad: Direction = ({ groups, batch, inner, outer, output, taps }) => ({
  m: outer,
  n: taps.reduce((count, size) => count * size, inner),
  batch: groups,
  depth: [batch, ...output],
  outer: ({ slab }) => ((output.at(-1) as number) < slab ? 0 : output.length),
  along: { a: "depth", b: "depth" },
  load,
  place,
});

function load({ k, item, dims, operands, outer }: Scene): Loaders {
  const [y, x] = operands as [ShaderOperand, ShaderOperand];
  const d = nameDims(dims);
  const firstOuter = k.let(item.mul(d.outer), "channel");
  const firstInner = k.let(item.mul(d.inner), "channel");
  const a = walker(
    k,
    {
      operand: y,
      origin: (m) => ({ index: start(y, [0, firstOuter.add(m)]) }),
      motions: [
        { stride: axis(y.strides, 0) },
        ...d.output.map((_, i) => ({ stride: axis(y.strides, i + 2) })),
      ],
    },
    outer,
  );
  const b = walker(
    k,
    {
      operand: x,
      origin: (n) => {
        const [channel, ...taps] = unravel(k, n, [d.inner, ...d.taps]) as [Value, ...Value[]];
        const positions = taps.map((tap, i) =>
          k.let(tap.mul(axis(d.dilation, i)).sub(axis(d.padding, i)), "from"),
        );
        return { index: start(x, [0, firstInner.add(channel), ...positions]), positions };
      },
      motions: [
        { stride: axis(x.strides, 0) },
        ...d.output.map((_, i) => ({
          stride: axis(x.strides, i + 2),
          axis: i,
          steps: (o: Value) => o.mul(axis(d.stride, i)),
        })),
      ],
      limits: d.input,
    },
    outer,
  );
  return { a, b };
}

function place({ k, item, dims }: Scene): Placing {
  const d = nameDims(dims);
  const first = k.let(item.mul(d.outer), "channel");
  return {
    row: (m) => [k.let(first.add(m), "channel")],
    column: (n) => unravel(k, n, [d.inner, ...d.taps]),
    at: (row, column) => [...row, ...column],
  };
}
