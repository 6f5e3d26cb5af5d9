/** From buffer to buffer on the device: any ranges of bytes. */
import { byteCopy, type Dispatch } from "@flambeau/codegen";
import { alignDown, alignUp } from "../align.js";
import type { Encoder } from "../encoder.js";
import type { Block, DeviceMemory } from "../memory.js";

export class Copies {
  /** `dispatch` encodes a dispatch whose scratch buffers are the two blocks. */
  constructor(
    private readonly encoder: Encoder,
    private readonly memory: DeviceMemory,
    private readonly dispatch: (dispatch: Dispatch, blocks: readonly [from: Block, to: Block]) => void,
  ) {}

  /** The target's content ends at `toEnd`: bytes behind it are nobody's and may change. */
  copy(from: Block, fromByte: number, to: Block, toByte: number, bytes: number, toEnd: number): void {
    if (from === to) this.within(from, fromByte, toByte, bytes, toEnd);
    else this.between(from, fromByte, to, toByte, bytes, toEnd);
  }

  /** WebGPU copies between different buffers only. */
  private within(block: Block, fromByte: number, toByte: number, bytes: number, toEnd: number): void {
    const { memory } = this;
    const start = alignDown(fromByte, 4);
    const length = alignUp(fromByte + bytes, 4) - start;
    const temporary = memory.take(length);
    this.between(block, start, temporary, 0, length, length);
    this.between(temporary, fromByte - start, block, toByte, bytes, toEnd);
    memory.give(temporary);
  }

  private between(
    from: Block,
    fromByte: number,
    to: Block,
    toByte: number,
    bytes: number,
    toEnd: number,
  ): void {
    const { encoder } = this;
    if (fromByte % 4 === 0 && toByte % 4 === 0 && (bytes % 4 === 0 || toByte + bytes === toEnd)) {
      encoder.copy(from.gpu, fromByte, to.gpu, toByte, alignUp(bytes, 4));
      from.batch = encoder.batch;
      to.batch = encoder.batch;
    } else this.dispatch(byteCopy(fromByte, toByte, bytes), [from, to]);
  }
}
