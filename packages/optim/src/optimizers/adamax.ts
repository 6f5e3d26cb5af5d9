/** Adamax. */
import type { Tensor } from "@flambeau/core";
import { zerosFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { betas, flag, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface AdamaxOptions {
  /** Learning rate. */
  lr: number;
  /** Decay rates of the running average of the gradient and of its greatest magnitude. */
  betas: readonly [number, number];
  /** Added to the gradient's magnitude. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface AdamaxState {
  step: number;
  readonly expAvg: Tensor;
  readonly expInf: Tensor;
}

const table: OptionTable<AdamaxOptions> = {
  lr: [2e-3, nonNegative],
  betas: [[0.9, 0.999], betas],
  eps: [1e-8, nonNegative],
  weightDecay: [0, nonNegative],
  maximize: [false, flag],
};

const rule = updateRule("adamax", {
  state: ["expAvg", "expInf"],
  numbers: ["beta1", "fresh1", "beta2", "stepSize", "eps"],
  update({ param, grad, expAvg, expInf }, { beta1, fresh1, beta2, stepSize, eps }) {
    const mean = expAvg.mul(beta1).add(grad.mul(fresh1));
    const greatest = expInf.mul(beta2).max(grad.abs().add(eps));
    return { param: param.sub(mean.div(greatest).mul(stepSize)), expAvg: mean, expInf: greatest };
  },
});

/** Adam with the infinity norm in place of the root mean square (`torch.optim.Adamax`; Kingma & Ba 2015). */
export class Adamax extends Optimizer<AdamaxOptions, AdamaxState> {
  constructor(params: Params<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    super("Adamax", table, params, options);
  }

  protected begin(param: Tensor): AdamaxState {
    return { step: 0, expAvg: zerosFor(param), expInf: zerosFor(param) };
  }

  protected update(param: Tensor, grad: Tensor, state: AdamaxState, group: ParamGroup<AdamaxOptions>): void {
    const {
      lr,
      betas: [beta1, beta2],
      eps,
    } = group;
    const stepSize = lr / (1 - beta1 ** ++state.step);
    rule(param, grad, state, group, { beta1, fresh1: 1 - beta1, beta2, stepSize, eps });
  }
}
