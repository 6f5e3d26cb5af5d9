/** Adjoints of views that share or skip elements, by the strides they walk. */
import type { Tensor } from "@flambeau/core";
import { ones, pointwise } from "@flambeau/core";
import { applyOne, copyInto, copyOf, numelOf } from "@flambeau/core/internal";
import type { Geometry, TensorMeta } from "../meta.js";
import { recorded } from "../recorded.js";
import { clone, counting, expandTo, mul, scatter, zerosOf } from "./ops.js";

const shareOf = pointwise("shareOf", (count) => count.max(1).reciprocal());
const flatAddress = { op: "asStrided", coordinates: [{ index: 0 }], wrap: false } as const;

/** The first and one past the last element of the storage that a geometry touches. */
function extentOf({ shape, strides, offset }: Geometry): readonly [low: number, high: number] {
  let [low, high] = [offset, offset + 1];
  shape.forEach((size, d) => {
    const reach = (size - 1) * (strides[d] as number);
    if (reach < 0) low += reach;
    else high += reach;
  });
  return [low, high];
}

/** Whether two positions may lie on one element: some stride does not clear all smaller ones together. */
function mayOverlap({ shape, strides }: Geometry): boolean {
  const dims = shape.flatMap((size, d) =>
    size > 1 ? [[Math.abs(strides[d] as number), size] as const] : [],
  );
  let reach = 0;
  for (const [stride, size] of dims.sort(([a], [b]) => a - b)) {
    if (stride <= reach) return true;
    reach += stride * (size - 1);
  }
  return false;
}

const along = (flat: Tensor, { shape, strides, offset }: Geometry, low: number): Tensor =>
  applyOne("asStrided", [flat], { shape, strides, offset: flat.offset + offset - low });

/** Lays `g` on `count` zeros, the first of which is element `low` of the storage; what meets on one element is added. */
function spread(g: Tensor, geometry: Geometry, low: number, count: number): Tensor {
  const flat = { shape: [count], dtype: g.dtype, device: g.device };
  if (mayOverlap(geometry)) {
    const index = along(counting(count, g.device), geometry, low);
    return scatter(zerosOf(flat), g, [index], flatAddress, "add");
  }
  const write = (): Tensor => {
    const out = zerosOf(flat);
    copyInto(along(out, geometry, low), g);
    return out;
  };
  return recorded("SpreadBackward", [g], write, ([gg]) => [along(packed(gg as Tensor), geometry, low)]);
}

/** `x` if it may be walked by strides of our own, else a contiguous copy. */
const packed = (x: Tensor): Tensor => (x.isContiguous() ? x : clone(x));

/** The gradient of a tensor given that of a strided view of its storage. */
export function stridedAdjoint(g: Tensor, from: TensorMeta, view: Geometry): Tensor {
  if (numelOf(view.shape) === 0 || numelOf(from.shape) === 0) return zerosOf(from);
  const [a, b] = [extentOf(from), extentOf(view)];
  const low = Math.min(a[0], b[0]);
  const count = Math.max(a[1], b[1]) - low;
  const flat = spread(g, view, low, count);
  if (!mayOverlap(from)) return along(flat, from, low);
  // Positions that share an element share its gradient evenly.
  const one = expandTo(ones([], { dtype: from.dtype, device: from.device }), from.shape);
  return along(mul(flat, shareOf(spread(one, from, low, count))), from, low);
}

/** The gradient of a tensor that was overwritten where `view` lies (zero there), and the part that lies there. */
export function splitAtView(
  g: Tensor,
  base: TensorMeta,
  view: Geometry,
): { outside: () => Tensor; inside: () => Tensor } {
  const [low, high] = extentOf(base);
  const flat = spread(g, base, low, high - low);
  return { outside: () => along(masked(flat, view, low), base, low), inside: () => along(flat, view, low) };
}

/** A copy of `flat` with zeros where `view` lies. */
function masked(flat: Tensor, view: Geometry, low: number): Tensor {
  const write = (): Tensor => {
    const out = copyOf(flat);
    copyInto(along(out, view, low), zerosOf({ shape: [], dtype: out.dtype, device: out.device }));
    return out;
  };
  return recorded("MaskBackward", [flat], write, ([g]) => [masked(packed(g as Tensor), view, low)]);
}

/** The adjoint of a view that takes no element twice: zeros with `g` written where the view lies. */
export function embed(g: Tensor, into: TensorMeta, take: (x: Tensor) => Tensor): Tensor {
  const write = (): Tensor => {
    const out = zerosOf(into);
    copyInto(take(out), g);
    return out;
  };
  return recorded("EmbedBackward", [g], write, ([gg]) => [take(gg as Tensor)]);
}
