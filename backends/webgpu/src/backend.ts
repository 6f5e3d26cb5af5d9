/** The webgpu device. */
import { holdNeighbours, lower, probeBytes, subgroupProbe } from "@flambeau/codegen";
import {
  ArgumentError,
  type Backend,
  type BackendStats,
  type Capabilities,
  type Collector,
  type DeviceBuffer,
  DeviceError,
  type DType,
  findCollector,
  type Launch,
  type PooledBuffer,
} from "@flambeau/core";
import { type DebugOptions, debugOptions, describeLaunch } from "@flambeau/core/internal";
import { requestDevice } from "./adapter.js";
import { Health } from "./health.js";
import type { Block } from "./memory.js";
import { Runtime } from "./runtime.js";

/** Shaders have no 64-bit floats. */
const dtypes: readonly DType[] = [
  "float32",
  "float16",
  "bfloat16",
  "int8",
  "uint8",
  "int16",
  "int32",
  "int64",
  "bool",
];

export class WebgpuBackend implements Backend {
  readonly name = "webgpu";
  readonly capabilities: Capabilities;
  /** For what enqueues shaders of its own. */
  readonly runtime: Runtime;
  private readonly health: Health;
  private launches = 0;

  constructor(
    readonly index: number,
    readonly device: GPUDevice,
    collector: Collector,
    private readonly debug: DebugOptions,
  ) {
    this.health = new Health(device, `webgpu:${index}`);
    this.runtime = new Runtime(device, this.health, collector, debug);
    const { maxBufferBytes } = this.runtime.memory;
    this.capabilities = { dtypes: new Set(dtypes), syncRead: false, maxBufferBytes };
  }

  alloc(bytes: number): PooledBuffer<Block> {
    this.health.checkOpen("alloc");
    return this.runtime.memory.alloc(bytes);
  }

  free(buffer: DeviceBuffer): void {
    this.runtime.memory.free(buffer);
  }

  write(buffer: DeviceBuffer, byteOffset: number, data: Uint8Array): void {
    const block = this.range("write", buffer, byteOffset, data.byteLength);
    if (data.byteLength > 0) this.runtime.writes.write(block, byteOffset, data, buffer.bytes);
  }

  async read(buffer: DeviceBuffer, byteOffset: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const block = this.range("read", buffer, byteOffset, bytes);
    return this.runtime.reads.read("read", block, byteOffset, bytes);
  }

  readSync(_buffer: DeviceBuffer, _byteOffset: number, _bytes: number): never {
    throw new DeviceError(
      "readSync",
      "webgpu devices cannot be read synchronously: await data(), array() or item() instead",
    );
  }

  copy(from: DeviceBuffer, fromByte: number, to: DeviceBuffer, toByte: number, bytes: number): void {
    const source = this.range("copy", from, fromByte, bytes);
    const target = this.range("copy", to, toByte, bytes);
    if (bytes > 0) this.runtime.copies.copy(source, fromByte, target, toByte, bytes, to.bytes);
  }

  enqueue(launch: Launch): void {
    this.health.checkOpen("enqueue");
    this.launches++;
    const { runtime, debug } = this;
    runtime.run(lower(launch, runtime.traits), debug.level > 0 ? describeLaunch(launch) : "");
  }

  async synchronize(): Promise<void> {
    this.health.checkOpen("synchronize");
    await this.runtime.reads.read("synchronize", null, 0, 0);
  }

  stats(): BackendStats {
    return { ...this.runtime.memory.stats(), launches: this.launches };
  }

  dispose(): void {
    this.health.dispose();
    this.runtime.dispose();
  }

  private range(op: string, buffer: DeviceBuffer, offset: number, bytes: number): Block {
    this.health.checkOpen(op);
    const block = this.runtime.memory.blockOf(buffer);
    // No bytes may be taken from anywhere: an empty view's offset can lie past its buffer.
    if (bytes !== 0 && !(offset >= 0 && bytes >= 0 && offset + bytes <= buffer.bytes)) {
      throw new ArgumentError(
        op,
        `bytes ${offset} to ${offset + bytes} are outside a buffer of ${buffer.bytes} bytes`,
      );
    }
    return block;
  }
}

/** Asks the device. Without the feature the answer is no. */
async function hasNeighbourSubgroups({ device, runtime }: WebgpuBackend): Promise<boolean> {
  if (!device.features.has("subgroups")) return false;
  const heard = runtime.memory.alloc(probeBytes);
  runtime.run(subgroupProbe(heard));
  const bytes = await runtime.reads.read("open", runtime.memory.blockOf(heard), 0, probeBytes);
  runtime.memory.free(heard);
  return holdNeighbours(new Uint32Array(bytes.buffer));
}

export async function openBackend(index: number): Promise<WebgpuBackend> {
  const [device, collector] = await Promise.all([requestDevice(`flambeau webgpu:${index}`), findCollector()]);
  const backend = new WebgpuBackend(index, device, collector, debugOptions());
  backend.runtime.traits.subgroups = await hasNeighbourSubgroups(backend);
  return backend;
}
