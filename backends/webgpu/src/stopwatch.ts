/** How long dispatches take on the device: each that is timed gets a compute pass of its own between two timestamps. */
import { usage } from "./usage.js";

export class Stopwatch<Tag> {
  private tags: Tag[] = [];
  private readonly queries: GPUQuerySet | null;

  /** `most` dispatches per batch. `report` gets every tag with its time in µs, or null where the device has no timestamps. */
  constructor(
    private readonly device: GPUDevice,
    most: number,
    private readonly report: (tag: Tag, time: number | null) => void,
  ) {
    const timed = device.features.has("timestamp-query");
    this.queries = timed ? device.createQuerySet({ type: "timestamp", count: 2 * most }) : null;
  }

  /** Describes the pass of the next dispatch. */
  pass(tag: Tag): GPUComputePassDescriptor {
    const { tags, queries: querySet } = this;
    const at = 2 * (tags.push(tag) - 1);
    if (querySet === null) return {};
    return { timestampWrites: { querySet, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 } };
  }

  /** At the end of a batch; gives what is to be called once the batch is submitted. */
  resolve(encoder: GPUCommandEncoder): () => void {
    const { tags, queries, device, report } = this;
    this.tags = [];
    if (tags.length === 0) return () => {};
    if (queries === null) return () => tags.forEach((tag) => void report(tag, null));
    const size = tags.length * 16;
    const resolved = device.createBuffer({ size, usage: usage.queries });
    const staging = device.createBuffer({ size, usage: usage.staging });
    encoder.resolveQuerySet(queries, 0, 2 * tags.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    return () => {
      staging.mapAsync(1).then(
        () => {
          const times = new BigUint64Array(staging.getMappedRange());
          for (const [i, tag] of tags.entries())
            report(tag, Number((times[2 * i + 1] as bigint) - (times[2 * i] as bigint)) / 1000);
          for (const buffer of [resolved, staging]) buffer.destroy();
        },
        () => {
          // The device went away; reads say so.
        },
      );
    };
  }
}
