/** Gradients of pooling. */
import type { Tensor } from "@flambeau/core";
import { applyOne, type PoolParams } from "@flambeau/core/internal";
import type { TensorMeta } from "../meta.js";
import { alongAxis, gather, reshape } from "./ops.js";
import { linear, type Rule } from "./rule.js";

/** The parameters of the opposite direction: `out` tells the spatial sizes of its result. */
const opposite = (params: PoolParams, x: TensorMeta): PoolParams => ({
  ...params,
  out: x.shape.slice(-params.out.length),
});

/** Spatial dimensions as one. */
function flattened(x: Tensor, spatial: number): Tensor {
  const rest = x.shape.slice(0, x.shape.length - spatial);
  return reshape(x, [...rest, x.shape.slice(x.shape.length - spatial).reduce((a, b) => a * b, 1)]);
}

export const maxPool: Rule<"maxPool"> = {
  name: "maxPool",
  saves: ({ outputs: [, indices] }) => [indices as Tensor],
  backward: ({ cotangents: [g], saved: [indices], params, inputs: [x] }) => [
    applyOne("maxPoolBackward", [g as Tensor, indices as Tensor], opposite(params, x as TensorMeta)),
  ],
};

/** Linear in its cotangent, so its adjoint picks what it had placed. */
export const maxPoolBackward: Rule<"maxPoolBackward"> = {
  name: "maxPoolBackward",
  saves: ({ inputs: [, indices] }) => [indices as Tensor],
  backward: ({ cotangents: [g], saved: [indices], params, inputs: [pooled] }) => {
    const spatial = params.out.length;
    const index = flattened(indices as Tensor, spatial);
    const how = alongAxis("maxPool", index.ndim, index.ndim - 1);
    const picked = gather(flattened(g as Tensor, spatial), [index], how, index.shape);
    return [reshape(picked, (pooled as TensorMeta).shape), null];
  },
};

export const avgPool = linear<"avgPool">("avgPool", (g, { params }, x) =>
  applyOne("avgPoolBackward", [g], opposite(params, x)),
);

export const avgPoolBackward = linear<"avgPoolBackward">("avgPoolBackward", (g, { params }, x) =>
  applyOne("avgPool", [g], opposite(params, x)),
);
