/** Channels to space and back (`torch.nn.functional`). */
import { ArgumentError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectInteger, expectShape } from "../expect.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { reshape } from "./reshape.js";

function image(
  name: string,
  x: Tensor,
  factor: number,
): { batch: number[]; c: number; h: number; w: number } {
  expectShape(name, x.shape.length >= 3, "[..., C, H, W]", x);
  expectInteger(name, 1, "a positive factor", factor);
  const [c, h, w] = x.shape.slice(-3) as [number, number, number];
  return { batch: x.shape.slice(0, -3), c, h, w };
}

/** `x` viewed as [...batch, ...split], its trailing dimensions permuted, and joined to [...batch, ...joined]. */
function rearranged(
  x: Tensor,
  batch: readonly number[],
  split: readonly number[],
  order: readonly number[],
  joined: readonly number[],
): Tensor {
  const lead = batch.map((_, d) => d);
  const dims = [...lead, ...order.map((d) => d + batch.length)];
  return reshape(copied(applyOne("permute", [reshape(x, [...batch, ...split])], { dims })), [
    ...batch,
    ...joined,
  ]);
}

/** [..., C·r², H, W] to [..., C, H·r, W·r] (`nn.functional.pixel_shuffle`). */
export const pixelShuffle = op(
  "pixelShuffle",
  ["upscaleFactor"],
  (x: Tensor, upscaleFactor: number): Tensor => {
    const r = upscaleFactor;
    const { batch, c, h, w } = image("pixelShuffle", x, r);
    if (c % (r * r) !== 0)
      throw new ShapeError("pixelShuffle", `expected channels divisible by ${r * r}, got ${c}`);
    const out = c / (r * r);
    return rearranged(x, batch, [out, r, r, h, w], [0, 3, 1, 4, 2], [out, h * r, w * r]);
  },
);

/** [..., C, H·r, W·r] to [..., C·r², H, W] (`nn.functional.pixel_unshuffle`). */
export const pixelUnshuffle = op(
  "pixelUnshuffle",
  ["downscaleFactor"],
  (x: Tensor, downscaleFactor: number): Tensor => {
    const r = downscaleFactor;
    const { batch, c, h, w } = image("pixelUnshuffle", x, r);
    if (h % r !== 0 || w % r !== 0)
      throw new ShapeError(
        "pixelUnshuffle",
        `expected height and width divisible by ${r}, got ${h} and ${w}`,
      );
    return rearranged(x, batch, [c, h / r, r, w / r, r], [0, 2, 4, 1, 3], [c * r * r, h / r, w / r]);
  },
);

/** Channels dealt out over groups: [N, g·C, ...] with the two channel dimensions exchanged (`nn.functional.channel_shuffle`). */
export const channelShuffle = op("channelShuffle", ["groups"], (x: Tensor, groups: number): Tensor => {
  expectShape("channelShuffle", x.shape.length >= 3, "[N, C, ...]", x);
  const [n, c, ...rest] = x.shape as [number, number, ...number[]];
  if (!Number.isInteger(groups) || groups <= 0 || c % groups !== 0) {
    throw new ArgumentError(
      "channelShuffle",
      `expected a number of groups that divides the ${c} channels, got ${groups}`,
    );
  }
  return rearranged(
    x,
    [n],
    [groups, c / groups, ...rest],
    [1, 0, ...rest.map((_, i) => i + 2)],
    [c, ...rest],
  );
});
