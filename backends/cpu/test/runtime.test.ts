import { ArgumentError, DisposedError, IndexError, type Operand, OutOfMemoryError } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { native } from "../src/native.js";
import { backend, empty, noise, tensor, values } from "./support/tensors.js";

const bytes = (...list: number[]) => Uint8Array.from(list);

/** out = x[index], through a command: index holds one number. */
function gatherOne(x: Operand, index: Operand, out: Operand): void {
  backend.enqueue({
    kernel: { kind: "gather", op: "indexSelect", dtype: x.dtype, coordinates: [{ index: 0 }], wrap: false },
    x,
    indices: [index],
    out,
  });
}

/** A command that takes a while: sorts a million numbers. */
function slow(): Operand {
  const n = 1 << 20;
  const x = tensor("float32", [n], noise(n));
  const sorted = empty("float32", [n]);
  const indices = empty("int32", [n]);
  backend.enqueue({
    kernel: { kind: "sort", descending: false, k: null, dtype: "float32" },
    x,
    values: sorted,
    indices,
  });
  return sorted;
}

describe("memory", () => {
  it("was registered so that finalizers run inside garbage collection", () => {
    expect(native().apiVersion).toBe(2147483647);
  });

  it("stays flat in a synchronous loop that drops 20,000 tensors of 1 MB", () => {
    const before = process.memoryUsage().rss;
    let highest = 0;
    const page = new Uint8Array(2 ** 20).fill(1);
    for (let i = 0; i < 20_000; i++) {
      const buffer = backend.alloc(2 ** 20);
      if (i % 16 === 0) backend.write(buffer, 0, page);
      if (i % 500 === 0) highest = Math.max(highest, process.memoryUsage().rss);
    }
    expect(backend.stats().reservedBytes).toBeLessThan(300e6);
    expect(highest - before).toBeLessThan(300e6);
  });

  it("gives dropped small tensors back as well", () => {
    const before = backend.stats().reservedBytes;
    for (let i = 0; i < 1_000_000; i++) backend.alloc(256);
    expect(backend.stats().reservedBytes - before).toBeLessThan(200e6);
  });

  it("counts live buffers and bytes, and frees once", () => {
    const before = backend.stats();
    const a = backend.alloc(1000);
    const b = backend.alloc(5);
    expect(backend.stats().liveBuffers).toBe(before.liveBuffers + 2);
    expect(backend.stats().allocatedBytes).toBe(before.allocatedBytes + 1005);
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
    const b = backend.alloc(2_900_000);
    expect(backend.stats().reservedBytes).toBe(reserved);
    backend.free(b);
  });

  it("wastes no more than a quarter", () => {
    for (const size of [300, 5_000, 70_000, 1_050_000, 33_554_433]) {
      const before = backend.stats().reservedBytes;
      const held = Array.from({ length: 64 }, () => (size > 1e6 ? null : backend.alloc(size)));
      const one = size > 1e6 ? backend.alloc(size) : null;
      const grown = backend.stats().reservedBytes - before;
      if (one !== null) expect(grown).toBeLessThanOrEqual(size * 1.25 + 65_536);
      else expect(grown).toBeLessThanOrEqual(64 * size * 1.25 + 2 ** 20);
      for (const buffer of held) if (buffer !== null) backend.free(buffer);
      if (one !== null) backend.free(one);
    }
  });

  it("refuses more than the limit in a sentence", () => {
    const bytes = backend.capabilities.maxBufferBytes + 1;
    expect(() => backend.alloc(bytes)).toThrow(OutOfMemoryError);
    expect(() => backend.alloc(bytes)).toThrow(/alloc: \d+ bytes were asked for while \d+ of the \d+ bytes/);
  });

  it("names misuse", () => {
    const a = backend.alloc(8);
    expect(() => backend.readSync(a, 4, 8)).toThrow(ArgumentError);
    expect(() => backend.write(a, 1, new Uint8Array(8))).toThrow(ArgumentError);
    backend.free(a);
    expect(() => backend.readSync(a, 0, 8)).toThrow(DisposedError);
  });
});

describe("order", () => {
  it("keeps writes and copies in the order they were given", () => {
    const a = backend.alloc(4);
    const b = backend.alloc(4);
    backend.write(a, 0, bytes(1, 2, 3, 4));
    backend.copy(a, 0, b, 0, 4);
    backend.write(a, 0, bytes(5, 6, 7, 8)); // after the copy that still waits
    backend.copy(a, 2, b, 3, 1);
    expect([...backend.readSync(b, 0, 4)]).toEqual([1, 2, 3, 7]);
    expect([...backend.readSync(a, 0, 4)]).toEqual([5, 6, 7, 8]);
  });

  it("lets freed memory be written again while commands that read it wait", () => {
    const out = backend.alloc(300);
    for (let i = 0; i < 300; i++) {
      const a = backend.alloc(1);
      backend.write(a, 0, bytes(i & 255));
      backend.copy(a, 0, out, i, 1);
      backend.free(a);
    }
    expect([...backend.readSync(out, 0, 300)]).toEqual(Array.from({ length: 300 }, (_, i) => i & 255));
  });

  it("does the same for large writes", () => {
    const size = 100_000;
    const out = backend.alloc(size);
    for (let i = 1; i <= 20; i++) {
      const a = backend.alloc(size);
      backend.write(a, 0, new Uint8Array(size).fill(i));
      backend.copy(a, 0, out, 0, size / i);
      backend.free(a);
    }
    const read = backend.readSync(out, 0, size);
    expect(read[0]).toBe(20);
    expect(read[size / 2]).toBe(1);
    expect(read[size / 2 - 1]).toBe(2);
  });

  it("runs an awaited read while the event loop goes on, and later work behind it", async () => {
    const sorted = slow();
    let turns = 0;
    let reading = true;
    const turn = (): void => {
      if (!reading) return;
      turns++;
      setImmediate(turn);
    };
    setImmediate(turn);
    const first = backend.read(sorted.buffer, 0, 4);
    const copy = backend.alloc(4);
    backend.copy(sorted.buffer, 0, copy, 0, 4);
    backend.write(sorted.buffer, 0, bytes(0, 0, 0, 0)); // must not be seen by the read or the copy
    const data = await first;
    reading = false;
    expect(turns).toBeGreaterThan(3);
    expect(new Float32Array(data.buffer)[0]).toBeLessThan(-0.99);
    expect([...backend.readSync(copy, 0, 4)]).toEqual([...data]);
    expect([...backend.readSync(sorted.buffer, 0, 4)]).toEqual([0, 0, 0, 0]);
  });

  it("answers many reads in order, and a synchronous one in between", async () => {
    const a = backend.alloc(1);
    const answers: Promise<Uint8Array>[] = [];
    for (let i = 0; i < 50; i++) {
      backend.write(a, 0, bytes(i));
      answers.push(backend.read(a, 0, 1));
    }
    expect([...backend.readSync(a, 0, 1)]).toEqual([49]);
    expect((await Promise.all(answers)).map((x) => x[0])).toEqual(Array.from({ length: 50 }, (_, i) => i));
    await backend.synchronize();
  });

  it("keeps going through more commands than the queue holds, behind work in the background", async () => {
    const sorted = slow();
    const done = backend.read(sorted.buffer, 0, 4);
    const from = backend.alloc(1);
    const to = backend.alloc(20_000);
    backend.write(from, 0, bytes(7));
    for (let i = 0; i < 20_000; i++) backend.copy(from, 0, to, i, 1);
    expect([...backend.readSync(to, 0, 20_000)].every((x) => x === 7)).toBe(true);
    await done;
  });
});

describe("errors of kernels", () => {
  const x = tensor("float32", [5], [0, 1, 2, 3, 4]);

  it("surface at the next read, once, and name op, index, dimension and size", () => {
    const out = tensor("float32", [1], [9]);
    gatherOne(x, tensor("int32", [1], [7]), out);
    gatherOne(x, tensor("int32", [1], [-1]), out);
    let thrown: unknown;
    try {
      backend.readSync(out.buffer, 0, 4);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(IndexError);
    expect((thrown as IndexError).op).toBe("indexSelect");
    expect((thrown as IndexError).message).toBe(
      "indexSelect: index 7 is out of range for dimension 0 of size 5",
    );
    expect(values(out)).toEqual([9]);
  });

  it("reject an awaited read and synchronize", async () => {
    const out = empty("float32", [1]);
    gatherOne(x, tensor("int64", [1], [5]), out);
    await expect(backend.read(out.buffer, 0, 4)).rejects.toThrow("index 5 is out of range");
    gatherOne(x, tensor("uint8", [1], [200]), out);
    await expect(backend.synchronize()).rejects.toThrow("index 200 is out of range");
    gatherOne(x, tensor("uint8", [1], [3]), out);
    expect(values(out)).toEqual([3]);
  });
});
