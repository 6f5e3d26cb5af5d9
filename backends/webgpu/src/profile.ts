/** How long dispatches took, for FLAMBEAU_DEBUG: each gets a compute pass of its own between two timestamps. */
import { usage } from "./usage.js";

export class Profiler {
  /** What the dispatches that follow belong to. */
  launch = "";
  private labels: string[] = [];
  private readonly queries: GPUQuerySet | null;

  /** `most` dispatches per batch. Without timestamps in the device, `print` gets lines without times. */
  constructor(
    private readonly device: GPUDevice,
    most: number,
    private readonly print: (line: string) => void,
  ) {
    const timed = device.features.has("timestamp-query");
    this.queries = timed ? device.createQuerySet({ type: "timestamp", count: 2 * most }) : null;
  }

  /** Describes the pass of the next dispatch. */
  pass(shader: string): GPUComputePassDescriptor {
    const { launch, labels, queries: querySet } = this;
    const at = 2 * (labels.push(launch === "" ? shader : `${launch} (${shader})`) - 1);
    if (querySet === null) return {};
    return {
      timestampWrites: { querySet, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 },
    };
  }

  /** At the end of a batch; gives what is to be called once the batch is submitted. */
  resolve(encoder: GPUCommandEncoder): () => void {
    const { labels, queries, device, print } = this;
    this.labels = [];
    if (queries === null || labels.length === 0) return () => labels.forEach(print);
    const size = labels.length * 16;
    const resolved = device.createBuffer({ size, usage: usage.queries });
    const staging = device.createBuffer({ size, usage: usage.staging });
    encoder.resolveQuerySet(queries, 0, 2 * labels.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    return () => {
      staging.mapAsync(1).then(
        () => {
          const times = new BigUint64Array(staging.getMappedRange());
          for (const [i, label] of labels.entries())
            print(`${label} ${microseconds(times[2 * i] as bigint, times[2 * i + 1] as bigint)} µs`);
          for (const buffer of [resolved, staging]) buffer.destroy();
        },
        () => {
          // The device went away; reads say so.
        },
      );
    };
  }
}

const microseconds = (start: bigint, end: bigint): string => (Number(end - start) / 1000).toFixed(1);
