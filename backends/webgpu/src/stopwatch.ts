/** How long dispatches take on the device: each that is timed gets a compute pass of its own between two timestamps. */
import type { TimedDispatch, Timing } from "@flambeau/codegen";
import { batchLength } from "./encoder.js";
import { mapRead, usage } from "./usage.js";

export class Stopwatch {
  private timed: TimedDispatch[] = [];
  private readonly queries: GPUQuerySet | null;

  constructor(
    private readonly device: GPUDevice,
    private readonly timing: Timing,
  ) {
    const clock = device.features.has("timestamp-query");
    this.queries = clock ? device.createQuerySet({ type: "timestamp", count: 2 * batchLength }) : null;
  }

  /** Describes the pass of the next dispatch, where it is to be timed. */
  pass(shader: string): GPUComputePassDescriptor | undefined {
    const next = this.timing.next(shader);
    if (next === null) return undefined;
    const at = 2 * (this.timed.push(next) - 1);
    const { queries: querySet } = this;
    if (querySet === null) return {};
    return { timestampWrites: { querySet, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 } };
  }

  /** At the end of a batch; gives what is to be called once the batch is submitted. */
  resolve(encoder: GPUCommandEncoder): () => void {
    const { timed, queries, device, timing } = this;
    this.timed = [];
    if (timed.length === 0) return () => {};
    if (queries === null) return () => timed.forEach((dispatch) => void timing.report(dispatch, null));
    const size = timed.length * 16;
    const resolved = device.createBuffer({ size, usage: usage.queries });
    const staging = device.createBuffer({ size, usage: usage.staging });
    encoder.resolveQuerySet(queries, 0, 2 * timed.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    return () => {
      staging.mapAsync(mapRead).then(
        () => {
          const times = new BigUint64Array(staging.getMappedRange());
          for (const [i, dispatch] of timed.entries())
            timing.report(dispatch, Number((times[2 * i + 1] as bigint) - (times[2 * i] as bigint)) / 1000);
          for (const buffer of [resolved, staging]) buffer.destroy();
        },
        () => {
          // The device went away; reads say so.
        },
      );
    };
  }
}
