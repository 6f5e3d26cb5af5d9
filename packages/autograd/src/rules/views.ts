/** Gradients of views. */
import type { Tensor } from "@flambeau/core";
import { applyOne } from "@flambeau/core/internal";
import { alongAxis, counting, reshape, scatter, sumTo, zerosOf } from "./ops.js";
import { linear } from "./rule.js";
import { embed, stridedAdjoint } from "./strided.js";

export const view = linear<"view">("view", (g, _, x) => reshape(g, x.shape));

export const permute = linear<"permute">("permute", (g, { params: { dims } }) => {
  const inverse = new Array<number>(dims.length);
  dims.forEach((from, to) => {
    inverse[from] = to;
  });
  return applyOne("permute", [g], { dims: inverse });
});

export const expand = linear<"expand">("expand", (g, _, x) => sumTo(g, x.shape));

export const slice = linear<"slice">("slice", (g, { params }, x) =>
  embed(g, x, (whole) => applyOne("slice", [whole], params)),
);

export const diagonal = linear<"diagonal">("diagonal", (g, { params }, x) =>
  embed(g, x, (whole) => applyOne("diagonal", [whole], params)),
);

export const unfold = linear<"unfold">("unfold", (g, { params }, x) => {
  const { dim, size, step } = params;
  if (step >= size) return embed(g, x, (whole) => applyOne("unfold", [whole], params));
  const rank = x.shape.length;
  const windows = g.shape[dim] as number;
  const positions = applyOne("unfold", [counting(x.shape[dim] as number, g.device)], { dim: 0, size, step });
  const index = reshape(
    positions,
    g.shape.map((_, d) => (d === dim ? windows : d === rank ? size : 1)),
  );
  return scatter(zerosOf(x), g, [index], alongAxis("unfold", rank, dim), "add");
});

export const asStrided = linear<"asStrided">("asStrided", (g, { params }, x) => stridedAdjoint(g, x, params));

export const transfer = linear<"transfer">("to", (g: Tensor, _, x) =>
  applyOne("transfer", [g], { device: x.device }),
);
