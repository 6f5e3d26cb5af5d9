import { DeviceError, DisposedError, OutOfMemoryError } from "@flambeau/core";
import { describe, expect, it, vi } from "vitest";
import { bytes, openDevice, pattern } from "./support/device.js";

const backend = await openDevice();

/** Lets finalizers run. */
async function collect(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("memory", () => {
  it("counts live buffers and bytes, and frees once", () => {
    const before = backend.stats();
    const a = backend.alloc(1000);
    const b = backend.alloc(5);
    expect(backend.stats().liveBuffers).toBe(before.liveBuffers + 2);
    expect(backend.stats().allocatedBytes - before.allocatedBytes).toBeGreaterThanOrEqual(1005);
    backend.free(a);
    backend.free(a);
    expect(backend.stats().liveBuffers).toBe(before.liveBuffers + 1);
    backend.free(b);
    expect(backend.stats().allocatedBytes).toBe(before.allocatedBytes);
  });

  it("hands freed memory out again", () => {
    const a = backend.alloc(3_000_000);
    backend.free(a);
    const reserved = backend.stats().reservedBytes;
    backend.free(backend.alloc(2_900_000));
    expect(backend.stats().reservedBytes).toBe(reserved);
  });

  it("wastes no more than a quarter", () => {
    for (const size of [257, 1_025, 70_000, 1_050_000, 33_554_433]) {
      const before = backend.stats().allocatedBytes;
      const buffer = backend.alloc(size);
      const taken = backend.stats().allocatedBytes - before;
      expect(taken).toBeGreaterThanOrEqual(size);
      expect(taken).toBeLessThanOrEqual(1.25 * size);
      backend.free(buffer);
    }
  });

  it("gives memory of unreachable buffers back", async () => {
    await collect();
    const before = backend.stats();
    for (let i = 0; i < 100; i++) backend.alloc(100_000);
    await collect();
    expect(backend.stats().liveBuffers).toBe(before.liveBuffers);
    expect(backend.stats().allocatedBytes).toBe(before.allocatedBytes);
  });

  it("stays bounded in a loop that drops buffers and waits now and then", async () => {
    for (let i = 0; i < 5000; i++) {
      backend.alloc(2 ** 20);
      if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    expect(backend.stats().reservedBytes).toBeLessThan(700e6);
  });

  it("does not pile up small buffers either", async () => {
    for (let i = 0; i < 30_000; i++) {
      backend.alloc(16);
      if (i % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    expect(backend.stats().liveBuffers).toBeLessThan(12_000);
  });

  // Later versions of V8 run finalizers between tasks only: there, such a loop has to wait now and then.
  it.runIf(process.versions.v8.startsWith("11."))("stays bounded in a loop that never waits", () => {
    for (let i = 0; i < 5000; i++) backend.alloc(2 ** 20);
    expect(backend.stats().reservedBytes).toBeLessThan(700e6);
  });

  it("returns idle memory to the system when asked", async () => {
    const { memory } = backend.runtime;
    backend.free(backend.alloc(10_000_000));
    await collect();
    memory.trim(0);
    const { reservedBytes, allocatedBytes } = backend.stats();
    expect(reservedBytes).toBe(allocatedBytes);
    const again = backend.alloc(16);
    backend.write(again, 0, pattern(16));
    expect([...(await backend.read(again, 0, 16))]).toEqual([...pattern(16)]);
  });

  it("refuses what no buffer can hold in a sentence", () => {
    const most = backend.capabilities.maxBufferBytes;
    expect(most).toBeGreaterThanOrEqual(2 ** 27 - 256);
    expect(() => backend.alloc(most + 1)).toThrow(OutOfMemoryError);
    expect(() => backend.alloc(most + 1)).toThrow(
      `alloc: ${most + 1} bytes were asked for, and this device takes at most ${most} in one buffer`,
    );
  });

  it("says at the next read that the device had no memory, and forgets the block", async () => {
    vi.spyOn(backend.device, "popErrorScope").mockResolvedValueOnce({ message: "the device is full" });
    const before = backend.stats().reservedBytes;
    const buffer = backend.alloc(77_000_000);
    const read = backend.read(buffer, 0, 4);
    await expect(read).rejects.toThrow(OutOfMemoryError);
    await expect(read).rejects.toThrow(/^read: no memory was left for \d+ bytes.*the device is full$/);
    backend.free(buffer);
    expect(backend.stats().reservedBytes).toBeLessThanOrEqual(before);
    const another = backend.alloc(77_000_000);
    backend.write(another, 0, bytes(1, 2, 3, 4));
    expect([...(await backend.read(another, 0, 4))]).toEqual([1, 2, 3, 4]);
    backend.free(another);
  });

  it("fills and reads the largest buffer the device promises", async () => {
    const most = backend.capabilities.maxBufferBytes;
    const buffer = backend.alloc(most);
    backend.write(buffer, most - 3, bytes(1, 2, 3));
    expect([...(await backend.read(buffer, most - 5, 5))]).toEqual([0, 0, 1, 2, 3]);
    backend.free(buffer);
    backend.runtime.memory.trim(0);
  });

  it("names misuse", async () => {
    const a = backend.alloc(8);
    await expect(backend.read(a, 4, 8)).rejects.toThrow(
      "read: bytes 4 to 12 are outside a buffer of 8 bytes",
    );
    expect(() => backend.write(a, 1, new Uint8Array(8))).toThrow(
      "write: bytes 1 to 9 are outside a buffer of 8 bytes",
    );
    expect(() => backend.copy(a, 0, a, -1, 4)).toThrow("copy: bytes -1 to 3");
    expect(() => backend.readSync(a, 0, 8)).toThrow(DeviceError);
    expect(() => backend.readSync(a, 0, 8)).toThrow(/await/);
    expect(() => backend.write({ bytes: 8 }, 0, bytes(1))).toThrow(DeviceError);
    backend.free(a);
    await expect(backend.read(a, 0, 8)).rejects.toThrow(DisposedError);
  });
});
