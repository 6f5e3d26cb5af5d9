/** The programs in Flambeau. */
import * as fb from "flambeau";
import { DigitNet } from "../../../examples/mnist/model.js";
import { adam, batch, columns, labels, numbers, pixels, rows, side } from "./inputs.js";
import type { Library, Run } from "./library.js";

/** Reads the first number of what `forward` computes. */
const reading =
  (forward: () => fb.Tensor): Run =>
  async () => {
    const first = fb.scope(() => forward().flatten().at(0));
    const value = await first.item();
    first.dispose();
    return value as number;
  };

const matrix = (m: number, n: number, seed = 0): fb.Tensor =>
  fb.tensor(numbers(m * n, -2, 2, seed)).reshape([m, n]);

async function mnist(): Promise<Run> {
  const model = new DigitNet();
  const optimizer = new fb.optim.Adam(model.parameters(), { lr: adam.lr });
  const criterion = new fb.nn.CrossEntropyLoss();
  const x = fb.tensor(numbers(batch * pixels ** 2, 0, 1)).reshape([batch, 1, pixels, pixels]);
  const y = fb.tensor(labels());
  return async () => {
    const loss = criterion.forward(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return (await loss.item()) as number;
  };
}

export async function open(): Promise<Library> {
  await fb.open("webgpu");
  return {
    version: "these sources",
    programs: {
      matmul: async () => {
        const [a, b] = [matrix(side, side), matrix(side, side, 0.5)];
        return reading(() => a.matmul(b));
      },
      softmax: async () => {
        const x = matrix(rows, columns);
        return reading(() => x.softmax(-1));
      },
      layerNorm: async () => {
        const x = matrix(rows, columns);
        const [w, b] = [fb.tensor(numbers(columns)), fb.tensor(numbers(columns, -2, 2, 0.5))];
        return reading(() => fb.nn.functional.layerNorm(x, columns, w, b));
      },
      mnist,
    },
  };
}
