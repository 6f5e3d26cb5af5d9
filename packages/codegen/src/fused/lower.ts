/** Fused launches as dispatches. */
import type { FusedLaunch } from "@flambeau/core";
import { type DeviceTraits, noDispatch, type Plan } from "../plan.js";
import { dividesIntegers } from "./layout.js";
import { packInputs } from "./pack.js";
import { lowerParts } from "./parts.js";
import { lowerPointwise } from "./pointwise.js";
import { lowerRows } from "./rows.js";

export function lowerFused(given: FusedLaunch, traits: DeviceTraits): Plan {
  const { kernel, sizes, axisOf } = given;
  const { over } = kernel.step;
  const empty = sizes.some((size, d) => size === 0 && ((over >> (axisOf[d] as number)) & 1) === 0);
  if (empty) return noDispatch;
  const lowered = over === 0 ? lowerPointwise : lowerRows;
  const most = traits.maxBuffers - (dividesIntegers(kernel.step) ? 1 : 0);
  const buffers = given.inputs.length + given.outputs.length;
  const inParts = over === 0 || buffers >= most ? null : lowerParts(given, traits);
  if (inParts !== null) return inParts;
  if (buffers <= most) return lowered(given, traits);
  const { launch, before, scratch } = packInputs(given, most);
  const { dispatches } = lowered(launch, traits);
  return { dispatches: [...before, ...dispatches], scratch };
}
