/**
 * What a batch of commands takes along from the host: the parameters of its dispatches and small writes. It is collected
 * here and sent with one call when the batch is submitted; the queue is in order, so the previous batch has read its own by then.
 */
import { alignUp } from "./align.js";
import { usage } from "./usage.js";

const capacity = 64 * 1024;

export class Uploads {
  readonly gpu: GPUBuffer;
  readonly words = new Uint32Array(capacity / 4);
  readonly bytes = new Uint8Array(this.words.buffer);
  private readonly alignment: number;
  private used = 0;

  constructor(private readonly device: GPUDevice) {
    this.gpu = device.createBuffer({ size: capacity, usage: usage.upload });
    this.alignment = Math.max(16, device.limits.minUniformBufferOffsetAlignment);
  }

  /** The byte where `bytes` of room begin, or -1 when the batch must be submitted first. */
  reserve(bytes: number): number {
    const at = this.used;
    if (at + bytes > capacity) return -1;
    this.used = alignUp(at + bytes, this.alignment);
    return at;
  }

  /** Sends everything collected, ahead of the commands that are submitted next. */
  send(): void {
    if (this.used === 0) return;
    this.device.queue.writeBuffer(this.gpu, 0, this.words, 0, Math.min(this.used, capacity) / 4);
    this.used = 0;
  }
}
