/** From a launch to the dispatches that run it: one lowering per kernel kind, shared by every GPU backend. */
import type { KernelKind, Launch, LaunchOf } from "@flambeau/core";
import { lowerConv } from "./conv/lower.js";
import { lowerFused } from "./fused/lower.js";
import { lowerGather } from "./indexing/gather.js";
import { lowerScatter } from "./indexing/scatter.js";
import { lowerMatmul } from "./matmul/lower.js";
import { lowerNonzero } from "./ordering/nonzero.js";
import { lowerScan } from "./ordering/scan.js";
import { lowerSort } from "./ordering/sort.js";
import type { DeviceTraits, Plan } from "./plan.js";
import { lowerPool } from "./pooling/pool.js";

type Lowerings = { readonly [K in KernelKind]?: (launch: LaunchOf<K>, traits: DeviceTraits) => Plan };

const lowerings: Lowerings = {
  conv: lowerConv,
  fused: lowerFused,
  gather: lowerGather,
  matmul: lowerMatmul,
  nonzero: lowerNonzero,
  pool: lowerPool,
  scan: lowerScan,
  scatter: lowerScatter,
  sort: lowerSort,
};

export function lower(launch: Launch, traits: DeviceTraits): Plan {
  // The table is indexed by the launch's own kind, which the type system cannot relate across a union.
  const lowering = lowerings[launch.kernel.kind] as (launch: Launch, traits: DeviceTraits) => Plan;
  return lowering(launch, traits);
}
