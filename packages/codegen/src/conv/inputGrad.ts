/** x[b, c, i] = sum over taps t and channels k of w[k, c, t] y[b, k, (i + padding - t * dilation) / stride], where that divides. */
import { type ShaderOperand, unasked, unravel } from "../elements/operands.js";
import type { Value } from "../ir/value.js";
import type { Loaders, Placing, Scene } from "../tiles/product.js";
import { walker } from "../tiles/walk.js";
import type { Direction } from "./lower.js";
import { along, axis, type ConvDims, dimsOf, stepping } from "./scene.js";

/**
 * Inputs i = q * stride + r of one residue r meet the same taps, so every residue is a product of its own within the batch, and
 * its phases are the taps that divide: no multiplication by a zero between outputs. Rows are input channels, columns images
 * and quotients q, the depth taps and then output channels.
 */
export const inputGrad: Direction = ({ batch, inner, outer, input, taps, stride }, groups) => ({
  m: inner,
  n: input.reduce((count, size, i) => count * Math.ceil(size / (stride[i] as number)), batch),
  batch: stride.reduce((count, step) => count * step, groups),
  depth: [...taps, outer],
  outer: () => taps.length,
  along: { a: "line", b: "line" },
  load,
  place,
});

/** The group and the residues that an item of the batch stands for. */
function itemOf({ k, item }: Pick<Scene, "k" | "item">, d: ConvDims): { group: Value; residues: Value[] } {
  const [group, ...residues] = unravel(k, item, [unasked, ...d.stride]) as [Value, ...Value[]];
  return { group, residues };
}

/** Images and quotients of a column. */
function columnOf({ k }: Pick<Scene, "k">, d: ConvDims, n: Value): [Value, ...Value[]] {
  const quotients = d.input.map((size, i) =>
    k.let(size.add(axis(d.stride, i)).sub(1).div(axis(d.stride, i))),
  );
  return unravel(k, n, [d.batch, ...quotients]) as [Value, ...Value[]];
}

function load(scene: Scene): Loaders {
  const { k, operands } = scene;
  const [w, y] = operands as [ShaderOperand, ShaderOperand];
  const d = dimsOf(scene);
  const { group, residues } = itemOf(scene, d);
  const firstOuter = k.let(group.mul(d.outer), "channel");
  /** What a tap adds to q * stride, on the way to o * stride. */
  const reach = (tap: Value, i: number): Value =>
    axis(residues, i)
      .add(axis(d.padding, i))
      .sub(tap.mul(axis(d.dilation, i)));
  const a = walker(scene, {
    operand: w,
    origin: (m) => ({ index: w.index([firstOuter, m]) }),
    motions: [...stepping(w), along(w, 0)],
  });
  const b = walker(scene, {
    operand: y,
    origin: (n) => {
      const [image, ...positions] = columnOf(scene, d, n);
      return { index: y.index([image, firstOuter, ...positions]), positions };
    },
    motions: [...stepping(y, (tap, i) => reach(tap, i).div(axis(d.stride, i))), along(y, 1)],
    limits: d.output,
  });
  const active = (taps: readonly Value[]): Value =>
    taps
      .map((tap, i) => reach(tap, i).rem(axis(d.stride, i)).eq(0))
      .reduce((all, divides) => all.and(divides));
  return { a, b, active };
}

function place(scene: Scene): Placing {
  const { k } = scene;
  const d = dimsOf(scene);
  const { group, residues } = itemOf(scene, d);
  const first = k.let(group.mul(d.inner), "channel");
  return {
    row: (m) => [k.let(first.add(m), "channel")],
    column: (n) => {
      const [image, ...quotients] = columnOf(scene, d, n);
      const inputs = quotients.map((q, i) => k.let(q.mul(axis(d.stride, i)).add(axis(residues, i)), "input"));
      return [image, ...inputs];
    },
    at: ([channel], [image, ...i]) => [image as Value, channel as Value, ...i],
    exists: ([, ...i]) =>
      i.map((at, d_) => at.lt(axis(d.input, d_))).reduce((all, inside) => all.and(inside)),
  };
}
