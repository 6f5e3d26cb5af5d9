/** Memory of the device: native blocks tied to JavaScript objects, collected and trimmed when it is time. */
import { type DeviceBuffer, OutOfMemoryError } from "@flambeau/core";
import { CpuBuffer } from "./buffer.js";
import { Collector } from "./collector.js";
import type { Native } from "./native.js";

export class DeviceMemory {
  private readonly collector: Collector;

  /** `settle` runs all pending commands. */
  constructor(
    private readonly native: Native,
    private readonly limit: number,
    private readonly settle: () => void,
  ) {
    this.collector = new Collector(limit, () => native.stats()[0]);
  }

  alloc(bytes: number): CpuBuffer {
    const buffer = new CpuBuffer(bytes);
    buffer.id = this.native.allocate(buffer, bytes);
    if (buffer.id === 0) this.allocateTight(buffer);
    this.collector.allocated(bytes);
    return buffer;
  }

  free(buffer: DeviceBuffer): void {
    if (!(buffer instanceof CpuBuffer) || buffer.id === 0) return;
    this.native.release(buffer.id);
    buffer.id = 0;
    this.collector.freed(buffer.bytes);
  }

  /** What is left to try when the limit is reached: collect, let pending work end, return the cache to the system. */
  private allocateTight(buffer: CpuBuffer): void {
    const { native, collector } = this;
    const attempts = [
      () => collector.minor(),
      () => {
        this.settle();
        native.trim(0);
      },
      () => {
        collector.full();
        native.trim(0);
      },
    ];
    for (const attempt of attempts) {
      attempt();
      buffer.id = native.allocate(buffer, buffer.bytes);
      if (buffer.id !== 0) return;
    }
    const [allocated] = native.stats();
    throw new OutOfMemoryError(
      "alloc",
      `${buffer.bytes} bytes were asked for while ${allocated} of the ${this.limit} bytes that FLAMBEAU_CPU_MEMORY_LIMIT ` +
        "allows are held by live tensors",
    );
  }
}
