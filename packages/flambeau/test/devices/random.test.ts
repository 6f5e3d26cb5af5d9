/** The same seed gives the same numbers on every device. */
import * as fb from "flambeau";
import { describe, expect, it } from "vitest";
import { bytesOf, distance, gpu, numbersOf, onBoth } from "./both.js";

const { nn } = fb;
type Making = () => fb.Tensor | readonly fb.Tensor[];
const listOf = (made: fb.Tensor | readonly fb.Tensor[]): readonly fb.Tensor[] =>
  made instanceof fb.Tensor ? [made] : made;
const parametersOf = (module: fb.nn.Module): readonly fb.Tensor[] => [
  ...module.parameters(),
  ...module.buffers(),
];

/** Integers and what is counted from them. */
const exact: Record<string, Making> = {
  rand: () => fb.rand(1003),
  "rand of float16": () => fb.rand(301, { dtype: "float16" }),
  "rand of bfloat16": () => fb.rand(301, { dtype: "bfloat16" }),
  randint: () => fb.randint(-5, 1000, [777]),
  "randint of 40 bits": () => fb.randint(0, 2 ** 40, [100], { dtype: "int64" }),
  randperm: () => fb.randperm(1000),
  uniform_: () => fb.empty(999).uniform_(-0.3, 0.7),
  bernoulli: () => fb.rand(999).bernoulli(),
  geometric_: () => fb.empty(999).geometric_(0.3),
  "the mask of dropout": () => nn.functional.dropout(fb.ones(1000), 0.4),
  "the mask of dropout2d": () => nn.functional.dropout2d(fb.ones(8, 9, 3, 3), 0.4),
  Linear: () => parametersOf(new nn.Linear(37, 23)),
  Conv2d: () => parametersOf(new nn.Conv2d(3, 8, 3)),
  BatchNorm2d: () => parametersOf(new nn.BatchNorm2d(4)),
  LSTM: () => parametersOf(new nn.LSTM(5, 6, 2)),
  MultiheadAttention: () => parametersOf(new nn.MultiheadAttention(12, 3)),
  TransformerEncoderLayer: () => parametersOf(new nn.TransformerEncoderLayer(12, 3)),
  "several draws in a row": () => [fb.rand(3), fb.randint(9, [5]), fb.rand(2, 2), fb.randperm(4)],
};

/** Through logarithms, sines and inverse error functions, which devices round each in their way. */
const near: Record<string, Making> = {
  randn: () => fb.randn(1003),
  normal_: () => fb.empty(999).normal_(3, 0.2),
  exponential_: () => fb.empty(999).exponential_(),
  cauchy_: () => fb.empty(99).cauchy_(),
  Embedding: () => parametersOf(new nn.Embedding(30, 7)),
  xavierNormal_: () => nn.init.xavierNormal_(fb.empty(20, 30)),
  truncNormal_: () => nn.init.truncNormal_(fb.empty(500), 0.5, 2, -1, 3),
  gumbelSoftmax: () => nn.functional.gumbelSoftmax(fb.zeros(30, 5)),
};

describe("bit for bit", () => {
  it.each(Object.keys(exact))("%s", async (name) => {
    const { cpu, webgpu } = await onBoth(() => bytesOf(listOf((exact[name] as Making)())));
    expect(webgpu).toEqual(cpu);
    expect(cpu.reduce((n, bytes) => n + bytes.length, 0)).toBeGreaterThan(0);
  });

  it("batches of a DataLoader", async () => {
    const batches = () => {
      const images = fb.arange(40).float().reshape([10, 4]);
      const dataset = new fb.data.TensorDataset(images, fb.arange(10));
      const device = fb.defaultDevice();
      const loader = new fb.data.DataLoader(dataset, { batchSize: 3, shuffle: true, seed: 5, device });
      return bytesOf([...loader, ...loader].flat());
    };
    const { cpu, webgpu } = await onBoth(batches);
    expect(webgpu).toEqual(cpu);
    expect(cpu).toHaveLength(2 * 4 * 2);
  });

  it("numbers drawn on one device after the other go on where it stopped", async () => {
    fb.manualSeed(3);
    const [first, second] = [fb.rand(5), fb.rand(5)];
    fb.manualSeed(3);
    const [moved, stayed] = [fb.rand(5, { device: gpu }), fb.rand(5)];
    expect(await bytesOf([moved, stayed])).toEqual(await bytesOf([first, second]));
  });
});

describe("within a millionth", () => {
  it.each(Object.keys(near))("%s", async (name) => {
    const { cpu, webgpu } = await onBoth(() => numbersOf(listOf((near[name] as Making)())));
    expect(distance(webgpu, cpu)).toBeLessThan(1e-6);
    expect(new Set(cpu).size).toBeGreaterThan(50);
  });
});
