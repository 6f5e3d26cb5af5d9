/** Buffers that the host can map, reused from read to read. */
import { sizeClass } from "../sizes.js";
import { usage } from "../usage.js";

const leastBytes = 4096;
/** Idle staging memory that is kept, in bytes. */
const keptBytes = 64 * 2 ** 20;

export class Staging {
  private idle: GPUBuffer[] = [];
  private idleBytes = 0;

  constructor(private readonly device: GPUDevice) {}

  /** An unmapped buffer of at least `bytes`. */
  take(bytes: number): GPUBuffer {
    const size = sizeClass(Math.max(bytes, leastBytes), this.device.limits.maxBufferSize);
    const found = this.idle.findIndex((buffer) => buffer.size === size);
    if (found < 0) return this.device.createBuffer({ size, usage: usage.staging });
    this.idleBytes -= size;
    return this.idle.splice(found, 1)[0] as GPUBuffer;
  }

  /** Takes an unmapped buffer back. */
  give(buffer: GPUBuffer): void {
    if (this.idleBytes + buffer.size > keptBytes) {
      buffer.destroy();
      return;
    }
    this.idle.push(buffer);
    this.idleBytes += buffer.size;
  }
}
