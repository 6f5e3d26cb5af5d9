/** Parameters and training steps for the tests. */
import "./device.js";
import { type NestedArray, type Tensor, tensor } from "@flambeau/core";
import type { Optimizer } from "../src/index.js";
import * as optim from "../src/index.js";

export const leaf = (values: NestedArray): Tensor => tensor(values, { dtype: "float64" }).requiresGrad_();

/** Steps once along given gradients. */
export function stepAlong(
  optimizer: Optimizer,
  params: readonly Tensor[],
  grads: readonly NestedArray[],
): void {
  for (const [i, param] of params.entries())
    param.grad = tensor(grads[i] as NestedArray, { dtype: param.dtype });
  optimizer.step();
}

type Make = (params: Tensor[]) => Optimizer;

/** Every optimizer that steps along gradients, with options that give it all the state it can have. */
export const optimizers: Readonly<Record<string, Make>> = {
  SGD: (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1, maximize: true }),
  Adam: (p) => new optim.Adam(p, { lr: 0.1, amsgrad: true, weightDecay: 0.1, maximize: true }),
  AdamW: (p) => new optim.AdamW(p, { lr: 0.1, amsgrad: true, weightDecay: 0.1, maximize: true }),
  RMSprop: (p) =>
    new optim.RMSprop(p, { lr: 0.1, centered: true, momentum: 0.5, weightDecay: 0.1, maximize: true }),
  Adagrad: (p) =>
    new optim.Adagrad(p, {
      lr: 0.1,
      lrDecay: 0.1,
      initialAccumulatorValue: 0.5,
      weightDecay: 0.1,
      maximize: true,
    }),
  Adadelta: (p) => new optim.Adadelta(p, { weightDecay: 0.1, maximize: true }),
  Adamax: (p) => new optim.Adamax(p, { lr: 0.1, weightDecay: 0.1, maximize: true }),
  RAdam: (p) => new optim.RAdam(p, { lr: 0.1, betas: [0.8, 0.9], weightDecay: 0.1, maximize: true }),
  ASGD: (p) => new optim.ASGD(p, { lr: 0.1, t0: 1, lambd: 0.1, weightDecay: 0.1, maximize: true }),
  Rprop: (p) => new optim.Rprop(p, { lr: 0.1, maximize: true }),
  NAdam: (p) => new optim.NAdam(p, { lr: 0.1, momentumDecay: 0.01, weightDecay: 0.1, maximize: true }),
};
