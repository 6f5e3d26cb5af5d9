/** The promises of the `Backend` interface that are not about kernels: order, memory, errors. */
import {
  type Backend,
  DeviceError,
  DisposedError,
  type FlambeauError,
  IndexError,
  type Launch,
  type Operand,
  OutOfMemoryError,
} from "@flambeau/core";
import { Seeded } from "./seeded.js";

/** A check throws or rejects when its promise is broken. */
type Check = (backend: Backend) => void | Promise<void>;

const int32 = (...values: number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);

function expectBytes(what: string, got: Uint8Array, want: Uint8Array): void {
  if (got.length === want.length && got.every((byte, i) => byte === want[i])) return;
  throw new Error(`${what}: expected bytes ${want.join(" ")}, got ${got.join(" ")}`);
}

/** A buffer that holds `data`, which is overwritten as soon as it was handed over. */
function placed(backend: Backend, data: Uint8Array): Operand["buffer"] {
  const buffer = backend.alloc(data.length);
  backend.write(buffer, 0, data);
  data.fill(0xaa);
  return buffer;
}

/** out[i] = x[index[i]] over int32 elements. */
function take(x: Operand["buffer"], index: Operand["buffer"], out: Operand["buffer"]): Launch {
  const vector = (buffer: Operand["buffer"]): Operand => ({
    buffer,
    dtype: "int32",
    shape: [buffer.bytes / 4],
    strides: [1],
    offset: 0,
  });
  return {
    kernel: { kind: "gather", op: "take", dtype: "int32", coordinates: [{ index: 0 }], wrap: false },
    x: vector(x),
    indices: [vector(index)],
    out: vector(out),
  };
}

async function expectError(
  type: new (...args: never[]) => FlambeauError,
  work: () => unknown,
): Promise<FlambeauError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof type) return error;
    throw new Error(`expected ${type.name}, got ${String(error)}`);
  }
  throw new Error(`expected ${type.name}, got no error`);
}

const checks: { readonly [promise: string]: Check } = {
  "any bytes may be written, copied and read": async (backend) => {
    const random = new Seeded(1, 0);
    const size = 61;
    const host = [new Uint8Array(size), new Uint8Array(size)] as const;
    const buffers = host.map((bytes) => placed(backend, bytes.slice()));
    for (let i = 0; i < 60; i++) {
      const [from, to] = [random.int(0, size), random.int(0, size)];
      const bytes = random.int(0, size - Math.max(from, to));
      const [source, target] = [i % 2, 1 - (i % 2)] as const;
      const data = Uint8Array.from({ length: bytes }, () => random.int(0, 255));
      backend.write(buffers[source]!, from, data);
      host[source]!.set(data, from);
      backend.copy(buffers[source]!, from, buffers[target]!, to, bytes);
      host[target]!.set(host[source]!.subarray(from, from + bytes), to);
    }
    for (const i of [0, 1] as const) {
      expectBytes("the whole buffer", await backend.read(buffers[i]!, 0, size), host[i]);
      expectBytes("a part of it", await backend.read(buffers[i]!, 3, 7), host[i].subarray(3, 10));
    }
  },

  "no bytes at all may be written, copied and read anywhere": async (backend) => {
    const buffer = backend.alloc(0);
    backend.write(buffer, 99, new Uint8Array(0));
    backend.copy(buffer, 50, buffer, 70, 0);
    expectBytes("nothing", await backend.read(buffer, 1000, 0), new Uint8Array(0));
  },

  "commands run in the order they were given": async (backend) => {
    const [x, index, out] = [int32(10, 20, 30), int32(2, 0, 1), int32(0, 0, 0)].map((d) =>
      placed(backend, d),
    );
    const early = backend.read(x!, 0, 4);
    backend.enqueue(take(x!, index!, out!));
    backend.write(x!, 0, int32(-1, -2, -3));
    backend.enqueue(take(out!, index!, x!));
    const late = backend.read(x!, 0, 12);
    backend.write(x!, 0, int32(7, 7, 7));
    const [before, after] = await Promise.all([early, late]);
    expectBytes("a read before them", before, int32(10));
    expectBytes("a read after them", after, int32(20, 30, 10));
  },

  "memory that was freed may be handed out while commands still use it": async (backend) => {
    for (let i = 0; i < 20; i++) {
      const [x, index] = [placed(backend, int32(i, -i)), placed(backend, int32(1, 0))];
      const out = backend.alloc(8);
      backend.enqueue(take(x, index, out));
      backend.free(x);
      backend.free(index);
      const next = placed(backend, int32(9, 9));
      expectBytes("the result", await backend.read(out, 0, 8), int32(-i, i));
      backend.free(next);
      backend.free(out);
    }
  },

  "an error in a kernel is thrown by the next read or synchronize, once": async (backend) => {
    const [x, index, out] = [int32(1, 2, 3), int32(0, 3, 1), int32(0, 0, 0)].map((d) => placed(backend, d));
    const ways = [() => backend.read(x!, 0, 4), () => backend.synchronize()];
    if (backend.capabilities.syncRead) ways.push(async () => backend.readSync(x!, 0, 4));
    for (const way of ways) {
      backend.enqueue(take(x!, index!, out!));
      const { message } = await expectError(IndexError, way);
      const want = "take: index 3 is out of range for dimension 0 of size 3";
      if (message !== want) throw new Error(`expected "${want}", got "${message}"`);
      expectBytes("the read after it", await backend.read(x!, 0, 4), int32(1));
    }
  },

  "a synchronous read works where it is offered, and says that it does not elsewhere": async (backend) => {
    const x = placed(backend, int32(5));
    if (backend.capabilities.syncRead) expectBytes("the value", backend.readSync(x, 0, 4), int32(5));
    else await expectError(DeviceError, () => backend.readSync(x, 0, 4));
  },

  "what no buffer can hold is refused": async (backend) => {
    await expectError(OutOfMemoryError, () => backend.alloc(backend.capabilities.maxBufferBytes + 1));
  },

  "foreign and freed memory is refused": async (backend) => {
    await expectError(DeviceError, () => backend.write({ bytes: 8 }, 0, int32(1)));
    const freed = backend.alloc(8);
    backend.free(freed);
    await expectError(DisposedError, () => backend.read(freed, 0, 8));
  },

  "what is counted is what is held": async (backend) => {
    const before = backend.stats();
    const buffer = backend.alloc(1000);
    const during = backend.stats();
    backend.free(buffer);
    const after = backend.stats();
    if (during.liveBuffers !== before.liveBuffers + 1 || after.liveBuffers !== before.liveBuffers)
      throw new Error("expected one live buffer more while it lives");
    if (
      during.allocatedBytes < before.allocatedBytes + 1000 ||
      after.allocatedBytes !== before.allocatedBytes
    )
      throw new Error("expected 1000 bytes or more held while it lives, and none of them afterwards");
    if (during.peakAllocatedBytes < during.allocatedBytes || during.reservedBytes < during.allocatedBytes)
      throw new Error("expected peak and reserved bytes to cover what is held");
  },

  // The last one: the device is closed then.
  "a disposed device says so": async (backend) => {
    const buffer = backend.alloc(8);
    backend.dispose();
    await expectError(DisposedError, () => backend.alloc(8));
    await expectError(DisposedError, () => backend.write(buffer, 0, int32(1)));
    await expectError(DisposedError, () => backend.read(buffer, 0, 4));
    await expectError(DisposedError, () => backend.synchronize());
  },
};

/**
 * Checks what the `Backend` interface promises beside kernels: the order of commands, transfers of any bytes, memory, errors.
 * Resolves with a sentence for each promise that is broken, none where all are kept. The backend is disposed of at the end.
 */
export async function brokenPromises(backend: Backend): Promise<string[]> {
  const broken: string[] = [];
  for (const [promise, check] of Object.entries(checks)) {
    try {
      await check(backend);
    } catch (error) {
      broken.push(`${promise}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return broken;
}
