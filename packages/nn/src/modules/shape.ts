/** Layers that only move elements about (`torch.nn`). */

import {
  channelShuffle,
  foldBlocks,
  op,
  pixelShuffle,
  pixelUnshuffle,
  type Tensor,
  unfoldBlocks,
} from "@flambeau/core";
import { operatorLayer } from "./layer.js";

type Sizes = number | readonly number[];

/** Joins the dimensions startDim … endDim; the batch stays apart. */
export class Flatten extends operatorLayer(
  "Flatten",
  op("Flatten", ["startDim", "endDim"], (x: Tensor, start = 1, end = -1) => x.flatten(start, end)),
) {}
/** Splits one dimension into several. */
export class Unflatten extends operatorLayer(
  "Unflatten",
  op("Unflatten", ["dim", "unflattenedSize"], (x: Tensor, dim: number, sizes: readonly number[]) =>
    x.unflatten(dim, sizes),
  ),
) {}
/** [N, C r², H, W] → [N, C, H r, W r] (Shi et al. 2016). */
export class PixelShuffle extends operatorLayer("PixelShuffle", pixelShuffle) {}
/** [N, C, H r, W r] → [N, C r², H, W]. */
export class PixelUnshuffle extends operatorLayer("PixelUnshuffle", pixelUnshuffle) {}
/** Regroups channels so that information passes between groups (Zhang et al. 2018). */
export class ChannelShuffle extends operatorLayer("ChannelShuffle", channelShuffle) {}
/** Sliding blocks of [N, C, H, W] or [C, H, W] as the columns [N, C kh kw, L]. */
export class Unfold extends operatorLayer("Unfold", unfoldBlocks) {}
/** Columns [N, C kh kw, L] summed into [N, C, …outputSize] where blocks overlap; the transpose of Unfold. */
export class Fold extends operatorLayer("Fold", foldBlocks) {}

type PadMode = "constant" | "reflect" | "replicate" | "circular";
const padded = (x: Tensor, nd: number, padding: Sizes, mode: PadMode, value?: number): Tensor =>
  x.pad(typeof padding === "number" ? new Array<number>(2 * nd).fill(padding) : padding, mode, value);
const padLayer = (name: string, nd: number, mode: PadMode) =>
  operatorLayer(
    name,
    op(name, ["padding"], (x: Tensor, padding: Sizes) => padded(x, nd, padding, mode)),
  );
const constantLayer = (name: string, nd: number) =>
  operatorLayer(
    name,
    op(name, ["padding", "value"], (x: Tensor, padding: Sizes, value: number) =>
      padded(x, nd, padding, "constant", value),
    ),
  );

export class ReflectionPad1d extends padLayer("ReflectionPad1d", 1, "reflect") {}
export class ReflectionPad2d extends padLayer("ReflectionPad2d", 2, "reflect") {}
export class ReflectionPad3d extends padLayer("ReflectionPad3d", 3, "reflect") {}
export class ReplicationPad1d extends padLayer("ReplicationPad1d", 1, "replicate") {}
export class ReplicationPad2d extends padLayer("ReplicationPad2d", 2, "replicate") {}
export class ReplicationPad3d extends padLayer("ReplicationPad3d", 3, "replicate") {}
export class CircularPad1d extends padLayer("CircularPad1d", 1, "circular") {}
export class CircularPad2d extends padLayer("CircularPad2d", 2, "circular") {}
export class CircularPad3d extends padLayer("CircularPad3d", 3, "circular") {}
export class ZeroPad1d extends padLayer("ZeroPad1d", 1, "constant") {}
export class ZeroPad2d extends padLayer("ZeroPad2d", 2, "constant") {}
export class ZeroPad3d extends padLayer("ZeroPad3d", 3, "constant") {}
export class ConstantPad1d extends constantLayer("ConstantPad1d", 1) {}
export class ConstantPad2d extends constantLayer("ConstantPad2d", 2) {}
export class ConstantPad3d extends constantLayer("ConstantPad3d", 3) {}
