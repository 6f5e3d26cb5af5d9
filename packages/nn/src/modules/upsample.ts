/** Resizing layers (`torch.nn.Upsample`). */
import type { Tensor } from "@flambeau/core";
import {
  type InterpolateMode,
  interpolate,
  upsampleBilinear,
  upsampleNearest,
} from "../functional/resample.js";
import { functionLayer, operatorLayer } from "./layer.js";

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
/** Resizes [N, C, H, W], repeating the nearest elements. */
export class UpsamplingNearest2d extends operatorLayer("UpsamplingNearest2d", upsampleNearest) {}
/** Resizes [N, C, H, W] bilinearly, corners onto corners. */
export class UpsamplingBilinear2d extends operatorLayer("UpsamplingBilinear2d", upsampleBilinear) {}
