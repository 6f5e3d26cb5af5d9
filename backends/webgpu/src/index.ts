/**
 * @flambeau/webgpu: importing this package registers the "webgpu" device, which `await open("webgpu")` opens. Values are read
 * with `await`; float64 is not available. FLAMBEAU_DEBUG=1 prints each dispatch with its time, 3 the shaders as well
 * (FLAMBEAU_DEBUG=sync has no meaning here: nothing can wait for this device inside a call).
 */
import { type Backend, registerBackend } from "@flambeau/core";

/** Opens webgpu device number `index`, a GPUDevice of its own. Throws BackendUnavailableError, which says what is missing. */
export async function openWebgpu(index = 0): Promise<Backend> {
  // Programs that register the device and never open it do without the compiler of its shaders.
  const { openBackend } = await import("./backend.js");
  return openBackend(index);
}

// Below the devices that open and read without waiting: a program that names no device may count on both.
registerBackend({ name: "webgpu", priority: -1, open: openWebgpu });
