/** Learning one batch at a time, with nothing read back: the same on devices whose values must be awaited. */
import * as fb from "flambeau";
import { shifted } from "./augment.js";
import type { DigitNet } from "./model.js";

/** What a step saw, before it changed the network: tensors of one element. */
export interface Lesson {
  /** Mean over the batch. */
  readonly loss: fb.Tensor;
  /** How many digits of the batch were told right. */
  readonly right: fb.Tensor;
}

export class Learner {
  readonly #optimizer: fb.optim.Adam;
  readonly #cycle: fb.optim.lrScheduler.OneCycleLR;
  readonly #criterion = new fb.nn.CrossEntropyLoss();

  /** The learning rate rises to `maxLr` and falls again over `totalSteps` steps. */
  constructor(
    readonly model: DigitNet,
    maxLr: number,
    totalSteps: number,
  ) {
    this.#optimizer = new fb.optim.Adam(model.parameters(), { lr: maxLr });
    this.#cycle = new fb.optim.lrScheduler.OneCycleLR(this.#optimizer, maxLr, { totalSteps });
  }

  /** Learns from images [N, 1, 28, 28], each moved a little, and their labels [N]. */
  step(images: fb.Tensor, labels: fb.Tensor): Lesson {
    this.model.train();
    const scores = this.model.forward(shifted(images));
    const loss = this.#criterion.forward(scores, labels);
    this.#optimizer.zeroGrad();
    loss.backward();
    this.#optimizer.step();
    this.#cycle.step();
    return { loss: loss.detach(), right: scores.argmax(1).eq(labels).sum() };
  }
  /** Gives back at once the memory of the network, its gradients and what the optimizer keeps; nothing of it works afterwards. */
  dispose(): void {
    for (const parameter of this.model.parameters()) {
      parameter.grad?.dispose();
      parameter.dispose();
    }
    for (const state of this.#optimizer.state.values())
      for (const value of Object.values(state)) if (fb.isTensor(value)) value.dispose();
  }
}
