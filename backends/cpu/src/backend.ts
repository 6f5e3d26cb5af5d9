/** The cpu device: an in-order queue of commands that native code runs, and its memory. */
import {
  ArgumentError,
  type Backend,
  type BackendStats,
  BackendUnavailableError,
  type Capabilities,
  type DeviceBuffer,
  DisposedError,
  dtypeNames,
  FlambeauError,
  type Launch,
} from "@flambeau/core";
import { type DebugOptions, debugOptions, describeLaunch } from "@flambeau/core/internal";
import { type CpuBuffer, liveBuffer } from "./buffer.js";
import { kernelError } from "./errors.js";
import { encode } from "./kernels/handlers.js";
import { DeviceMemory } from "./memory.js";
import { type NativeError, native } from "./native.js";
import { CommandQueue, opcodes } from "./queue.js";

interface Waiting {
  readonly data: Uint8Array<ArrayBuffer>;
  resolve(data: Uint8Array<ArrayBuffer>): void;
  reject(error: Error): void;
}

const nothing = new Uint8Array(0);
/** Writes up to this size travel inside their command when the memory is still in use. */
const inlineBytes = 4096;

export class CpuBackend implements Backend {
  readonly name = "cpu";
  readonly index = 0;
  readonly capabilities: Capabilities;
  private readonly native = native();
  private readonly queue: CommandQueue;
  private readonly memory: DeviceMemory;
  private readonly waiting = new Map<number, Waiting>();
  private readonly debug: DebugOptions = debugOptions();
  private ticket = 0;
  private launches = 0;
  private disposed = false;

  /** `memoryLimit` in bytes; 0 means most of the machine's memory. The addon keeps its state with the thread: one backend each. */
  constructor(memoryLimit: number) {
    const { native } = this;
    this.queue = new CommandQueue((from, to) => native.flush(from, to));
    const limit = native.open(this.queue.words, memoryLimit, (ticket, ...error) => this.done(ticket, error));
    if (limit < 0) {
      throw new BackendUnavailableError(
        "cpu",
        "another copy of @flambeau/cpu has opened the device in this thread",
      );
    }
    this.memory = new DeviceMemory(native, limit, () => this.settle());
    this.capabilities = { dtypes: new Set(dtypeNames), syncRead: true, maxBufferBytes: limit };
  }

  alloc(bytes: number): CpuBuffer {
    if (this.disposed) this.checkOpen();
    return this.memory.alloc(bytes);
  }

  free(buffer: DeviceBuffer): void {
    this.memory.free(buffer);
  }

  write(buffer: DeviceBuffer, byteOffset: number, data: Uint8Array): void {
    const bytes = data.byteLength;
    const target = this.checkRange("write", buffer, byteOffset, bytes);
    if (bytes === 0) return;
    const { native, queue } = this;
    const unused = target.lastUse === 0 || target.lastUse <= native.completed();
    if (unused && native.write(target.id, byteOffset, data)) return;
    if (bytes > inlineBytes) {
      this.settle();
      native.write(target.id, byteOffset, data);
      return;
    }
    queue.begin(opcodes.write);
    queue.buffer(target);
    queue.push(byteOffset);
    queue.push(bytes);
    queue.bytes(data);
    queue.end();
  }

  async read(buffer: DeviceBuffer, byteOffset: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const source = this.checkRange("read", buffer, byteOffset, bytes);
    return this.submit(source, bytes === 0 ? 0 : byteOffset, new Uint8Array(bytes));
  }

  readSync(buffer: DeviceBuffer, byteOffset: number, bytes: number): Uint8Array<ArrayBuffer> {
    const source = this.checkRange("readSync", buffer, byteOffset, bytes);
    this.settle();
    const data = new Uint8Array(bytes);
    const failed = this.native.read(source.id, bytes === 0 ? 0 : byteOffset, data);
    if (failed !== null) this.throwError(failed);
    return data;
  }

  copy(from: DeviceBuffer, fromByte: number, to: DeviceBuffer, toByte: number, bytes: number): void {
    const source = this.checkRange("copy", from, fromByte, bytes);
    const target = this.checkRange("copy", to, toByte, bytes);
    if (bytes === 0) return;
    const { queue } = this;
    queue.begin(opcodes.copy);
    queue.buffer(source);
    queue.push(fromByte);
    queue.buffer(target);
    queue.push(toByte);
    queue.push(bytes);
    queue.end();
  }

  enqueue(launch: Launch): void {
    if (this.disposed) this.checkOpen();
    this.launches++;
    const { debug } = this;
    if (!debug.sync && debug.level === 0) {
      encode(this.queue, launch);
      return;
    }
    this.settle();
    const start = performance.now();
    encode(this.queue, launch);
    this.settle();
    if (debug.level > 0) {
      console.error(
        `flambeau cpu: ${describeLaunch(launch)} ${((performance.now() - start) * 1e3).toFixed(0)} µs`,
      );
    }
    const failed = debug.sync ? this.native.takeError() : null;
    if (failed !== null) this.throwError(failed);
  }

  async synchronize(): Promise<void> {
    this.checkOpen();
    await this.submit(null, 0, nothing);
  }

  stats(): BackendStats {
    const [allocatedBytes, peakAllocatedBytes, reservedBytes, liveBuffers] = this.native.stats();
    return { allocatedBytes, peakAllocatedBytes, reservedBytes, liveBuffers, launches: this.launches };
  }

  dispose(): void {
    if (this.disposed) return;
    this.settle();
    this.native.takeError();
    this.native.trim(0);
    this.disposed = true;
  }

  /** The device may be opened again after it was disposed: the addon's state lives as long as the thread. */
  reopen(): void {
    this.disposed = false;
  }

  /** Runs everything enqueued so far, on this thread or to the end of what is in the background. */
  private settle(): void {
    const { from, to } = this.queue.take();
    this.native.finish(from, to);
  }

  private throwError(failed: NativeError): never {
    throw kernelError(...failed) ?? new FlambeauError("cpu", `the native addon reported error ${failed[0]}`);
  }

  private submit(
    source: CpuBuffer | null,
    offset: number,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      const { from, to } = this.queue.take();
      this.queue.countRead(source);
      this.ticket = (this.ticket % 0xffff_fffe) + 1;
      this.waiting.set(this.ticket, { data, resolve, reject });
      this.native.submit(from, to, this.ticket, source?.id ?? 0, offset, data);
    });
  }

  private done(ticket: number, error: NativeError): void {
    const waiting = this.waiting.get(ticket);
    this.waiting.delete(ticket);
    const failed = kernelError(...error);
    if (failed === null) waiting?.resolve(waiting.data);
    else waiting?.reject(failed);
  }

  private checkOpen(): void {
    if (this.disposed) throw new DisposedError("cpu", "the device was disposed before this use");
  }

  private checkRange(op: string, buffer: DeviceBuffer, offset: number, bytes: number): CpuBuffer {
    this.checkOpen();
    const live = liveBuffer(buffer);
    // No bytes may be taken from anywhere: an empty view's offset can lie past its buffer.
    if (bytes !== 0 && !(offset >= 0 && bytes >= 0 && offset + bytes <= live.bytes)) {
      throw new ArgumentError(
        op,
        `bytes ${offset} to ${offset + bytes} are outside a buffer of ${live.bytes} bytes`,
      );
    }
    return live;
  }
}
