/** Opens GPU devices with all that their adapter offers: WebGPU grants the minimum unless it is asked for more. */
import { BackendUnavailableError } from "@flambeau/core";
import { findGpu, noAdapter } from "./platform.js";

const wantedFeatures: readonly GPUFeatureName[] = ["timestamp-query", "shader-f16", "subgroups"];

const wantedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "minUniformBufferOffsetAlignment",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** A new device of the fastest adapter; each call gives another one. Throws BackendUnavailableError. */
export async function requestDevice(label: string): Promise<GPUDevice> {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw noAdapter();
  try {
    return await adapter.requestDevice({
      label,
      requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]])),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { vendor, architecture } = adapter.info;
    throw new BackendUnavailableError(
      "webgpu",
      `the adapter ${vendor} ${architecture} gave no device: ${reason}`,
      {
        cause,
      },
    );
  }
}
