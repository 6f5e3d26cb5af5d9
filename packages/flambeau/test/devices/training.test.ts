/** Gradients and whole training runs agree between devices. */
import * as fb from "flambeau";
import { describe, expect, it } from "vitest";
import { loadDigits } from "../../../../examples/mnist/digits.js";
import { DigitNet } from "../../../../examples/mnist/model.js";
import { distance, int32, numbersOf, onBoth } from "./both.js";

const { nn } = fb;

class Reader extends nn.Module {
  readonly embedding = new nn.Embedding(11, 8);
  readonly attention = new nn.TransformerEncoderLayer(8, 2, 16, { dropout: 0.2, batchFirst: true });
  readonly lstm = new nn.LSTM(8, 6, { batchFirst: true });
  readonly gru = new nn.GRU(6, 6, { batchFirst: true });
  readonly norm = new nn.LayerNorm(6);
  readonly head = new nn.Linear(6, 4);

  override forward(tokens: fb.Tensor): fb.Tensor {
    const [between] = this.lstm.forward(this.attention.forward(this.embedding.forward(tokens)));
    const [states] = this.gru.forward(between);
    return this.head.forward(nn.functional.gelu(this.norm.forward(states)).mean(1));
  }
}

class Painter extends nn.Module {
  readonly conv = new nn.Conv2d(2, 6, 3, { stride: 2, padding: 1, groups: 2 });
  readonly norm = new nn.BatchNorm2d(6);
  readonly up = new nn.ConvTranspose2d(6, 3, 2, { stride: 2 });

  override forward(x: fb.Tensor): fb.Tensor {
    const h = nn.functional.silu(this.norm.forward(this.conv.forward(x)));
    return nn.functional.avgPool2d(this.up.forward(h), 2).add(nn.functional.maxPool2d(x, 2).sum(1, true));
  }
}

/** Loss, outputs and the gradient of every parameter. */
async function gradients(model: Reader | Painter, x: fb.Tensor, labels: fb.Tensor | null) {
  const scores = model.forward(x);
  const loss = labels === null ? scores.square().mean() : nn.functional.crossEntropy(scores, labels);
  loss.backward();
  const parameters = [...model.namedParameters()];
  const found = new Map([
    ["loss", await numbersOf([loss])],
    ["scores", await numbersOf([scores])],
  ]);
  for (const [name, { grad }] of parameters) found.set(name, grad === null ? [] : await numbersOf([grad]));
  return found;
}

const models: Record<string, () => ReturnType<typeof gradients>> = {
  "embedding, attention, recurrence": () => gradients(new Reader(), fb.randint(11, [3, 5]), int32(0, 3, 1)),
  "convolution, normalisation, pooling": () => gradients(new Painter(), fb.randn(2, 2, 8, 8), null),
};

describe("gradients", () => {
  it.each(Object.keys(models))("of %s", async (name) => {
    const { cpu, webgpu } = await onBoth(models[name] as () => ReturnType<typeof gradients>);
    expect([...webgpu.keys()]).toEqual([...cpu.keys()]);
    for (const [key, values] of cpu) {
      expect(values.length, key).toBeGreaterThan(0);
      expect(distance(webgpu.get(key) as number[], values), key).toBeLessThan(2e-5);
    }
  });

  it("of gradients", async () => {
    const second = async () => {
      const [x, w] = [fb.randn(4, 3), fb.randn(3, 5)].map((t) => t.requiresGrad_());
      const y = x.matmul(w).tanh().softmax(-1).square().sum();
      const [gx] = fb.grad(y, [x], { createGraph: true });
      return numbersOf(fb.grad((gx as fb.Tensor).square().sum(), [x, w]) as fb.Tensor[]);
    };
    const { cpu, webgpu } = await onBoth(second);
    expect(distance(webgpu, cpu)).toBeLessThan(1e-5);
  });
});

describe("the digits of MNIST", () => {
  it("are learned alike in the first 20 steps", async () => {
    const digits = loadDigits().train;
    const learn = async (): Promise<number[]> => {
      const device = fb.defaultDevice();
      const model = new DigitNet();
      const optimizer = new fb.optim.SGD(model.parameters(), { lr: 0.02, momentum: 0.9 });
      const dataset = new fb.data.TensorDataset(digits.images, digits.labels);
      const loader = new fb.data.DataLoader(dataset, { batchSize: 8, shuffle: true, seed: 0, device });
      const losses: fb.Tensor[] = [];
      for (const [images, labels] of loader) {
        const loss = fb.scope(() => {
          optimizer.zeroGrad();
          const loss = nn.functional.crossEntropy(model.forward(images as fb.Tensor), labels as fb.Tensor);
          loss.backward();
          optimizer.step();
          return loss.detach();
        });
        if (losses.push(loss) === 20) break;
      }
      return numbersOf(losses);
    };
    const { cpu, webgpu } = await onBoth(learn);
    expect(cpu).toHaveLength(20);
    expect(distance(webgpu, cpu)).toBeLessThan(1e-3);
    expect(cpu.slice(15).reduce((sum, loss) => sum + loss) / 5).toBeLessThan(cpu[0] as number);
  }, 240_000);
});
