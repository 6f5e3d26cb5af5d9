import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { affine, bytes, openDevice, pattern, plan } from "./support/device.js";

const backend = await openDevice();

describe("writes and reads", () => {
  it("take any position and length and leave the neighbours alone", async () => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 13, 64, 257]) {
      for (const offset of [0, 1, 2, 3, 4, 5]) {
        const before = pattern(300, 7);
        const data = pattern(size, size);
        const buffer = backend.alloc(300);
        backend.write(buffer, 0, before);
        backend.write(buffer, offset, data);
        const expected = before.slice();
        expected.set(data, offset);
        expect(await backend.read(buffer, 0, 300)).toEqual(expected);
        expect(await backend.read(buffer, offset, size)).toEqual(data);
        backend.free(buffer);
      }
    }
  });

  it("take views of larger arrays, and the array may change at once", async () => {
    const host = pattern(100);
    const buffer = backend.alloc(41);
    backend.write(buffer, 0, host.subarray(3, 44));
    const expected = host.slice(3, 44);
    host.fill(0);
    expect(await backend.read(buffer, 0, 41)).toEqual(expected);
  });

  it("of no bytes are fine anywhere", async () => {
    const buffer = backend.alloc(0);
    backend.write(buffer, 0, new Uint8Array(0));
    backend.write(buffer, 99, new Uint8Array(0));
    backend.copy(buffer, 50, buffer, 70, 0);
    expect(await backend.read(buffer, 0, 0)).toEqual(new Uint8Array(0));
    expect(await backend.read(buffer, 1000, 0)).toEqual(new Uint8Array(0));
  });

  it("give an array of its own, at the start of its memory", async () => {
    const buffer = backend.alloc(8);
    backend.write(buffer, 0, bytes(1, 2, 3, 4, 5, 6, 7, 8));
    const data = await backend.read(buffer, 3, 4);
    expect([data.byteOffset, data.buffer.byteLength]).toEqual([0, 4]);
    data.fill(0);
    expect([...(await backend.read(buffer, 0, 8))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("may be awaited together", async () => {
    const buffers = Array.from({ length: 20 }, (_, i) => {
      const buffer = backend.alloc(10_000);
      backend.write(buffer, 0, pattern(10_000, i));
      return buffer;
    });
    const all = await Promise.all(buffers.map((buffer, i) => backend.read(buffer, i, 9_000)));
    for (const [i, data] of all.entries())
      expect(Buffer.compare(data, pattern(10_000, i).subarray(i, i + 9_000))).toBe(0);
  });
});

describe("copies", () => {
  it("agree with copyWithin and set at random positions", async () => {
    const size = 96;
    const range = fc.tuple(fc.nat(size), fc.nat(size), fc.nat(size), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 6 }), async (moves) => {
        const [a, b] = [backend.alloc(size), backend.alloc(size)];
        const [hostA, hostB] = [pattern(size, 1), pattern(size, 2)];
        backend.write(a, 0, hostA);
        backend.write(b, 0, hostB);
        for (const [from, to, length, same] of moves) {
          const bytes = Math.min(length, size - from, size - to);
          backend.copy(a, from, same ? a : b, to, bytes);
          if (same) hostA.copyWithin(to, from, from + bytes);
          else hostB.set(hostA.subarray(from, from + bytes), to);
        }
        expect(await backend.read(a, 0, size)).toEqual(hostA);
        expect(await backend.read(b, 0, size)).toEqual(hostB);
        backend.free(a);
        backend.free(b);
      }),
      { numRuns: 60 },
    );
  });

  it("move long ranges by any number of bytes", async () => {
    const size = 1_000_003;
    const host = pattern(size);
    const [a, b] = [backend.alloc(size), backend.alloc(size + 5)];
    backend.write(a, 0, host);
    backend.copy(a, 1, b, 6, size - 1);
    expect(Buffer.compare(await backend.read(b, 6, size - 1), host.subarray(1))).toBe(0);
    backend.copy(a, 0, a, 2, size - 2);
    host.copyWithin(2, 0, size - 2);
    expect(Buffer.compare(await backend.read(a, 0, size), host)).toBe(0);
  });

  it("stand in order with writes and dispatches", async () => {
    const [x, y, z] = [backend.alloc(4), backend.alloc(4), backend.alloc(4)];
    backend.write(x, 0, bytes(1, 0, 0, 0));
    backend.runtime.run(plan(affine(x, y, 1, 1, 1)));
    backend.copy(y, 0, z, 1, 1);
    backend.write(x, 0, bytes(9, 0, 0, 0)); // after the dispatch that still waits
    backend.copy(x, 0, z, 0, 1);
    backend.write(z, 2, bytes(5, 6));
    expect([...(await backend.read(z, 0, 4))]).toEqual([9, 2, 5, 6]);
    expect([...(await backend.read(y, 0, 4))]).toEqual([2, 0, 0, 0]);
  });
});
