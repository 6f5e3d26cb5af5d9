/** A training loop on the GPU takes memory in its first steps and none afterwards. */
import * as fb from "flambeau";
import { describe, expect, it, vi } from "vitest";
import { gpu, runOn } from "./both.js";

const { nn } = fb;
const { device } = gpu.backend as unknown as { device: { createBuffer(descriptor: object): object } };

interface Training {
  step(): void;
  readonly model: fb.nn.Module;
}

function training(): Training {
  const model = new nn.Sequential(
    new nn.Linear(16, 32),
    new nn.LayerNorm(32),
    new nn.ReLU(),
    new nn.Dropout(0.1),
    new nn.Linear(32, 4),
  );
  const optimizer = new fb.optim.AdamW(model.parameters(), { lr: 1e-3 });
  const [x, y] = [fb.randn(64, 16), fb.randint(4, [64])];
  const step = (): void => {
    optimizer.zeroGrad();
    nn.functional.crossEntropy(model.forward(x), y).backward();
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
  };
  return { step, model };
}

describe("a training step", () => {
  it("in a scope makes no GPU buffer after the first three, and none is left over", async () => {
    await runOn(gpu, async () => {
      const { step } = training();
      for (let i = 0; i < 3; i++) fb.scope(step);
      await gpu.backend.synchronize();
      const before = gpu.backend.stats();
      const created = vi.spyOn(device, "createBuffer");
      for (let i = 0; i < 100; i++) {
        fb.scope(step);
        if (i % 25 === 0) await gpu.backend.synchronize();
      }
      await gpu.backend.synchronize();
      const after = gpu.backend.stats();
      expect(created).not.toHaveBeenCalled();
      expect(after.reservedBytes).toBe(before.reservedBytes);
      expect(after.peakAllocatedBytes).toBe(before.peakAllocatedBytes);
      // Something of the model's making may have been collected meanwhile.
      expect(after.liveBuffers).toBeLessThanOrEqual(before.liveBuffers);
      expect(after.launches - before.launches).toBeGreaterThan(100 * 10);
      created.mockRestore();
    });
  });

  it("without a scope is collected", async () => {
    await runOn(gpu, async () => {
      const { step } = training();
      const steps = 100;
      for (let i = 0; i < steps; i++) {
        step();
        if (i % 10 === 0) await gpu.backend.synchronize();
      }
      await gpu.backend.synchronize();
      for (let i = 0; i < 3; i++) {
        (globalThis as unknown as { gc(): void }).gc();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      // Every step leaves dozens behind.
      expect(gpu.backend.stats().liveBuffers).toBeLessThan(steps);
    });
  });
});
