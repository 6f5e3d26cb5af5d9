/** Tensors and models on their way between devices, and what must be awaited. */
import * as fb from "flambeau";
import { describe, expect, it } from "vitest";
import { bytesOf, gpu } from "./both.js";

const { nn } = fb;

/** A tensor of each dtype that both devices have, some of them views. */
const samples = (): fb.Tensor[] => [
  fb.randn(5, 3),
  fb.randn(5, 3).t(),
  fb.randn(4).to("float16"),
  fb.randn(4).to("bfloat16"),
  fb.randint(-9, 9, [7]),
  fb.randint(0, 2 ** 40, [3], { dtype: "int64" }),
  fb
    .arange(9)
    .to("uint8")
    .at(fb.slice(1, 8, 3)),
  fb.rand(6).gt(0.5),
  fb.tensor(2.5),
  fb.zeros(0, 3),
];

describe("tensors", () => {
  it("come back from the GPU as they were", async () => {
    const there = samples();
    const moved = there.map((x) => x.to("webgpu"));
    const back = await Promise.all(moved.map((x) => x.toAsync("cpu")));
    for (const [i, x] of there.entries()) {
      expect([moved[i]?.device, back[i]?.device]).toEqual([gpu, x.device]);
      expect([back[i]?.shape, back[i]?.dtype]).toEqual([x.shape, x.dtype]);
    }
    expect(await bytesOf(back)).toEqual(await bytesOf(there));
    expect(await bytesOf(moved)).toEqual(await bytesOf(there));
  });

  it("carry gradients across", async () => {
    const x = fb.tensor([1, 2, 3], { requiresGrad: true });
    const y = x.mul(2).to("webgpu").square().sum();
    expect(() => y.backward()).toThrow(/toAsync\("cpu"\).*withReads/);
    const again = fb.tensor([1, 2, 3], { requiresGrad: true });
    await fb.withReads(() => {
      again.grad = null;
      again.mul(2).to("webgpu").square().sum().backward();
    });
    expect(again.grad?.device.toString()).toBe("cpu");
    expect(again.grad?.arraySync()).toEqual([8, 16, 24]);
  });

  it("are read with await, and say so where they are not", async () => {
    const x = fb.tensor([[1, 2]], { device: gpu });
    const hint = (method: string, instead: string): string =>
      `${method}: device webgpu cannot be read without waiting: use \`await x.${instead}()\``;
    expect(() => x.dataSync()).toThrow(hint("dataSync", "data"));
    expect(() => x.bytesSync()).toThrow(hint("bytesSync", "bytes"));
    expect(() => x.arraySync()).toThrow(hint("arraySync", "array"));
    expect(() => x.sum().itemSync()).toThrow(hint("itemSync", "item"));
    expect(() => x.dataSync()).toThrow(fb.DeviceError);
    expect(() => x.to("cpu")).toThrow(
      'to: device webgpu cannot be read without waiting: use `await x.toAsync("cpu")`',
    );
    expect([await x.data(), await x.array(), await x.sum().item()]).toEqual([
      Float32Array.of(1, 2),
      [[1, 2]],
      3,
    ]);
  });
});

describe("a model", () => {
  const make = () =>
    new nn.Sequential(
      new nn.Conv2d(1, 2, 3, { bias: false }),
      new nn.BatchNorm2d(2),
      new nn.Flatten(),
      new nn.Linear(8, 3),
    );

  it("trains on the GPU and comes back the same as if it had stayed", async () => {
    const x = fb.randn(4, 1, 4, 4);
    const step = (model: ReturnType<typeof make>, optimizer: fb.optim.Adam): void => {
      optimizer.zeroGrad();
      (model.forward(x.to(model.parameters()[0]?.device as fb.Device)) as fb.Tensor)
        .square()
        .mean()
        .backward();
      optimizer.step();
    };
    fb.manualSeed(4);
    const [stayed, moved] = [make(), make()];
    moved.loadStateDict(stayed.stateDict());
    const weight = moved.parameters()[0];
    const [here, there] = [stayed, moved].map((model) => new fb.optim.Adam(model.parameters(), { lr: 1e-2 }));

    moved.to("webgpu");
    expect(moved.parameters()[0]).toBe(weight);
    for (const tensor of [...moved.parameters(), ...moved.buffers()]) expect(tensor.device).toBe(gpu);
    for (let i = 0; i < 3; i++) {
      step(stayed, here as fb.optim.Adam);
      step(moved, there as fb.optim.Adam);
    }
    expect(() => moved.to("cpu")).toThrow(/withReads/);
    await fb.withReads(() => moved.to("cpu"));
    const states = [stayed, moved].map((model) => Object.entries(model.stateDict()));
    for (const [i, [key, value]] of (states[0] ?? []).entries()) {
      const other = states[1]?.[i] as [string, fb.Tensor];
      expect([other[0], other[1].device]).toEqual([key, value.device]);
      expect(other[1].allclose(value, 1e-4, 1e-5), key).toBe(true);
    }
    expect(weight?.grad?.device.toString()).toBe("cpu");
  });

  it("is saved from the GPU and loaded to it", async () => {
    const model = make().to("webgpu");
    const bytes = await fb.formats.encodeSafetensors(model.stateDict());
    const other = make().to("webgpu");
    other.loadStateDict(await fb.formats.decodeSafetensors(bytes));
    expect(await bytesOf(other.parameters())).toEqual(await bytesOf(model.parameters()));
    expect(other.parameters()[0]?.device).toBe(gpu);
  });
});
