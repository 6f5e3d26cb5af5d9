/** Memory of the cpu device, as JavaScript sees it: a number that names a block of the native allocator. */
import { type DeviceBuffer, DeviceError, DisposedError } from "@flambeau/core";

/**
 * Reachability of this object keeps the block: a finalizer that runs inside garbage collection gives it back. Work that
 * is still queued needs no reference, since a block that is handed out again is only touched by later commands.
 */
export class CpuBuffer implements DeviceBuffer {
  /** 0 once freed. */
  id = 0;
  /** Serial number of the last command that names this buffer. */
  lastUse = 0;
  constructor(readonly bytes: number) {}
}

/** The buffer as this backend's own, or an error saying why it is not one that can be used. */
export function liveBuffer(buffer: DeviceBuffer): CpuBuffer {
  if (!(buffer instanceof CpuBuffer))
    throw new DeviceError("cpu", "expected memory of the cpu device, got another device's");
  if (buffer.id === 0) throw new DisposedError("cpu", "the memory was freed before this use");
  return buffer;
}
