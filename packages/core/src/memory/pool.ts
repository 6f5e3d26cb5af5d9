/**
 * A caching allocator for devices whose memory is made and destroyed by hand. Commands run in order, so a block that was given
 * back may go to the next buffer at once, while commands on it still wait. Blocks return when a buffer is freed or collected.
 */
import type { BackendStats, DeviceBuffer } from "../backend/backend.js";
import { DeviceError, DisposedError, OutOfMemoryError } from "../errors.js";
import type { Collector } from "./collector.js";
import { sizeClass } from "./sizeClass.js";

/** A piece of device memory that outlives the buffers it serves; devices extend it with what they know it by. */
export interface MemoryBlock {
  readonly bytes: number;
  /** Destroyed blocks are never handed out again. */
  readonly destroyed: boolean;
  /** Gives the memory back to the system and sets `destroyed`. */
  destroy(): void;
}

/** Where a pool's blocks come from. */
export interface MemorySource<Block extends MemoryBlock> {
  /** The device's name, for errors. */
  readonly name: string;
  readonly maxBufferBytes: number;
  /** A new block of exactly `bytes`, a multiple of 16 where `maxBufferBytes` is one. */
  create(bytes: number): Block;
  /** Told after idle blocks were destroyed: what was cached for them can go. */
  trimmed?(): void;
}

/** A block on loan. Its reachability keeps the block; work that is still queued needs none, since the queue is in order. */
export class PooledBuffer<Block extends MemoryBlock> implements DeviceBuffer {
  /** Null once freed. */
  block: Block | null;

  constructor(
    readonly bytes: number,
    block: Block,
    /** The pool it came from: devices do not share buffers. */
    readonly owner: MemoryPool<Block>,
  ) {
    this.block = block;
  }
}

/** Idle memory that is always worth keeping, in bytes. */
const alwaysKept = 256 * 2 ** 20;

export class MemoryPool<Block extends MemoryBlock> {
  readonly #idle = new Map<number, Block[]>();
  readonly #dropped = new FinalizationRegistry<Block>((block) => this.#returned(block));
  #idleBytes = 0;
  #reservedBytes = 0;
  #allocatedBytes = 0;
  #peakAllocatedBytes = 0;
  #liveBuffers = 0;
  #closed = false;

  constructor(
    private readonly source: MemorySource<Block>,
    private readonly collector: Collector | null,
  ) {}

  get maxBufferBytes(): number {
    return this.source.maxBufferBytes;
  }

  /** A buffer on loan. Throws OutOfMemoryError for what no buffer of the device can hold. */
  alloc(bytes: number): PooledBuffer<Block> {
    const block = this.take(bytes);
    const buffer = new PooledBuffer(bytes, block, this);
    this.#dropped.register(buffer, block, buffer);
    this.#liveBuffers++;
    this.#allocatedBytes += block.bytes;
    if (this.#allocatedBytes > this.#peakAllocatedBytes) this.#peakAllocatedBytes = this.#allocatedBytes;
    this.collector?.allocated(block.bytes, this.#allocatedBytes, this.#liveBuffers, this.#dropped);
    return buffer;
  }

  /** Freeing twice, or another device's buffer, does nothing. */
  free(buffer: DeviceBuffer): void {
    if (!this.#owns(buffer) || buffer.block === null) return;
    const { block } = buffer;
    this.#dropped.unregister(buffer);
    buffer.block = null;
    this.#returned(block);
    this.collector?.freed(block.bytes);
  }

  /** The block behind a buffer. Throws DeviceError for another device's, DisposedError for one that was freed. */
  blockOf(buffer: DeviceBuffer): Block {
    const { name } = this.source;
    if (!this.#owns(buffer))
      throw new DeviceError(name, "expected memory of this device, got another device's");
    if (buffer.block === null) throw new DisposedError(name, "the memory was freed before this use");
    return buffer.block;
  }

  /** A block for the work space of commands; `give` it back as soon as they are encoded. Throws OutOfMemoryError. */
  take(bytes: number): Block {
    const { maxBufferBytes } = this;
    const size = sizeClass(bytes, maxBufferBytes);
    if (!(bytes <= size)) {
      throw new OutOfMemoryError(
        "alloc",
        `${bytes} bytes were asked for, and this device takes at most ${maxBufferBytes} in one buffer`,
      );
    }
    const block = this.#idle.get(size)?.pop();
    if (block === undefined) return this.#create(size);
    this.#idleBytes -= size;
    return block;
  }

  give(block: Block): void {
    if (this.#closed || block.destroyed) return;
    const { bytes } = block;
    const stack = this.#idle.get(bytes);
    if (stack === undefined) this.#idle.set(bytes, [block]);
    else stack.push(block);
    this.#idleBytes += bytes;
  }

  /** Destroys a block in use that turned out to have no memory behind it, and all idle ones to make room. */
  discard(block: Block): void {
    this.#destroy(block);
    this.trim(0);
  }

  /** Destroys idle blocks, the least useful first (large ones serve the fewest requests), until `bytes` of them are left. */
  trim(bytes: number): void {
    if (this.#idleBytes <= bytes) return;
    for (const size of [...this.#idle.keys()].sort((a, b) => b - a)) {
      const stack = this.#idle.get(size) as Block[];
      while (this.#idleBytes > bytes) {
        const block = stack.shift();
        if (block === undefined) break;
        this.#idleBytes -= size;
        this.#destroy(block);
      }
    }
    this.source.trimmed?.();
  }

  stats(): Omit<BackendStats, "launches"> {
    return {
      allocatedBytes: this.#allocatedBytes,
      peakAllocatedBytes: this.#peakAllocatedBytes,
      reservedBytes: this.#reservedBytes,
      liveBuffers: this.#liveBuffers,
    };
  }

  /** The device is going away, and every block with it. */
  close(): void {
    this.#closed = true;
    this.#idle.clear();
  }

  #owns(buffer: DeviceBuffer): buffer is PooledBuffer<Block> {
    return buffer instanceof PooledBuffer && buffer.owner === this;
  }

  #returned(block: Block): void {
    this.#liveBuffers--;
    this.#allocatedBytes -= block.bytes;
    this.give(block);
  }

  #create(size: number): Block {
    // What was live at once will be live again in the next step: keep as much, and make room by halves.
    const kept = Math.max(alwaysKept, this.#peakAllocatedBytes);
    if (this.#idleBytes > kept) this.trim(kept / 2);
    this.#reservedBytes += size;
    return this.source.create(size);
  }

  #destroy(block: Block): void {
    this.#reservedBytes -= block.bytes;
    block.destroy();
  }
}
