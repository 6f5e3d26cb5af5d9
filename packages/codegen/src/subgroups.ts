/**
 * What lowerings take a device's subgroups for: four neighbouring lanes stand together, which no dialect promises. A runtime
 * that has subgroups runs the probe before it sets the trait.
 */
import type { DeviceBuffer } from "@flambeau/core";
import { ShaderBuilder } from "./ir/builder.js";
import type { Shader } from "./ir/types.js";
import { call, u32 } from "./ir/value.js";
import { type Plan, single } from "./plan.js";

const lanes = 64;

export const probeBytes = lanes * 8;

/** Every lane writes which lane it hears from, for each of the exchanges that lowerings make. */
function build(): Shader {
  const k = new ShaderBuilder("subgroups", lanes);
  const heard = k.buffer("heard", "write");
  const lane = k.lane.to("u32");
  for (const [i, bits] of [1, 2].entries()) {
    const other = k.let(call("shuffleXor", lane, u32(bits)));
    k.if(k.group.eq(0), () => heard.store(k.lane.mul(2).add(i), other));
  }
  return k.finish();
}

/** Fills a buffer of `probeBytes`. */
export const subgroupProbe = (heard: DeviceBuffer): Plan =>
  single({ key: "subgroups", build, buffers: [heard], params: [], groups: 1 });

/** Whether what the probe wrote is what lowerings count on. */
export const holdNeighbours = (heard: Uint32Array): boolean =>
  heard.every((other, at) => other === ((at >> 1) ^ (1 << (at & 1))));
