/** y[b, k, o] = sum over taps t and channels c of w[k, c, t] x[b, c, o * stride - padding + t * dilation]. */
import { type ShaderOperand, unravel } from "../elements/operands.js";
import type { Value } from "../ir/value.js";
import type { Loaders, Placing, Scene } from "../tiles/product.js";
import { walker } from "../tiles/walk.js";
import { axis, nameDims, start } from "./dims.js";
import type { Direction } from "./lower.js";

/**
 * Rows are output channels, columns positions of the output in the whole batch, the depth taps and then channels. A phase
 * is a tap; too few channels to fill a slab are walked together with the taps.
 */
export const forward: Direction = ({ groups, batch, inner, outer, output, taps }) => ({
  m: outer,
  n: output.reduce((count, size) => count * size, batch),
  batch: groups,
  depth: [...taps, inner],
  outer: ({ slab }) => (inner * 2 < slab ? 0 : taps.length),
  along: { a: "depth", b: "line" },
  load,
  place,
});

function load({ k, item, dims, operands, outer }: Scene): Loaders {
  const [w, x] = operands as [ShaderOperand, ShaderOperand];
  const d = nameDims(dims);
  const firstOuter = k.let(item.mul(d.outer), "channel");
  const firstInner = k.let(item.mul(d.inner), "channel");
  const a = walker(
    k,
    {
      operand: w,
      origin: (m) => ({ index: start(w, [firstOuter.add(m)]) }),
      motions: [
        ...d.taps.map((_, i) => ({ stride: axis(w.strides, i + 2) })),
        { stride: axis(w.strides, 1) },
      ],
    },
    outer,
  );
  const b = walker(
    k,
    {
      operand: x,
      origin: (n) => {
        const [image, ...o] = unravel(k, n, [d.batch, ...d.output]) as [Value, ...Value[]];
        const positions = o.map((at, i) => k.let(at.mul(axis(d.stride, i)), "from"));
        return { index: start(x, [image, firstInner, ...positions]), positions };
      },
      motions: [
        ...d.taps.map((_, i) => ({
          stride: axis(x.strides, i + 2),
          axis: i,
          steps: (tap: Value) => tap.mul(axis(d.dilation, i)).sub(axis(d.padding, i)),
        })),
        { stride: axis(x.strides, 1) },
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
    column: (n) => unravel(k, n, [d.batch, ...d.output]),
    at: ([channel], [image, ...o]) => [image as Value, channel as Value, ...o],
  };
}
