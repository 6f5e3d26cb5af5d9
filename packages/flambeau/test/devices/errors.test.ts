/** What goes wrong is said in the same words on every device, and harms no other. */
import "@flambeau/testing";
import * as fb from "flambeau";
import { afterAll, describe, expect, it } from "vitest";
import { gpu, int32, runOn } from "./both.js";

const { nn } = fb;
const table = (): fb.Tensor => fb.arange(12).float().reshape([3, 4]);

/** Sentences that only a kernel can find, each thrown by the read after it. */
const found: Record<string, readonly [wrong: () => fb.Tensor, sentence: string]> = {
  gather: [
    () => table().gather(1, int32(0, 4, 1).reshape([3, 1])),
    "gather: index 4 is out of range for dimension 1 of size 4",
  ],
  "a negative index": [
    () => table().gather(1, int32(0, -1, 1).reshape([3, 1])),
    "gather: index -1 is out of range for dimension 1 of size 4",
  ],
  indexSelect: [
    () => table().indexSelect(0, int32(0, 3)),
    "indexSelect: index 3 is out of range for dimension 0 of size 3",
  ],
  at: [() => table().at(int32(0, 7)), "at: index 7 is out of range for dimension 0 of size 3"],
  "at, from the end": [
    () => table().at(int32(0, 1), int32(2, -5)),
    "at: index -5 is out of range for dimension 1 of size 4",
  ],
  "an int64 index": [
    () => table().indexSelect(0, fb.tensor(BigInt64Array.of(2n ** 40n))),
    "indexSelect: index 1099511627776 is out of range for dimension 0 of size 3",
  ],
  embedding: [
    () => nn.functional.embedding(int32(1, 9), table()),
    "embedding: index 9 is out of range for dimension 0 of size 3",
  ],
  "a class": [
    () => nn.functional.crossEntropy(table(), int32(0, 4, 1)),
    "crossEntropy: index 4 is out of range for dimension 0 of size 4",
  ],
  scatter: [
    () => table().scatter(1, int32(5, 0, 0).reshape([3, 1]), 1),
    "scatter: index 5 is out of range for dimension 1 of size 4",
  ],
  indexAdd: [
    () => table().indexAdd(0, int32(8), fb.ones(1, 4)),
    "indexAdd: index 8 is out of range for dimension 0 of size 3",
  ],
  "division by zero": [
    () => fb.floorDivide(int32(3, 4), int32(1, 0)),
    "floorDivide: division by zero: expected non-zero integer divisors, got 0",
  ],
};

describe("errors that a kernel finds", () => {
  it.each(Object.keys(found))("%s", async (name) => {
    const [wrong, sentence] = found[name] as (typeof found)[string];
    const type = sentence.includes("division") ? fb.ArgumentError : fb.IndexError;
    for (const device of ["cpu", "webgpu", "reference"]) {
      const read = runOn(device, () => wrong().array());
      await expect(read, device).rejects.toThrow(type);
      await expect(read, device).rejects.toThrow(sentence);
      expect(await runOn(device, () => table().sum().item())).toBe(66);
    }
  });
});

describe("what a device cannot do", () => {
  it("is said at the call", async () => {
    const bytes = gpu.backend.capabilities.maxBufferBytes;
    expect(() => fb.zeros(bytes / 4 + 1, { device: gpu })).toThrow(fb.OutOfMemoryError);
    expect(() => fb.zeros(bytes / 4 + 1, { device: gpu })).toThrow(
      `alloc: ${bytes + 4} bytes were asked for, and this device takes at most ${bytes} in one buffer`,
    );
    expect(() => fb.ones(2, { device: gpu }).double()).toThrow("device webgpu does not offer float64");
    expect(() => fb.ones(2, { device: gpu }).add(fb.ones(2))).toThrow(fb.DeviceError);
    expect(await fb.ones(2, { device: gpu }).array()).toEqual([1, 1]);
  });
});

describe("two GPU devices", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  afterAll(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("do not mix, exchange tensors through the host, and one outlives the other", async () => {
    const second = await fb.open("webgpu:1");
    const [here, there] = [fb.ones(3, { device: gpu }), fb.ones(3, { device: second })];
    expect(() => here.add(there)).toThrow("add: expected all tensors on one device, got webgpu and webgpu:1");
    const moved = await here.add(1).toAsync(second);
    expect(await moved.add(there).array()).toEqual([3, 3, 3]);

    const model = new nn.Linear(3, 2).to(second);
    const kept = new nn.Linear(3, 2).to(gpu);
    const before = await kept.forward(here).array();
    const reading = moved.array();
    (second.backend as unknown as { device: { destroy(): void } }).device.destroy();
    await expect(reading).rejects.toThrow(fb.DeviceError);
    await expect(model.weight.array()).rejects.toThrow(/webgpu:1 was lost: ./);
    expect(() => model.forward(moved)).toThrow(/webgpu:1 was lost: ./);
    expect(await kept.forward(here).array()).toEqual(before);

    fb.closeDevice(second);
    const again = await fb.open("webgpu:1");
    expect(again).not.toBe(second);
    expect(await fb.ones(3, { device: again }).add(4).array()).toEqual([5, 5, 5]);
    fb.closeDevice(again);
  });
});
