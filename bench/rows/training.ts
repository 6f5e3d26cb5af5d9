/** Whole training steps: forward, backward, update, and the loss read, as a training loop does. */
import * as fb from "flambeau";
import { DigitNet } from "../../examples/mnist/model.js";
import type { Row } from "./row.js";

const batch = 64;
const classes = 10;

function trained(
  model: { forward(x: fb.Tensor): fb.Tensor },
  optimizer: { zeroGrad(): void; step(): void },
  x: fb.Tensor,
): () => void {
  const y = fb.randint(classes, [batch]);
  const criterion = new fb.nn.CrossEntropyLoss();
  return () => {
    const loss = criterion.forward(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    loss.itemSync();
  };
}

/** Three linear layers for flat MNIST digits. */
export const mlp = (): fb.nn.Sequential =>
  new fb.nn.Sequential(
    new fb.nn.Linear(784, 256),
    new fb.nn.ReLU(),
    new fb.nn.Linear(256, 128),
    new fb.nn.ReLU(),
    new fb.nn.Linear(128, classes),
  );

const parameters = 10_000_000;

export const training: readonly Row[] = [
  {
    name: "MNIST CNN step, Adam",
    program: { name: "mnist", batch },
    setup: () => {
      const model = new DigitNet();
      return trained(model, new fb.optim.Adam(model.parameters(), { lr: 1e-3 }), fb.rand([batch, 1, 28, 28]));
    },
  },
  {
    name: "MLP 784-256-128-10 step, SGD",
    program: { name: "mlp", batch },
    setup: () => {
      const model = mlp();
      return trained(model, new fb.optim.SGD(model.parameters(), { lr: 0.01 }), fb.randn([batch, 784]));
    },
  },
  {
    name: "AdamW update, 10M parameters",
    program: { name: "adamw", parameters },
    setup: () => {
      const x = fb.randn([parameters]).requiresGrad_();
      x.grad = fb.randn([parameters]);
      const optimizer = new fb.optim.AdamW([x], { lr: 1e-3 });
      return () => void optimizer.step();
    },
  },
];
