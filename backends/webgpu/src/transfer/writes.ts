/** From the host to the device. The host's bytes are taken before the call returns, and land in the order of the commands. */

import { alignDown, alignUp } from "../align.js";
import type { Encoder } from "../encoder.js";
import type { Block, DeviceMemory } from "../memory.js";
import type { Uploads } from "../uploads.js";
import type { Copies } from "./copies.js";

/** Up to this size a write to a block that the open batch uses goes along with the batch instead of ending it. */
const inlineBytes = 4096;

export class Writes {
  private readonly tail = new Uint8Array(4);

  constructor(
    private readonly queue: GPUQueue,
    private readonly encoder: Encoder,
    private readonly uploads: Uploads,
    private readonly memory: DeviceMemory,
    private readonly copies: Copies,
  ) {}

  /** The content of the block ends at `end`: bytes behind it are nobody's and may change. */
  write(block: Block, offset: number, data: Uint8Array, end: number): void {
    const bytes = data.byteLength;
    if (offset % 4 === 0 && (bytes % 4 === 0 || offset + bytes === end)) {
      this.aligned(block, offset, data);
      return;
    }
    const temporary = this.memory.take(bytes);
    this.aligned(temporary, 0, data);
    this.copies.copy(temporary, 0, block, offset, bytes, end);
    this.memory.give(temporary);
  }

  /** From a multiple of four on; the last word is filled up with anything. */
  private aligned(block: Block, offset: number, data: Uint8Array): void {
    const { encoder } = this;
    if (block.batch !== encoder.batch) this.direct(block.gpu, offset, data);
    else if (data.byteLength <= inlineBytes) this.inline(block, offset, data);
    else {
      encoder.flush();
      this.direct(block.gpu, offset, data);
    }
  }

  /** Ahead of the open batch, which does not know the buffer. */
  private direct(buffer: GPUBuffer, offset: number, data: Uint8Array): void {
    const { queue, tail } = this;
    const bytes = data.byteLength;
    const whole = alignDown(bytes, 4);
    // Shared memory is taken as well, though the types, beside those of a page, know only of its buffer itself.
    if (whole > 0) queue.writeBuffer(buffer, offset, data as Uint8Array<ArrayBuffer>, 0, whole);
    if (whole === bytes) return;
    tail.set(data.subarray(whole));
    queue.writeBuffer(buffer, offset + whole, tail, 0, 4);
  }

  /** Within the open batch: the bytes travel with its uploads. */
  private inline(block: Block, offset: number, data: Uint8Array): void {
    const { encoder, uploads } = this;
    const bytes = alignUp(data.byteLength, 4);
    const at = encoder.reserve(bytes);
    uploads.bytes.set(data, at);
    encoder.copy(uploads.gpu, at, block.gpu, offset, bytes);
    block.batch = encoder.batch;
  }
}
