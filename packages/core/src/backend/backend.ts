/**
 * What a device must offer: an in-order queue and some memory. Everything else in Flambeau is written against this
 * file and the kernels in `kernels.ts`.
 */
import type { DType } from "../dtype.js";
import type { Launch } from "./kernels.js";

/**
 * A piece of device memory. Backends extend it with what they need. A buffer that becomes unreachable must give its memory back by itself;
 * `Backend.free` gives it back at once.
 */
export interface DeviceBuffer {
  readonly bytes: number;
}

export interface Capabilities {
  readonly dtypes: ReadonlySet<DType>;
  /** Whether `readSync` works. */
  readonly syncRead: boolean;
  readonly maxBufferBytes: number;
}

export interface BackendStats {
  /** Bytes held by live buffers. */
  readonly allocatedBytes: number;
  readonly peakAllocatedBytes: number;
  /** Bytes taken from the system, live or cached. */
  readonly reservedBytes: number;
  readonly liveBuffers: number;
  /** Launches since the backend was opened. */
  readonly launches: number;
}

/**
 * Commands run in the order they were given; a backend may hold them back and hand them over in batches. Memory given back by `free`
 * may be reused by any later command. An error only a kernel can see (an index out of range) is thrown by the next
 * `read`, `readSync` or `synchronize`, once, as a FlambeauError naming the op and the value.
 *
 * Methods throw DeviceError for a buffer of another backend, DisposedError for a freed one and, `free` and `stats` apart, after
 * `dispose`. Transfers take any offset and length; those of no bytes may lie anywhere, also past the buffer's end.
 */
export interface Backend {
  /** "cpu", "webgpu", …: the part of a device name before the colon. */
  readonly name: string;
  readonly index: number;
  readonly capabilities: Capabilities;

  /** Memory with undefined content. Throws OutOfMemoryError. */
  alloc(bytes: number): DeviceBuffer;
  free(buffer: DeviceBuffer): void;

  /** Copies host bytes in; the host array may be changed as soon as the call returns. */
  write(buffer: DeviceBuffer, byteOffset: number, data: Uint8Array): void;
  /** The bytes as the commands given before leave them, in an array of their own. */
  read(buffer: DeviceBuffer, byteOffset: number, bytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** As `read`, without waiting; throws DeviceError where `capabilities.syncRead` is false. */
  readSync(buffer: DeviceBuffer, byteOffset: number, bytes: number): Uint8Array<ArrayBuffer>;
  /** The ranges may overlap within one buffer. */
  copy(from: DeviceBuffer, fromByte: number, to: DeviceBuffer, toByte: number, bytes: number): void;

  enqueue(launch: Launch): void;
  /** Resolves when everything enqueued so far has run. */
  synchronize(): Promise<void>;

  stats(): BackendStats;
  dispose(): void;
}

/** How a backend makes itself known by being imported. */
export interface BackendFactory {
  readonly name: string;
  /** Higher is preferred when a program asks for no device. */
  readonly priority: number;
  /** Opens a device whose opening needs no waiting; absent where it does. Throws BackendUnavailableError. */
  readonly openSync?: (index: number) => Backend;
  open(index: number): Promise<Backend>;
}
