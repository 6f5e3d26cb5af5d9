import { type Dispatch, i32, ShaderBuilder } from "@flambeau/codegen";
import { describe, expect, it } from "vitest";
import { affine, affineInPlace, asWords, openDevice, plan, words } from "./support/device.js";

const backend = await openDevice();
const { runtime } = backend;

/** The 32-bit result of a chain of multiply-adds. */
function chain(start: number, steps: number): number {
  let x = start;
  for (let i = 0; i < steps; i++) x = (Math.imul(x, 3) + i) | 0;
  return x;
}

describe("order", () => {
  it("holds across many batches", async () => {
    const x = backend.alloc(4);
    backend.write(x, 0, words(1));
    for (let i = 0; i < 1000; i++) runtime.run(plan(affineInPlace(x, 1, 3, i)));
    expect(asWords(await backend.read(x, 0, 4))).toEqual([chain(1, 1000)]);
  });

  it("holds between dispatches and writes to memory in use, small and large", async () => {
    for (const n of [1, 5000]) {
      const [x, y] = [backend.alloc(4 * n), backend.alloc(4 * n)];
      const sums = new Int32Array(n);
      backend.write(y, 0, new Uint8Array(4 * n));
      const total = backend.alloc(4 * n);
      backend.write(total, 0, new Uint8Array(4 * n));
      for (let i = 0; i < 150; i++) {
        const values = Int32Array.from({ length: n }, (_, j) => i * j + i);
        backend.write(x, 0, new Uint8Array(values.buffer));
        runtime.run(plan(add(x, total, n)));
        for (let j = 0; j < n; j++) sums[j]! += values[j] as number;
      }
      expect(asWords(await backend.read(total, 0, 4 * n))).toEqual([...sums]);
    }
  });

  it("lets freed memory be used again while commands that read it wait", async () => {
    const out = backend.alloc(4 * 200);
    for (let i = 0; i < 200; i++) {
      const temporary = backend.alloc(4);
      backend.write(temporary, 0, words(i));
      backend.copy(temporary, 0, out, 4 * i, 4);
      backend.free(temporary);
    }
    expect(asWords(await backend.read(out, 0, 800))).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it("holds when parameters overflow the uploads of a batch", async () => {
    const n = 1200;
    const x = backend.alloc(4);
    backend.write(x, 0, words(0));
    // 2,400 bytes of parameters each: 27 dispatches fill a batch.
    for (let i = 0; i < 100; i++) runtime.run(plan(sumOfParams(x, n / 2, i)));
    const sum = (i: number): number => Array.from({ length: n / 2 }, (_, j) => i + j).reduce((a, b) => a + b);
    const expected = Array.from({ length: 100 }, (_, i) => sum(i)).reduce((a, b) => a + b);
    expect(asWords(await backend.read(x, 0, 4))).toEqual([expected]);
  });

  it("reads see what was enqueued before them only", async () => {
    const x = backend.alloc(4);
    backend.write(x, 0, words(1));
    const first = backend.read(x, 0, 4);
    runtime.run(plan(affineInPlace(x, 1, 1, 1)));
    const second = backend.read(x, 0, 4);
    backend.write(x, 0, words(7));
    const third = backend.read(x, 0, 4);
    expect((await Promise.all([third, second, first])).map(asWords)).toEqual([[7], [2], [1]]);
  });
});

describe("dispatches", () => {
  it("spread more than 65,535 workgroups over a grid", async () => {
    const n = 64 * 65_535 + 64 * 3 + 5;
    const [x, y] = [backend.alloc(4 * n), backend.alloc(4 * n)];
    backend.write(x, 0, new Uint8Array(Int32Array.from({ length: n }, (_, i) => i).buffer));
    runtime.run(plan(affine(x, y, n, 2, 1)));
    expect(asWords(await backend.read(y, 4 * (n - 3), 12))).toEqual([2 * n - 5, 2 * n - 3, 2 * n - 1]);
    expect(asWords(await backend.read(y, 4 * 64 * 65_535, 4))).toEqual([2 * 64 * 65_535 + 1]);
  });

  it("of no workgroups do nothing", async () => {
    const x = backend.alloc(4);
    backend.write(x, 0, words(3));
    runtime.run(plan({ ...affineInPlace(x, 0, 5, 5), groups: 0 }));
    expect(asWords(await backend.read(x, 0, 4))).toEqual([3]);
  });

  it("share scratch memory within their plan", async () => {
    const x = backend.alloc(12);
    backend.write(x, 0, words(1, 2, 3));
    const before = backend.stats();
    const there = affine(x, x, 3, 10, 0);
    const back = affine(x, x, 3, 1, 5);
    runtime.run({
      scratch: [12],
      dispatches: [
        { ...there, buffers: [x, { scratch: 0 }] },
        { ...back, buffers: [{ scratch: 0 }, x] },
      ],
    });
    expect(asWords(await backend.read(x, 0, 12))).toEqual([15, 25, 35]);
    expect(backend.stats().liveBuffers).toBe(before.liveBuffers);
  });

  it("pass i64, u32 and f32 parameters bit by bit", async () => {
    const out = backend.alloc(24);
    runtime.run(plan(storeParams(out, [-5n, 2 ** 40 + 3, 4_000_000_000, 0.1])));
    const read = await backend.read(out, 0, 24);
    expect([...new BigInt64Array(read.buffer, 0, 2)]).toEqual([-5n, 2n ** 40n + 3n]);
    expect(new Uint32Array(read.buffer, 16, 1)[0]).toBe(4_000_000_000);
    expect(new Float32Array(read.buffer, 20, 1)[0]).toBe(Math.fround(0.1));
  });
});

/** total[i] += x[i]. */
function add(x: Dispatch["buffers"][0], total: Dispatch["buffers"][0], n: number): Dispatch {
  const build = () => {
    const k = new ShaderBuilder("add", 64);
    const size = k.param("n");
    const [from, to] = [k.buffer("x", "read"), k.buffer("total", "write")];
    const i = k.let(k.invocation);
    k.if(i.lt(size), () => to.store(i, to.load(i).add(from.load(i))));
    return k.finish();
  };
  return { key: "test:add", build, buffers: [x, total], params: [n], groups: Math.ceil(n / 64) };
}

/** x[0] += the sum of `count` parameters: first, first + 1, … */
function sumOfParams(x: Dispatch["buffers"][0], count: number, first: number): Dispatch {
  const build = () => {
    const k = new ShaderBuilder("sumOfParams", 1);
    const params = Array.from({ length: count }, (_, i) => k.param(`p${i}`));
    const words = k.buffer("x", "write");
    k.if(k.invocation.eq(0), () => {
      const sum = k.variable(i32(0));
      for (const param of params) sum.set(sum.value.add(param));
      words.store(0, words.load(0).add(sum.value.bits("u32")));
    });
    return k.finish();
  };
  const params = Array.from({ length: count }, (_, i) => first + i);
  return { key: `test:sum${count}`, build, buffers: [x], params, groups: 1 };
}

/** out = words of (i64, i64, u32, f32). */
function storeParams(out: Dispatch["buffers"][0], params: readonly (number | bigint)[]): Dispatch {
  const build = () => {
    const k = new ShaderBuilder("storeParams", 1);
    const [a, b] = [k.param("a", "i64"), k.param("b", "i64")];
    const [c, d] = [k.param("c", "u32"), k.param("d", "f32")];
    const words = k.buffer("out", "write");
    k.if(k.invocation.eq(0), () => {
      const all = [a, b].flatMap((x) => [x.to("u32"), x.shr(32).to("u32")]);
      for (const [i, word] of [...all, c, d.bits("u32")].entries()) words.store(i, word);
    });
    return k.finish();
  };
  return { key: "test:storeParams", build, buffers: [out], params, groups: 1 };
}
