/** Memory of a device: a pool of GPU buffers. */
import { type Collector, type MemoryBlock, MemoryPool } from "@flambeau/core";
import { usage } from "./usage.js";

/** A GPU buffer of the pool. */
export class Block implements MemoryBlock {
  /** Number of the last batch of commands that names this block. */
  batch = 0;
  destroyed = false;

  constructor(
    /** Tells blocks that shaders bind apart: bind groups are found by it. */
    readonly id: number,
    readonly gpu: GPUBuffer,
    readonly bytes: number,
  ) {}

  destroy(): void {
    this.destroyed = true;
    this.gpu.destroy();
  }
}

export type DeviceMemory = MemoryPool<Block>;

/** Buffers that the host can map, reused from read to read. */
export const makeStaging = (device: GPUDevice): DeviceMemory =>
  new MemoryPool<Block>(
    {
      name: "webgpu",
      maxBufferBytes: device.limits.maxBufferSize,
      create: (size) => new Block(0, device.createBuffer({ size, usage: usage.staging }), size),
    },
    null,
  );

/** Shaders address bytes with signed numbers. */
const addressable = 2 ** 31 - 256;

/** `trimmed` is told when blocks were destroyed, `failed` when the device had no memory for one. */
export function makeMemory(
  device: GPUDevice,
  collector: Collector,
  trimmed: () => void,
  failed: (message: string) => void,
): DeviceMemory {
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  // A read needs room for the error record beside the content of a buffer.
  const largest = Math.min(maxStorageBufferBindingSize, maxBufferSize - 256, addressable);
  let blocks = 0;

  function create(bytes: number): Block {
    device.pushErrorScope("out-of-memory");
    const block = new Block(++blocks, device.createBuffer({ size: bytes, usage: usage.storage }), bytes);
    device.popErrorScope().then(
      (error) => error !== null && refused(block, error.message),
      () => {
        // The device went away; reads say so.
      },
    );
    return block;
  }

  /** Whether there is memory is known later: the block is in use by then. */
  function refused(block: Block, reason: string): void {
    const others = pool.stats().reservedBytes - block.bytes;
    failed(`no memory was left for ${block.bytes} bytes beside ${others}: ${reason}`);
    pool.discard(block);
  }

  const maxBufferBytes = largest - (largest % 16);
  const pool = new MemoryPool<Block>({ name: "webgpu", maxBufferBytes, create, trimmed }, collector);
  return pool;
}
