/** One device at work: encodes plans, and keeps what encoding needs. */
import {
  type Bound,
  type DeviceTraits,
  type Dispatch,
  type Plan,
  recordBytes,
  Timing,
  writeParams,
} from "@flambeau/codegen";
import type { Collector } from "@flambeau/core";
import type { DebugOptions } from "@flambeau/core/internal";
import { BindGroups } from "./bindings.js";
import { Encoder } from "./encoder.js";
import type { Health } from "./health.js";
import { Block, type DeviceMemory, makeMemory, makeStaging } from "./memory.js";
import { Pipelines } from "./pipelines.js";
import { Stopwatch } from "./stopwatch.js";
import { Copies } from "./transfer/copies.js";
import { Reads } from "./transfer/reads.js";
import { Writes } from "./transfer/writes.js";
import { Uploads } from "./uploads.js";
import { usage } from "./usage.js";

const none: readonly Block[] = [];

export class Runtime {
  readonly memory: DeviceMemory;
  readonly traits: DeviceTraits & { subgroups: boolean; emulated: boolean };
  readonly reads: Reads;
  readonly copies: Copies;
  readonly writes: Writes;
  private readonly uploads: Uploads;
  private readonly encoder: Encoder;
  private readonly pipelines: Pipelines;
  private readonly groups: BindGroups;
  private readonly timing: Timing | null;
  private readonly errors: Block;
  /** Blocks of the dispatch being encoded, by number of buffers. */
  private readonly bound: Block[][] = [];

  constructor(
    private readonly device: GPUDevice,
    health: Health,
    collector: Collector,
    debug: DebugOptions,
  ) {
    const { limits } = device;
    const print = (line: string): void => console.error(`flambeau webgpu: ${line}`);
    this.traits = {
      maxLanes: Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX),
      sharedBytes: limits.maxComputeWorkgroupStorageSize,
      maxBuffers: limits.maxStorageBuffersPerShaderStage,
      subgroups: false,
      emulated: device.adapterInfo.isFallbackAdapter,
    };
    this.uploads = new Uploads(device);
    this.groups = new BindGroups(device, this.uploads.gpu);
    this.memory = makeMemory(
      device,
      collector,
      () => this.groups.sweep(),
      (message) => health.outOfMemory(message),
    );
    const clock = device.features.has("timestamp-query");
    this.timing = Timing.wanted(this.traits, debug, clock, print);
    const stopwatch = this.timing && new Stopwatch(device, this.timing);
    this.encoder = new Encoder(device, this.uploads, stopwatch);
    this.pipelines = new Pipelines(device, debug.level >= 3 ? print : null);
    this.errors = new Block(0, device.createBuffer({ size: recordBytes, usage: usage.storage }), recordBytes);
    this.reads = new Reads(this.encoder, makeStaging(device), this.errors.gpu, health);
    this.copies = new Copies(this.encoder, this.memory, (dispatch, blocks) => this.encode(dispatch, blocks));
    this.writes = new Writes(device.queue, this.encoder, this.uploads, this.memory, this.copies);
  }

  /** Encodes the dispatches of a plan, in order; `launch` names it where profiles are printed. */
  run(plan: Plan, launch = ""): void {
    this.timing?.begin(plan, launch);
    const { dispatches, scratch } = plan;
    const { memory } = this;
    const temporaries = scratch.length === 0 ? none : scratch.map((bytes) => memory.take(bytes));
    try {
      for (const dispatch of dispatches) this.encode(dispatch, temporaries);
    } finally {
      this.timing?.end();
      for (const block of temporaries) memory.give(block);
    }
  }

  dispose(): void {
    this.memory.close();
    this.device.destroy();
  }

  private encode(dispatch: Dispatch, scratch: readonly Block[]): void {
    if (dispatch.groups === 0) return;
    const { encoder, uploads } = this;
    const pipeline = this.pipelines.get(dispatch);
    const { layout } = pipeline;
    const at = encoder.reserve(layout.paramBytes);
    writeParams(uploads.words, at >> 2, pipeline.params, dispatch.params);
    const { buffers } = dispatch;
    this.bound[buffers.length] ??= [];
    const blocks = this.bound[buffers.length] as Block[];
    for (let i = 0; i < buffers.length; i++) {
      const block = this.blockOf(buffers[i] as Bound, scratch);
      block.batch = encoder.batch;
      blocks[i] = block;
    }
    encoder.dispatch(pipeline, this.groups.get(layout, blocks), at, dispatch.groups);
  }

  private blockOf(bound: Bound, scratch: readonly Block[]): Block {
    if (bound === "errors") return this.errors;
    if ("scratch" in bound) return scratch[bound.scratch] as Block;
    return this.memory.blockOf(bound);
  }
}
