/** Whether a device's subgroups are what lowerings take them for: nothing promises that they hold neighbouring lanes. */
import { call, type Shader, ShaderBuilder, u32 } from "@flambeau/codegen";
import type { WebgpuBackend } from "./backend.js";

const lanes = 64;

/** Every lane writes which lane it hears from, for each of the exchanges that lowerings make. */
function probe(): Shader {
  const k = new ShaderBuilder("subgroups", lanes);
  const heard = k.buffer("heard", "write");
  const lane = k.lane.to("u32");
  for (const [i, bits] of [1, 2].entries()) {
    const other = k.let(call("shuffleXor", lane, u32(bits)));
    k.if(k.group.eq(0), () => heard.store(k.lane.mul(2).add(i), other));
  }
  return k.finish();
}

/** Asks the device. Without the feature the answer is no. */
export async function hasNeighbourSubgroups(backend: WebgpuBackend): Promise<boolean> {
  if (!backend.device.features.has("subgroups")) return false;
  const buffer = backend.alloc(lanes * 8);
  const dispatch = { key: "subgroups", build: probe, buffers: [buffer], params: [], groups: 1 };
  backend.runtime.run({ dispatches: [dispatch], scratch: [] });
  const heard = new Uint32Array((await backend.read(buffer, 0, buffer.bytes)).buffer);
  backend.free(buffer);
  return heard.every((other, at) => other === ((at >> 1) ^ (1 << (at & 1))));
}
