/**
 * Commands on their way to the native side: one preallocated array of doubles, which hold sizes, buffer ids and scalars alike.
 * A command is [opcode, length of the whole command, ...payload]. Nothing runs until the queue is flushed.
 */
import { type DType, dtypeNames, type Operand } from "@flambeau/core";
import { type CpuBuffer, liveBuffer } from "./buffer.js";

/** Mirrors `Opcode` in native/runtime/commands.h. */
export const opcodes = {
  copy: 1,
  fused: 2,
  matmul: 3,
  conv: 4,
  pool: 5,
  gather: 6,
  scatter: 7,
  scan: 8,
  sort: 9,
  nonzero: 10,
  write: 11,
} as const;
export type Opcode = (typeof opcodes)[keyof typeof opcodes];

/** Codes of dtypes on the native side: their place in `dtypeNames`. */
export const dtypeCodes = Object.fromEntries(dtypeNames.map((name, code) => [name, code])) as Record<
  DType,
  number
>;

const capacity = 8192; // doubles: 64 KiB
/** Words that the longest command may have. */
export const longestCommand = 4096;
const maxCommands = 256;
const header = 1;

export class CommandQueue {
  /** Word 0 holds the serial number of the last command, the one being written included; commands follow. */
  readonly words = new Float64Array(header + capacity + longestCommand);
  private readonly raw = new Uint8Array(this.words.buffer);
  /** Serial number of the command being written, or of the next one: commands are numbered from 1. */
  serial = 1;
  private at = header;
  private start = header;
  private commands = 0;

  /** `run` runs the words [from, to) and must leave them free for reuse when it returns. */
  constructor(private readonly run: (from: number, to: number) => void) {}

  begin(opcode: Opcode): void {
    if (this.at >= header + capacity || this.commands >= maxCommands) this.flush();
    this.start = this.at;
    this.words[0] = this.serial;
    this.words[this.at] = opcode;
    this.at += 2;
  }

  push(value: number): void {
    this.words[this.at++] = value;
  }

  /** Raw bytes, padded to whole words. */
  bytes(data: Uint8Array): void {
    this.raw.set(data, this.at * 8);
    this.at += Math.ceil(data.byteLength / 8);
  }

  /** A buffer id; notes that the buffer is in use by this command. */
  buffer(buffer: Operand["buffer"]): void {
    const live: CpuBuffer = liveBuffer(buffer);
    live.lastUse = this.serial;
    this.words[this.at++] = live.id;
  }

  /** [buffer id, dtype, offset, rank, ...shape, ...strides]: read back by `Cursor::view`. */
  operand(operand: Operand): void {
    this.buffer(operand.buffer);
    const { words } = this;
    const { shape, strides } = operand;
    let at = this.at;
    words[at++] = dtypeCodes[operand.dtype];
    words[at++] = operand.offset;
    words[at++] = shape.length;
    for (let d = 0; d < shape.length; d++) words[at++] = shape[d]!;
    for (let d = 0; d < strides.length; d++) words[at++] = strides[d]!;
    this.at = at;
  }

  end(): void {
    const length = this.at - this.start;
    if (this.at > this.words.length) {
      throw new RangeError(
        `A command of ${length} words is longer than the queue takes (${longestCommand}).`,
      );
    }
    this.words[this.start + 1] = length;
    this.serial++;
    this.commands++;
  }

  /** Numbers a read in the background as if it were a command, so that its buffer counts as in use until then. */
  countRead(buffer: CpuBuffer | null): void {
    if (buffer !== null) buffer.lastUse = this.serial;
    this.words[0] = this.serial++;
  }

  /** Drops a command that was begun and cannot be completed. */
  cancel(): void {
    this.at = this.start;
    this.words[0] = this.serial - 1;
  }

  /** Runs what is pending. */
  flush(): void {
    const { from, to } = this.take();
    if (to > from) this.run(from, to);
  }

  /** Hands the pending words to the caller, who runs or copies them before the next command is begun. */
  take(): { from: number; to: number } {
    const to = this.at;
    this.at = header;
    this.start = header;
    this.commands = 0;
    return { from: header, to };
  }
}
