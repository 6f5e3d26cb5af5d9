import { lower, type Plan, tunerOf } from "@flambeau/codegen";
import type { Operand } from "@flambeau/core";
import { afterEach, expect, it, vi } from "vitest";
import { openBackend } from "../src/backend.js";

afterEach(() => vi.unstubAllEnvs());

it("FLAMBEAU_TUNE tries every tile of a product once, and then keeps to the fastest", async () => {
  vi.stubEnv("FLAMBEAU_TUNE", "1");
  const backend = await openBackend(0);
  const { runtime } = backend;
  expect(backend.device.features.has("timestamp-query")).toBe(true);
  const n = 64;
  const operand = (value: number): Operand => {
    const buffer = backend.alloc(n * n * 4);
    backend.write(buffer, 0, new Uint8Array(new Float32Array(n * n).fill(value).buffer));
    return { buffer, dtype: "float32", shape: [n, n], strides: [n, 1], offset: 0 };
  };
  const [a, b] = [operand(2), operand(3)];
  const run = async (): Promise<Plan> => {
    const out = operand(0);
    const launch = { kernel: { kind: "matmul", dtype: "float32" }, a, b, bias: null, out } as const;
    const plan = lower(launch, runtime.traits);
    runtime.run(plan);
    const values = new Float32Array((await backend.read(out.buffer, 0, n * n * 4)).buffer);
    expect(values.every((value) => value === 6 * n)).toBe(true);
    return plan;
  };

  const tried = new Set<string>();
  const tuner = tunerOf(runtime.traits);
  let last = "";
  await vi.waitFor(
    async () => {
      const { choice } = await run();
      const name = choice?.candidate ?? "";
      const again = tried.has(name) && name === last;
      tried.add(name);
      last = name;
      expect(again).toBe(true);
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(tried.size).toBeGreaterThan(1);
  tuner.exploring = false;
  const chosen = (await run()).choice;
  expect(tried).toContain(chosen?.candidate);
  tuner.record(chosen?.key ?? "", [...tried].find((name) => name !== chosen?.candidate) ?? "", 0);
  expect((await run()).choice?.candidate).not.toBe(chosen?.candidate);
  backend.dispose();
});
