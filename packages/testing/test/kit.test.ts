import type { Backend, KernelKind, Launch } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { allclose, compareBackends, leakCheck, ReferenceBackend } from "../src/index.js";

const kinds: KernelKind[] = [
  "fused",
  "matmul",
  "conv",
  "pool",
  "gather",
  "scatter",
  "scan",
  "sort",
  "nonzero",
];

/** A reference backend that runs every launch altered. */
class Altered extends ReferenceBackend {
  constructor(readonly alter: (launch: Launch) => Launch) {
    super(1);
  }
  override enqueue(launch: Launch): void {
    super.enqueue(this.alter(launch));
  }
}

const swapOut = (backend: Backend, launch: Launch): Launch => {
  // Results go to memory that nobody reads.
  const lost = <T extends { readonly buffer: { readonly bytes: number } }>(operand: T): T => ({
    ...operand,
    buffer: backend.alloc(operand.buffer.bytes),
  });
  const { kernel } = launch;
  if (kernel.kind === "fused")
    return {
      ...launch,
      outputs: (launch as Extract<Launch, { outputs: unknown }>).outputs.map(lost),
    } as Launch;
  const key = { conv: "y", pool: "y", sort: "values" }[kernel.kind as string] ?? "out";
  const target =
    kernel.kind === "conv" ? { forward: "y", inputGrad: "x", weightGrad: "w" }[kernel.direction] : key;
  const name = kernel.kind === "pool" && kernel.direction === "backward" ? "x" : target;
  return { ...launch, [name]: lost(Reflect.get(launch, name) as { buffer: { bytes: number } }) } as Launch;
};

describe("compareBackends", () => {
  it("finds no difference between the reference and itself, and frees what it takes", async () => {
    const [left, right] = [new ReferenceBackend(0), new ReferenceBackend(1)];
    await leakCheck(left, async () => {
      expect(await compareBackends(left, right, { cases: 10 })).toEqual([]);
    });
  });

  it.each(kinds)("sees a %s kernel that writes nothing", async (kind) => {
    const broken: Altered = new Altered((launch) => swapOut(broken, launch));
    const found = await compareBackends(broken, new ReferenceBackend(0), { cases: 8, kinds: [kind] });
    expect(found.length).toBeGreaterThan(4);
  });

  it("makes the same trials from the same seed", async () => {
    const run = () => {
      const broken: Altered = new Altered((launch) => swapOut(broken, launch));
      return compareBackends(broken, new ReferenceBackend(0), { seed: 7, cases: 3 });
    };
    expect(await run()).toEqual(await run());
  });
});

describe("leakCheck", () => {
  it("throws when memory is kept", async () => {
    const backend = new ReferenceBackend(0);
    await expect(leakCheck(backend, () => void backend.alloc(8))).rejects.toThrow("held 0 buffers");
    await expect(leakCheck(backend, () => backend.free(backend.alloc(8)))).resolves.toBeUndefined();
  });
});

describe("allclose", () => {
  const bytes = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
  it("knows NaN, infinities and tolerances", () => {
    expect(allclose(bytes(NaN, Infinity, 1), bytes(NaN, Infinity, 1.00001), "float32")).toBe(true);
    expect(allclose(bytes(1), bytes(1.001), "float32")).toBe(false);
    expect(allclose(bytes(Infinity), bytes(-Infinity), "float32")).toBe(false);
    expect(allclose(bytes(1), bytes(1, 2), "float32")).toBe(false);
    expect(allclose(bytes(1), bytes(2), "float32", { rtol: 1, atol: 0 })).toBe(true);
  });
});
