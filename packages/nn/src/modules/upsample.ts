/** Resizing layers (`torch.nn.Upsample`). */
import {
  type InterpolateMode,
  interpolate,
  upsampleBilinear,
  upsampleNearest,
} from "../functional/resample.js";
import { operatorLayer } from "./layer.js";

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
export class Upsample extends operatorLayer<Options, typeof names>("Upsample", names, interpolate) {}

const planeNames = ["size", "scaleFactor"] as const;
type PlaneOptions = [size?: Sizes | null, scaleFactor?: Sizes | null];
/** Resizes [N, C, H, W], repeating the nearest elements. */
export class UpsamplingNearest2d extends operatorLayer<PlaneOptions, typeof planeNames>(
  "UpsamplingNearest2d",
  planeNames,
  upsampleNearest,
) {}
/** Resizes [N, C, H, W] bilinearly, corners onto corners. */
export class UpsamplingBilinear2d extends operatorLayer<PlaneOptions, typeof planeNames>(
  "UpsamplingBilinear2d",
  planeNames,
  upsampleBilinear,
) {}
