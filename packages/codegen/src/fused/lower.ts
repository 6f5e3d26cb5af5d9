/** Fused launches as dispatches. */
import type { FusedLaunch } from "@flambeau/core";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, noDispatch, type Plan } from "../plan.js";
import { lowerPointwise } from "./pointwise.js";
import { lowerRows } from "./rows.js";

export function lowerFused(launch: FusedLaunch, traits: DeviceTraits): Plan {
  const { kernel, sizes, axisOf } = launch;
  const { over } = kernel.step;
  const empty = sizes.some((size, d) => size === 0 && ((over >> (axisOf[d] as number)) & 1) === 0);
  if (empty) return noDispatch;
  return over === 0
    ? lowerPointwise(launch, kernelId(kernel), traits)
    : lowerRows(launch, kernelId(kernel), traits);
}
