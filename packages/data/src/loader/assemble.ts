/** From samples to what the program gets, in this thread. */
import type { DeviceLike } from "@flambeau/core";
import { collateHost, toDevice } from "../collate/collate.js";
import { convertHost } from "../collate/convert.js";
import type { CollatePlan } from "../workers/protocol.js";

export type CollateFunction = (samples: never[]) => unknown;

/** How a loader makes batches: the function where one was given or found, else the rule. */
export interface Assembly {
  readonly plan: CollatePlan;
  readonly collate: CollateFunction | null;
  readonly device: DeviceLike | undefined;
}

/** Collates samples and puts the batch on its device. */
export function assemble({ plan, collate, device }: Assembly, samples: unknown[]): unknown {
  if (collate !== null) return toDevice(collate(samples as never[]), device);
  return toDevice(plan.kind === "single" ? convertHost(samples[0]) : collateHost(samples), device);
}
