/** The GPU of this tab. */
import * as fb from "flambeau";

export interface Gpu {
  readonly device: fb.Device;
  /** What the browser calls it. */
  readonly name: string;
}

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** Browsers say as much as they think wise: a full name, or just maker and family. */
function nameOf({ description, vendor, architecture }: GPUAdapterInfo): string {
  if (description !== "") return description;
  const words = [vendor, architecture].filter((word) => word !== "").map(capitalised);
  return words.length > 0 ? words.join(" ") : "a GPU without a name";
}

/** Opens the device; tensors are made there from then on. Throws BackendUnavailableError, which says what is missing. */
export async function openGpu(): Promise<Gpu> {
  const device = await fb.open("webgpu");
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  return { device, name: adapter === null ? "a GPU" : nameOf(adapter.info) };
}
