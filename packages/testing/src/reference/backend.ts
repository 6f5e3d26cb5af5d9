/** The reference backend: every command runs at once, in plain loops. */
import type { Backend, BackendStats, Capabilities, DeviceBuffer, Launch } from "@flambeau/core";
import {
  ArgumentError,
  callByKind,
  DeviceError,
  DisposedError,
  dtypeNames,
  FlambeauError,
  OutOfMemoryError,
} from "@flambeau/core";
import { ReferenceBuffer } from "./buffer.js";
import { referenceKernels } from "./kernels.js";

const maxBufferBytes = 2 ** 31;

export class ReferenceBackend implements Backend {
  readonly name = "reference";
  readonly capabilities: Capabilities = { dtypes: new Set(dtypeNames), syncRead: true, maxBufferBytes };
  #allocated = 0;
  #peak = 0;
  #live = 0;
  #launches = 0;
  #disposed = false;
  /** The first error a kernel saw since the last read. */
  #pending: FlambeauError | null = null;
  readonly #dropped = new FinalizationRegistry<number>((bytes) => this.#release(bytes));

  constructor(readonly index: number) {}

  alloc(bytes: number): DeviceBuffer {
    this.#checkOpen();
    if (bytes > maxBufferBytes)
      throw new OutOfMemoryError("alloc", `expected at most ${maxBufferBytes} bytes, got ${bytes}`);
    const buffer = new ReferenceBuffer(bytes);
    this.#dropped.register(buffer, bytes, buffer);
    this.#allocated += bytes;
    this.#live++;
    this.#peak = Math.max(this.#peak, this.#allocated);
    return buffer;
  }

  free(buffer: DeviceBuffer): void {
    const own = this.#own(buffer);
    if (own.freed) throw new DisposedError("free", "expected a live buffer, got one that was freed");
    this.#dropped.unregister(own);
    own.release();
    this.#release(own.bytes);
  }

  write(buffer: DeviceBuffer, byteOffset: number, data: Uint8Array): void {
    this.#bytes(buffer, byteOffset, data.byteLength).set(data);
  }

  async read(buffer: DeviceBuffer, byteOffset: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.readSync(buffer, byteOffset, bytes);
  }

  readSync(buffer: DeviceBuffer, byteOffset: number, bytes: number): Uint8Array<ArrayBuffer> {
    this.#throwPending();
    return this.#bytes(buffer, byteOffset, bytes).slice();
  }

  copy(from: DeviceBuffer, fromByte: number, to: DeviceBuffer, toByte: number, bytes: number): void {
    this.#bytes(to, toByte, bytes).set(this.#bytes(from, fromByte, bytes));
  }

  enqueue(launch: Launch): void {
    this.#checkOpen();
    this.#launches++;
    try {
      callByKind(referenceKernels, launch);
    } catch (error) {
      if (!(error instanceof FlambeauError)) throw error;
      this.#pending ??= error;
    }
  }

  async synchronize(): Promise<void> {
    this.#checkOpen();
    this.#throwPending();
  }

  stats(): BackendStats {
    return {
      allocatedBytes: this.#allocated,
      peakAllocatedBytes: this.#peak,
      reservedBytes: this.#allocated,
      liveBuffers: this.#live,
      launches: this.#launches,
    };
  }

  dispose(): void {
    this.#disposed = true;
  }

  #release(bytes: number): void {
    this.#allocated -= bytes;
    this.#live--;
  }

  #checkOpen(): void {
    if (this.#disposed)
      throw new DisposedError("reference", "expected an open device, got one that was disposed");
  }

  #throwPending(): void {
    const error = this.#pending;
    this.#pending = null;
    if (error) throw error;
  }

  #own(buffer: DeviceBuffer): ReferenceBuffer {
    if (buffer instanceof ReferenceBuffer) return buffer;
    throw new DeviceError("reference", "expected memory of the reference backend, got another backend's");
  }

  #bytes(buffer: DeviceBuffer, byteOffset: number, bytes: number): Uint8Array<ArrayBuffer> {
    this.#checkOpen();
    const own = this.#own(buffer);
    // No bytes may be taken from anywhere: an empty view's offset can lie past its buffer.
    if (bytes > 0 && (byteOffset < 0 || byteOffset + bytes > own.bytes))
      throw new ArgumentError(
        "reference",
        `expected bytes within the buffer's ${own.bytes}, got ${byteOffset} to ${byteOffset + bytes}`,
      );
    return new Uint8Array(own.data, bytes === 0 ? 0 : byteOffset, bytes);
  }
}
