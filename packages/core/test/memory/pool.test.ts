import { DeviceError, DisposedError, type MemoryBlock, MemoryPool, OutOfMemoryError } from "@flambeau/core";
import { describe, expect, it } from "vitest";

class TestBlock implements MemoryBlock {
  destroyed = false;
  constructor(readonly bytes: number) {}
  destroy(): void {
    this.destroyed = true;
  }
}

function makePool(maxBufferBytes = 2 ** 31) {
  const made: TestBlock[] = [];
  const create = (bytes: number): TestBlock => {
    const block = new TestBlock(bytes);
    made.push(block);
    return block;
  };
  let trims = 0;
  const trimmed = (): void => void trims++;
  const pool = new MemoryPool<TestBlock>({ name: "test", maxBufferBytes, create, trimmed }, null);
  return { pool, made, trims: () => trims };
}

const MiB = 2 ** 20;

describe("a memory pool", () => {
  it("hands the block of a freed buffer to the next one of its size class", () => {
    const { pool, made } = makePool();
    const first = pool.alloc(1000);
    const block = pool.blockOf(first);
    pool.free(first);
    expect(pool.blockOf(pool.alloc(1010))).toBe(block);
    expect(pool.blockOf(pool.alloc(1010))).not.toBe(block);
    expect(made).toHaveLength(2);
  });

  it("rounds sizes up by a quarter at most, to multiples of 16 bytes", () => {
    const { pool } = makePool();
    for (let bytes = 257; bytes < 5e6; bytes = Math.ceil(bytes * 1.37)) {
      const taken = pool.blockOf(pool.alloc(bytes)).bytes;
      expect(taken).toBeGreaterThanOrEqual(bytes);
      expect(taken).toBeLessThanOrEqual(1.25 * bytes);
      expect(taken % 16).toBe(0);
    }
  });

  it("counts what is live, and what is reserved beside it", () => {
    const { pool } = makePool();
    const [a, b] = [pool.alloc(4 * MiB), pool.alloc(8 * MiB)];
    pool.free(a);
    pool.free(a);
    expect(pool.stats()).toEqual({
      allocatedBytes: 8 * MiB,
      peakAllocatedBytes: 12 * MiB,
      reservedBytes: 12 * MiB,
      liveBuffers: 1,
    });
    pool.free(b);
    pool.trim(4 * MiB);
    expect(pool.stats()).toMatchObject({ allocatedBytes: 0, reservedBytes: 4 * MiB, liveBuffers: 0 });
  });

  it("destroys large idle blocks first, and says so", () => {
    const { pool, made, trims } = makePool();
    for (const buffer of [MiB, 16 * MiB, 2 * MiB].map((bytes) => pool.alloc(bytes))) pool.free(buffer);
    pool.trim(3 * MiB);
    expect(made.filter(({ destroyed }) => destroyed).map(({ bytes }) => bytes)).toEqual([16 * MiB]);
    expect(trims()).toBe(1);
    pool.trim(3 * MiB);
    expect(trims()).toBe(1);
  });

  it("keeps what a step needs from step to step", () => {
    const { pool, made } = makePool();
    for (let step = 0; step < 3; step++)
      for (const buffer of [900, 300, 40].map((size) => pool.alloc(size * MiB))) pool.free(buffer);
    expect(made).toHaveLength(3);
    expect(made.some(({ destroyed }) => destroyed)).toBe(false);
  });

  it("makes room when more lies idle than was ever live at once", () => {
    const { pool, made } = makePool();
    for (let size = 64; size <= 1024; size *= 2 ** 0.25) {
      pool.free(pool.alloc(size * MiB));
      const { reservedBytes, peakAllocatedBytes } = pool.stats();
      expect(reservedBytes).toBeLessThanOrEqual(Math.max(256 * MiB, peakAllocatedBytes) + peakAllocatedBytes);
    }
    expect(made.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(4);
  });

  it("never hands out a block that was discarded, though its buffer still comes back", () => {
    const { pool } = makePool();
    const buffer = pool.alloc(5 * MiB);
    const block = pool.blockOf(buffer);
    pool.discard(block);
    expect(block.destroyed).toBe(true);
    pool.free(buffer);
    expect(pool.blockOf(pool.alloc(5 * MiB))).not.toBe(block);
    expect(pool.stats().reservedBytes).toBe(5 * MiB);
  });

  it("names misuse", () => {
    const { pool } = makePool(1024);
    expect(() => pool.alloc(1025)).toThrow(OutOfMemoryError);
    expect(() => pool.alloc(Number.NaN)).toThrow(OutOfMemoryError);
    expect(pool.alloc(1024).bytes).toBe(1024);
    const others = makePool().pool.alloc(16);
    expect(() => pool.blockOf(others)).toThrow(DeviceError);
    const freed = pool.alloc(16);
    pool.free(freed);
    expect(() => pool.blockOf(freed)).toThrow(DisposedError);
    pool.free(others);
  });

  it("takes nothing back once it is closed", () => {
    const { pool, made } = makePool();
    const buffer = pool.alloc(64);
    pool.close();
    pool.free(buffer);
    pool.take(64);
    expect(made).toHaveLength(2);
  });
});
