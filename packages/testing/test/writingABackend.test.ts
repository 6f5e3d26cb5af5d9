/** The device that docs/writing-a-backend.md builds is what the page says it is. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brokenPromises, compareBackends, leakCheck, ReferenceBackend } from "@flambeau/testing";
import * as fb from "flambeau";
import { describe, expect, it } from "vitest";
import { blocksOf, program, root } from "../../flambeau/test/documents.js";

const folder = join(root, ".results", "writing-a-backend");
const file = join(folder, "toy.ts");

/** The page up to the block that registers the device, which imports it as a program would. */
async function toyBackend(): Promise<new (index: number) => fb.Backend> {
  const blocks = blocksOf("docs/writing-a-backend.md");
  const registers = blocks.findIndex(({ code }) => code.includes("registerBackend({"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, program(blocks, registers));
  const module = await import(/* @vite-ignore */ pathToFileURL(file).href);
  return module.ToyBackend;
}

const ToyBackend = await toyBackend();
const int32 = (...values: number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);
const vector = (buffer: fb.DeviceBuffer, length: number): fb.Operand => ({
  buffer,
  dtype: "int32",
  shape: [length],
  strides: [1],
  offset: 0,
});

/** out = x[index]. */
const gather = (x: fb.DeviceBuffer, index: fb.DeviceBuffer, out: fb.DeviceBuffer): fb.Launch => ({
  kernel: { kind: "gather", op: "take", dtype: "int32", coordinates: [{ index: 0 }], wrap: false },
  x: vector(x, 3),
  indices: [vector(index, 2)],
  out: vector(out, 2),
});

describe("the backend of the page", () => {
  it("computes what the reference does", async () => {
    const backend = new ToyBackend(0);
    await leakCheck(backend, async () => {
      expect(await compareBackends(backend, new ReferenceBackend(0), { seed: 7, cases: 80 })).toEqual([]);
    });
    expect(backend.stats().launches).toBe(9 * 80);
  });

  it("keeps the interface's promises", async () => {
    expect(await brokenPromises(new ToyBackend(0))).toEqual([]);
  });

  it("runs commands in order, whatever becomes of their arrays and buffers meanwhile", async () => {
    const backend = new ToyBackend(0);
    const [x, index, out] = [backend.alloc(12), backend.alloc(8), backend.alloc(8)];
    const host = int32(10, 20, 30);
    backend.write(x, 0, host);
    host.fill(0);
    backend.write(index, 0, int32(2, 1));
    backend.enqueue(gather(x, index, out));
    backend.free(x);
    const next = backend.alloc(12);
    backend.write(next, 0, int32(-1, -1, -1));
    expect(await backend.read(out, 0, 8)).toEqual(int32(30, 20));
    expect(backend.stats().reservedBytes).toBe(16 + 8 + 8);
  });

  it("keeps a kernel's error for the next read", () => {
    const backend = new ToyBackend(0);
    const [x, index, out] = [backend.alloc(12), backend.alloc(8), backend.alloc(8)];
    backend.write(index, 0, int32(0, 3));
    backend.enqueue(gather(x, index, out));
    backend.write(x, 0, int32(5));
    expect(() => backend.readSync(x, 0, 4)).toThrow(
      new fb.IndexError("take", "index 3 is out of range for dimension 0 of size 3"),
    );
    expect(backend.readSync(x, 0, 4)).toEqual(int32(5));
  });

  it("takes memory back from the garbage collector", async () => {
    const backend = new ToyBackend(0);
    for (let i = 0; i < 100; i++) backend.alloc(1000);
    expect(backend.stats().liveBuffers).toBe(100);
    await new Promise((resolve) => setTimeout(resolve, 0));
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(backend.stats()).toMatchObject({ liveBuffers: 0, allocatedBytes: 0, reservedBytes: 100 * 1024 });
  });

  it("names misuse", () => {
    const backend = new ToyBackend(1);
    const own = backend.alloc(8);
    expect(() => backend.copy(own, 0, new ToyBackend(2).alloc(8), 0, 8)).toThrow(fb.DeviceError);
    expect(() => backend.readSync(own, 4, 8)).toThrow("read: bytes 4 to 12 are outside a buffer of 8 bytes");
    expect(() => backend.alloc(2 ** 30 + 1)).toThrow(fb.OutOfMemoryError);
    backend.free(own);
    expect(() => backend.write(own, 0, int32(1))).toThrow(fb.DisposedError);
    backend.dispose();
    expect(() => backend.alloc(8)).toThrow("alloc: toy:1 was disposed before this use");
  });
});

describe("the device of the page", () => {
  it("refuses dtypes that it does not have", () => {
    expect(() => fb.zeros(2, { dtype: "float64", device: "toy" })).toThrow(fb.DTypeError);
  });

  it("trains as the reference does", () => {
    const losses = (device: string): number[] => {
      fb.manualSeed(1);
      const { nn } = fb;
      const model = new nn.Sequential(
        new nn.Conv2d(1, 2, 3),
        new nn.BatchNorm2d(2),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Flatten(),
        new nn.Dropout(0.2),
        new nn.Linear(8, 3),
      ).to(device);
      const optimizer = new fb.optim.AdamW(model.parameters(), { lr: 0.05 });
      const x = fb.randn([6, 1, 6, 6], { device });
      const labels = fb.tensor(Int32Array.of(0, 1, 2, 0, 1, 2), { device });
      return Array.from({ length: 4 }, () => {
        optimizer.zeroGrad();
        const loss = nn.functional.crossEntropy(model.forward(x), labels);
        loss.backward();
        optimizer.step();
        return loss.itemSync();
      });
    };
    const [toy, reference] = [losses("toy"), losses("reference")];
    expect(toy[3]).toBeLessThan(toy[0]);
    for (const [i, loss] of toy.entries()) expect(loss).toBeCloseTo(reference[i], 5);
  });

  it("is found by the conformance runner", () => {
    const cli = join(root, "packages/testing/src/cli/conformance.ts");
    const only = "ops/(softmax|mm|index_select|cumsum)\\.json";
    const options = ["--import", "./toy.ts", "--backend", "toy", "--only", only];
    const run = spawnSync(process.execPath, [...process.execArgv, cli, ...options], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(run.stdout).toMatch(/ on toy in /);
    expect(run.stdout).not.toContain("Failed:");
    expect(run.status, run.stderr).toBe(0);
  }, 60_000);
});
