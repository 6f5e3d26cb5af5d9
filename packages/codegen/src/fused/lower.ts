/** Fused launches as dispatches. */
import type { FusedLaunch } from "@flambeau/core";
import { type DeviceTraits, noDispatch, type Plan } from "../plan.js";
import { dividesIntegers } from "./layout.js";
import { packInputs } from "./pack.js";
import { lowerParts } from "./parts.js";
import { lowerPointwise } from "./pointwise.js";
import { rowShapeOf } from "./row.js";
import { lowerRows } from "./rows.js";

export function lowerFused(given: FusedLaunch, traits: DeviceTraits): Plan {
  const { kernel, sizes, axisOf } = given;
  const { over } = kernel.step;
  const empty = sizes.some((size, d) => size === 0 && ((over >> (axisOf[d] as number)) & 1) === 0);
  if (empty) return noDispatch;
  const shape = over === 0 ? null : rowShapeOf(given);
  const lowered = (launch: FusedLaunch): Plan =>
    shape === null ? lowerPointwise(launch, traits) : lowerRows(launch, shape, traits);
  const most = traits.maxBuffers - (dividesIntegers(kernel.step) ? 1 : 0);
  const buffers = given.inputs.length + given.outputs.length;
  const inParts = shape === null || buffers >= most ? null : lowerParts(given, shape, traits);
  if (inParts !== null) return inParts;
  if (buffers <= most) return lowered(given);
  const { launch, before, scratch } = packInputs(given, most);
  const { dispatches } = lowered(launch);
  return { dispatches: [...before, ...dispatches], scratch };
}
