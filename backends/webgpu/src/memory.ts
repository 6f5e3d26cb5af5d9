/**
 * The pool. Commands run in order, so a block that was given back may go to the next buffer at once, while commands on it
 * still wait. Blocks return when a buffer is freed or collected.
 */
import { type BackendStats, type DeviceBuffer, OutOfMemoryError } from "@flambeau/core";
import { Block, WebgpuBuffer } from "./buffer.js";
import type { Collector } from "./collector.js";
import { sizeClass } from "./sizes.js";
import { usage } from "./usage.js";

/** Idle memory that is always worth keeping, in bytes. */
const alwaysKept = 256 * 2 ** 20;

export class DeviceMemory {
  private readonly idle = new Map<number, Block[]>();
  private readonly dropped = new FinalizationRegistry<Block>((block) => this.returned(block));
  private blocks = 0;
  private idleBytes = 0;
  private reservedBytes = 0;
  private allocatedBytes = 0;
  private peakAllocatedBytes = 0;
  private liveBuffers = 0;
  private closed = false;

  /** `trimmed` is told when blocks were destroyed, `failed` when the device had no memory for one. */
  constructor(
    private readonly device: GPUDevice,
    readonly maxBufferBytes: number,
    private readonly collector: Collector | null,
    private readonly trimmed: () => void,
    private readonly failed: (message: string) => void,
  ) {}

  /** Throws OutOfMemoryError for what no buffer of the device can hold. */
  alloc(bytes: number): WebgpuBuffer {
    const block = this.take(bytes);
    const buffer = new WebgpuBuffer(bytes, block, this);
    this.dropped.register(buffer, block, buffer);
    this.liveBuffers++;
    this.allocatedBytes += block.bytes;
    if (this.allocatedBytes > this.peakAllocatedBytes) this.peakAllocatedBytes = this.allocatedBytes;
    this.collector?.allocated(block.bytes, this.allocatedBytes, this.liveBuffers, this.dropped);
    return buffer;
  }

  /** Freeing twice, or another device's buffer, does nothing. */
  free(buffer: DeviceBuffer): void {
    if (!(buffer instanceof WebgpuBuffer) || buffer.owner !== this || buffer.block === null) return;
    const { block } = buffer;
    this.dropped.unregister(buffer);
    buffer.block = null;
    this.returned(block);
    this.collector?.freed(block.bytes);
  }

  /** A block for the work space of commands; `give` it back as soon as they are encoded. */
  take(bytes: number): Block {
    const size = sizeClass(bytes, this.maxBufferBytes);
    if (!(bytes <= size)) {
      throw new OutOfMemoryError(
        "alloc",
        `${bytes} bytes were asked for, and this device takes at most ${this.maxBufferBytes} in one buffer`,
      );
    }
    const block = this.idle.get(size)?.pop();
    if (block === undefined) return this.create(size);
    this.idleBytes -= size;
    return block;
  }

  give(block: Block): void {
    if (this.closed || block.destroyed) return;
    const { bytes } = block;
    const stack = this.idle.get(bytes);
    if (stack === undefined) this.idle.set(bytes, [block]);
    else stack.push(block);
    this.idleBytes += bytes;
  }

  /** Destroys idle blocks, the least useful first (large ones serve the fewest requests), until `bytes` of them are left. */
  trim(bytes: number): void {
    if (this.idleBytes <= bytes) return;
    for (const size of [...this.idle.keys()].sort((a, b) => b - a)) {
      const stack = this.idle.get(size) as Block[];
      while (this.idleBytes > bytes) {
        const block = stack.shift();
        if (block === undefined) break;
        block.destroy();
        this.idleBytes -= size;
        this.reservedBytes -= size;
      }
    }
    this.trimmed();
  }

  stats(): Omit<BackendStats, "launches"> {
    const { allocatedBytes, peakAllocatedBytes, reservedBytes, liveBuffers } = this;
    return { allocatedBytes, peakAllocatedBytes, reservedBytes, liveBuffers };
  }

  /** The device is going away, and every block with it. */
  close(): void {
    this.closed = true;
    this.idle.clear();
  }

  private returned(block: Block): void {
    this.liveBuffers--;
    this.allocatedBytes -= block.bytes;
    this.give(block);
  }

  private create(size: number): Block {
    // What was live at once will be live again in the next step: keep as much, and make room by halves.
    const kept = Math.max(alwaysKept, this.peakAllocatedBytes);
    if (this.idleBytes > kept) this.trim(kept / 2);
    this.reservedBytes += size;
    const { device } = this;
    device.pushErrorScope("out-of-memory");
    const block = new Block(++this.blocks, device.createBuffer({ size, usage: usage.storage }), size);
    device.popErrorScope().then(
      (error) => error !== null && this.refused(block, error.message),
      () => {
        // The device went away; reads say so.
      },
    );
    return block;
  }

  /** Whether there is memory is known later: the block is in use by then, and must never come back to the pool. */
  private refused(block: Block, reason: string): void {
    this.reservedBytes -= block.bytes;
    this.failed(`no memory was left for ${block.bytes} bytes beside ${this.reservedBytes}: ${reason}`);
    block.destroy();
    this.trim(0);
  }
}
