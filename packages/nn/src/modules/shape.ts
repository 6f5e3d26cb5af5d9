/** Layers that only move elements about (`torch.nn`). */

import * as core from "@flambeau/core";
import { operatorLayer } from "./layer.js";

type Sizes = number | readonly number[];

/** Joins the dimensions startDim … endDim; the batch stays apart. */
export class Flatten extends operatorLayer<[startDim?: number, endDim?: number], ["startDim", "endDim"]>(
  "Flatten",
  ["startDim", "endDim"],
  (x, start = 1, end = -1) => x.flatten(start, end),
) {}
/** Splits one dimension into several. */
export class Unflatten extends operatorLayer<
  [dim: number, unflattenedSize: readonly number[]],
  ["dim", "unflattenedSize"]
>("Unflatten", ["dim", "unflattenedSize"], (x, dim, sizes) => x.unflatten(dim, sizes)) {}
/** [N, C r², H, W] → [N, C, H r, W r] (Shi et al. 2016). */
export class PixelShuffle extends operatorLayer<[upscaleFactor: number], ["upscaleFactor"]>(
  "PixelShuffle",
  ["upscaleFactor"],
  core.pixelShuffle,
) {}
/** [N, C, H r, W r] → [N, C r², H, W]. */
export class PixelUnshuffle extends operatorLayer<[downscaleFactor: number], ["downscaleFactor"]>(
  "PixelUnshuffle",
  ["downscaleFactor"],
  core.pixelUnshuffle,
) {}
/** Regroups channels so that information passes between groups (Zhang et al. 2018). */
export class ChannelShuffle extends operatorLayer<[groups: number], ["groups"]>(
  "ChannelShuffle",
  ["groups"],
  core.channelShuffle,
) {}

const unfoldNames = ["kernelSize", "dilation", "padding", "stride"] as const;
type Blocks = [kernelSize: Pair, dilation?: Pair, padding?: Pair, stride?: Pair];
type Pair = number | readonly [number, number];
/** Sliding blocks of [N, C, H, W] or [C, H, W] as the columns [N, C kh kw, L]. */
export class Unfold extends operatorLayer<Blocks, typeof unfoldNames>(
  "Unfold",
  unfoldNames,
  core.unfoldBlocks,
) {}
const foldNames = ["outputSize", ...unfoldNames] as const;
/** Columns [N, C kh kw, L] summed into [N, C, …outputSize] where blocks overlap; the transpose of Unfold. */
export class Fold extends operatorLayer<[outputSize: Pair, ...Blocks], typeof foldNames>(
  "Fold",
  foldNames,
  core.foldBlocks,
) {}

const padName = ["padding"] as const;
type PadArgument = [padding: Sizes];
type PadMode = "constant" | "reflect" | "replicate" | "circular";
const sides = (padding: Sizes, nd: number): readonly number[] =>
  typeof padding === "number" ? new Array<number>(2 * nd).fill(padding) : padding;
const padLayer = (name: string, nd: number, mode: PadMode) =>
  operatorLayer<PadArgument, typeof padName>(name, padName, (x, padding) => x.pad(sides(padding, nd), mode));
const constantName = ["padding", "value"] as const;
const constantLayer = (name: string, nd: number) =>
  operatorLayer<[padding: Sizes, value: number], typeof constantName>(
    name,
    constantName,
    (x, padding, value) => x.pad(sides(padding, nd), "constant", value),
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
