/** Memory of a device: blocks, which are GPU buffers that live on, and the buffers that hold one for a while. */
import { type DeviceBuffer, DeviceError, DisposedError } from "@flambeau/core";

/** A GPU buffer of the pool. */
export class Block {
  /** Number of the last batch of commands that names this block. */
  batch = 0;
  destroyed = false;

  constructor(
    /** Never given to another block: bind groups are found by it. */
    readonly id: number,
    readonly gpu: GPUBuffer,
    readonly bytes: number,
  ) {}

  destroy(): void {
    this.destroyed = true;
    this.gpu.destroy();
  }
}

/** A block on loan. Its reachability keeps the block; work that is still queued needs none, since the queue is in order. */
export class WebgpuBuffer implements DeviceBuffer {
  /** Null once freed. */
  block: Block | null;

  constructor(
    readonly bytes: number,
    block: Block,
    /** The memory it came from: devices do not share buffers. */
    readonly owner: object,
  ) {
    this.block = block;
  }
}

/** The block behind a buffer, or an error saying why it cannot be used with `owner`. */
export function blockOf(buffer: DeviceBuffer, owner: object): Block {
  if (!(buffer instanceof WebgpuBuffer) || buffer.owner !== owner)
    throw new DeviceError("webgpu", "expected memory of this device, got another device's");
  if (buffer.block === null) throw new DisposedError("webgpu", "the memory was freed before this use");
  return buffer.block;
}
