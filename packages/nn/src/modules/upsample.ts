/** Resizing layers (`torch.nn.Upsample`). */
import type { Tensor } from "@flambeau/core";
import { type InterpolateMode, interpolate } from "../functional/resample.js";
import { functionLayer } from "./layer.js";

type Sizes = number | readonly number[];
const names = ["size", "scaleFactor", "mode", "alignCorners", "recomputeScaleFactor"] as const;
type Options = [
  size?: Sizes | null,
  scaleFactor?: Sizes | null,
  mode?: InterpolateMode,
  alignCorners?: boolean | null,
  recomputeScaleFactor?: boolean | null,
];
/** Resizes [N, C, …] to `size` or by `scaleFactor`, in one of the modes of `interpolate`. */
export class Upsample extends functionLayer<Options, typeof names>("Upsample", names, ([x], o) =>
  interpolate(x as Tensor, ...o),
) {}

const planeNames = ["size", "scaleFactor"] as const;
type PlaneOptions = [size?: Sizes | null, scaleFactor?: Sizes | null];
/** Resizes [N, C, H, W], repeating the nearest elements. */
export class UpsamplingNearest2d extends functionLayer<PlaneOptions, typeof planeNames>(
  "UpsamplingNearest2d",
  planeNames,
  ([x], [size, factor]) => interpolate(x as Tensor, size, factor, "nearest"),
) {}
/** Resizes [N, C, H, W] bilinearly, corners onto corners. */
export class UpsamplingBilinear2d extends functionLayer<PlaneOptions, typeof planeNames>(
  "UpsamplingBilinear2d",
  planeNames,
  ([x], [size, factor]) => interpolate(x as Tensor, size, factor, "bilinear", true),
) {}
