/**
 * Commands on their way to the GPU: one open encoder and in it one open compute pass. A batch is submitted when a value is
 * read, when it has grown long, or when its uploads are full; the GPU works on it while the next one is encoded.
 */
import type { Pipeline } from "./pipelines.js";
import type { Stopwatch } from "./stopwatch.js";
import type { Uploads } from "./uploads.js";

/** Dispatches after which a batch is submitted. */
export const batchLength = 64;

export class Encoder {
  /** Number of the batch being encoded; what carries it is not submitted yet. */
  batch = 1;
  private encoder: GPUCommandEncoder | null = null;
  private pass: GPUComputePassEncoder | null = null;
  private pipeline: Pipeline | null = null;
  private dispatches = 0;
  private readonly offsets = new Uint32Array(1);
  private readonly widest: number;

  constructor(
    private readonly device: GPUDevice,
    private readonly uploads: Uploads,
    private readonly stopwatch: Stopwatch | null,
  ) {
    this.widest = device.limits.maxComputeWorkgroupsPerDimension;
  }

  /** Room among the uploads of the batch, which may be submitted for it: a block is marked with `batch` afterwards only. */
  reserve(bytes: number): number {
    if (this.dispatches >= batchLength) this.flush();
    const at = this.uploads.reserve(bytes);
    if (at >= 0) return at;
    this.flush();
    return this.uploads.reserve(bytes);
  }

  /** `params`: where the parameters stand among the uploads. */
  dispatch(pipeline: Pipeline, group: GPUBindGroup, params: number, groups: number): void {
    const { offsets } = this;
    const timed = this.stopwatch?.pass(pipeline.name);
    if (timed !== undefined) this.endPass();
    const pass = this.openPass(timed);
    if (this.pipeline !== pipeline) {
      pass.setPipeline(pipeline.gpu);
      this.pipeline = pipeline;
    }
    offsets[0] = params;
    pass.setBindGroup(0, group, offsets, 0, 1);
    if (groups <= this.widest) pass.dispatchWorkgroups(groups);
    else {
      const rows = Math.ceil(groups / this.widest);
      pass.dispatchWorkgroups(Math.ceil(groups / rows), rows);
    }
    this.dispatches++;
    if (timed !== undefined) this.endPass();
  }

  /** Positions and length in bytes, multiples of four. The buffers must differ. */
  copy(from: GPUBuffer, fromByte: number, to: GPUBuffer, toByte: number, bytes: number): void {
    this.outsidePass().copyBufferToBuffer(from, fromByte, to, toByte, bytes);
  }

  /** Fills a buffer with zeros. */
  clear(buffer: GPUBuffer): void {
    this.outsidePass().clearBuffer(buffer);
  }

  /** Submits what has been encoded. */
  flush(): void {
    const { encoder, device } = this;
    if (encoder === null) return;
    this.endPass();
    const report = this.stopwatch?.resolve(encoder);
    this.uploads.send();
    device.queue.submit([encoder.finish()]);
    this.encoder = null;
    this.dispatches = 0;
    this.batch++;
    report?.();
  }

  private opened(): GPUCommandEncoder {
    this.encoder ??= this.device.createCommandEncoder();
    return this.encoder;
  }

  private outsidePass(): GPUCommandEncoder {
    this.endPass();
    return this.opened();
  }

  private openPass(descriptor?: GPUComputePassDescriptor): GPUComputePassEncoder {
    this.pass ??= this.opened().beginComputePass(descriptor);
    return this.pass;
  }

  private endPass(): void {
    this.pass?.end();
    this.pass = null;
    this.pipeline = null;
  }
}
