/** From the device to the host. Every read takes the error record along, so errors surface at the first read after them. */
import { recordBytes, reportedError } from "@flambeau/codegen";
import { alignDown, alignUp } from "../align.js";
import type { Encoder } from "../encoder.js";
import type { Health } from "../health.js";
import type { Block, DeviceMemory } from "../memory.js";
import { mapRead } from "../usage.js";

/** Small reads share a size. */
const leastStaging = 4096;
/** Idle staging memory that is kept, in bytes. */
const keptStaging = 64 * 2 ** 20;

export class Reads {
  constructor(
    private readonly encoder: Encoder,
    private readonly staging: DeviceMemory,
    private readonly errors: GPUBuffer,
    private readonly health: Health,
  ) {}

  /** Bytes of a block once everything encoded so far has run; any position and length, none of them waits only. */
  async read(
    op: string,
    block: Block | null,
    offset: number,
    bytes: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { encoder, staging, errors, health } = this;
    const from = block === null || bytes === 0 ? 0 : alignDown(offset, 4);
    const length = block === null || bytes === 0 ? 0 : alignUp(offset + bytes, 4) - from;
    const taken = staging.take(Math.max(recordBytes + length, leastStaging));
    const buffer = taken.gpu;
    encoder.copy(errors, 0, buffer, 0, recordBytes);
    encoder.clear(errors);
    if (block !== null && length > 0) encoder.copy(block.gpu, from, buffer, recordBytes, length);
    encoder.flush();
    try {
      await buffer.mapAsync(mapRead, 0, recordBytes + length);
    } catch (cause) {
      throw await health.refused(op, cause);
    }
    const mapped = buffer.getMappedRange(0, recordBytes + length);
    const failed = reportedError(new Uint32Array(mapped, 0, recordBytes / 4), "webgpu");
    const start = length === 0 ? 0 : recordBytes + offset - from;
    const data = new Uint8Array(mapped.slice(start, start + bytes));
    buffer.unmap();
    staging.give(taken);
    staging.trim(keptStaging);
    health.checkReported(op);
    if (failed !== null) throw failed;
    return data;
  }
}
