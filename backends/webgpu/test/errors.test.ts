import { type Dispatch, errorCodes, opId, ShaderBuilder, u32 } from "@flambeau/codegen";
import { ArgumentError, FlambeauError, IndexError } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { affineInPlace, asWords, bytes, openDevice, plan, words } from "./support/device.js";

const backend = await openDevice();
const { runtime } = backend;

/** Every invocation but the surplus ones reports: the record keeps one of equal reports and counts them all. */
function failing(code: number, op: string, value: bigint, size: number, dimension: number): Dispatch {
  const build = () => {
    const k = new ShaderBuilder("failing", 64);
    const params = ["code", "op", "low", "high", "size", "dimension"].map((name) => k.param(name, "u32"));
    const errors = k.buffer("errors", "atomic");
    k.if(errors.atomic("add", 0, [u32(1)]).eq(0), () => {
      for (const [i, param] of params.entries()) errors.store(i + 1, param);
    });
    return k.finish();
  };
  const low = Number(BigInt.asUintN(32, value));
  const high = Number(BigInt.asUintN(32, value >> 32n));
  return {
    key: "test:failing",
    build,
    buffers: ["errors"],
    params: [code, opId(op), low, high, size, dimension],
    groups: 3,
  };
}

describe("errors in shaders", () => {
  const index = (value: bigint): void =>
    runtime.run(plan(failing(errorCodes.indexOutOfRange, "indexSelect", value, 4, 1)));

  it("surface at the next read, typed, naming op and value", async () => {
    const x = backend.alloc(4);
    backend.write(x, 0, words(3));
    index(9n);
    const read = backend.read(x, 0, 4);
    await expect(read).rejects.toThrow(IndexError);
    await expect(read).rejects.toThrow("indexSelect: index 9 is out of range for dimension 1 of size 4");
    expect(asWords(await backend.read(x, 0, 4))).toEqual([3]);
  });

  it("carry negative and 64-bit values", async () => {
    for (const value of [-7n, 2n ** 40n, -(2n ** 62n)]) {
      index(value);
      await expect(backend.synchronize()).rejects.toThrow(`index ${value} is out of range`);
    }
    await backend.synchronize();
  });

  it("name division by zero", async () => {
    runtime.run(plan(failing(errorCodes.divisionByZero, "floorDivide", 0n, 0, 0)));
    const done = backend.synchronize();
    await expect(done).rejects.toThrow(ArgumentError);
    await expect(done).rejects.toThrow(
      "floorDivide: division by zero: expected non-zero integer divisors, got 0",
    );
  });

  it("keep the first until it is reported, then start anew", async () => {
    index(11n);
    index(12n);
    const first = backend.synchronize();
    index(13n);
    const second = backend.synchronize();
    await expect(first).rejects.toThrow("index 11 ");
    await expect(second).rejects.toThrow("index 13 ");
    await backend.synchronize();
  });

  it("go to the reads after them only", async () => {
    const x = backend.alloc(4);
    backend.write(x, 0, bytes(1, 2, 3, 4));
    const before = backend.read(x, 0, 4);
    index(5n);
    const after = backend.read(x, 0, 4);
    await expect(after).rejects.toThrow(IndexError);
    expect([...(await before)]).toEqual([1, 2, 3, 4]);
  });
});

describe("errors that WebGPU reports", () => {
  it("surface at the next read with WebGPU's words, once", async () => {
    const x = backend.alloc(4);
    backend.write(x, 0, words(1));
    // Dispatches count up to 65,535 workgroups in each direction.
    runtime.run(plan({ ...affineInPlace(x, 1, 1, 1), groups: 65_535 ** 2 * 2 }));
    const read = backend.read(x, 0, 4);
    await expect(read).rejects.toThrow(FlambeauError);
    await expect(read).rejects.toThrow(/^read: .*65535/s);
    backend.write(x, 0, words(5));
    expect(asWords(await backend.read(x, 0, 4))).toEqual([5]);
  });

  it("name a shader that does not compile", async () => {
    const broken: Dispatch = {
      ...affineInPlace(backend.alloc(4), 1, 1, 1),
      key: "test:broken",
      build: () => ({
        name: "broken",
        lanes: 64,
        params: [],
        buffers: [{ name: "x", access: "write" }],
        shared: [],
        body: [{ op: "assign", name: "missing", value: { op: "literal", type: "i32", value: 1 } }],
      }),
      params: [],
    };
    runtime.run(plan(broken));
    await expect(backend.synchronize()).rejects.toThrow(/missing/);
    await backend.synchronize();
  });

  it("are prevented where a dispatch would bind one buffer twice and write it", () => {
    const x = backend.alloc(4);
    const twice: Dispatch = {
      key: "test:twice",
      build: () => {
        const k = new ShaderBuilder("twice", 64);
        const [a, b] = [k.buffer("a", "read"), k.buffer("b", "write")];
        k.if(k.invocation.eq(0), () => b.store(0, a.load(0)));
        return k.finish();
      },
      buffers: [x, x],
      params: [],
      groups: 1,
    };
    expect(() => runtime.run(plan(twice))).toThrow("a dispatch binds one buffer at 0 and 1, and writes it");
  });
});
