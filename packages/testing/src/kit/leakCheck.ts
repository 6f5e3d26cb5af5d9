/** Asserts that a piece of work gives back the memory it takes. */
import type { Backend } from "@flambeau/core";

/**
 * Runs `work` and throws unless the backend then holds as many live buffers and bytes as before. Work that leaves
 * tensors to the garbage collector must free them itself (`using`, `dispose()`, `scope`).
 */
export async function leakCheck(backend: Backend, work: () => void | Promise<void>): Promise<void> {
  await backend.synchronize();
  const before = backend.stats();
  await work();
  await backend.synchronize();
  const after = backend.stats();
  if (after.liveBuffers === before.liveBuffers && after.allocatedBytes === before.allocatedBytes) return;
  throw new Error(
    `${backend.name} held ${before.liveBuffers} buffers (${before.allocatedBytes} bytes) before the work and ` +
      `${after.liveBuffers} (${after.allocatedBytes} bytes) after it`,
  );
}
