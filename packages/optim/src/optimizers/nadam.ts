/** NAdam. */
import type { Tensor } from "@flambeau/core";
import { zerosFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { betas, flag, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface NAdamOptions {
  /** Learning rate. */
  lr: number;
  /** Decay rates of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the denominator. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
  /** How fast the momentum grows towards the first of the betas. */
  momentumDecay: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface NAdamState {
  step: number;
  /** Product of the momenta so far. */
  muProduct: number;
  readonly expAvg: Tensor;
  readonly expAvgSq: Tensor;
}

const table: OptionTable<NAdamOptions> = {
  lr: [2e-3, nonNegative],
  betas: [[0.9, 0.999], betas],
  eps: [1e-8, nonNegative],
  weightDecay: [0, nonNegative],
  momentumDecay: [4e-3, nonNegative],
  maximize: [false, flag],
};

const rule = updateRule("nadam", {
  state: ["expAvg", "expAvgSq"],
  numbers: ["beta1", "fresh1", "beta2", "fresh2", "ofGrad", "ofMean", "scale", "eps"],
  update({ param, grad, expAvg, expAvgSq }, n) {
    const mean = expAvg.mul(n.beta1).add(grad.mul(n.fresh1));
    const square = expAvgSq.mul(n.beta2).add(grad.square().mul(n.fresh2));
    const ahead = grad.mul(n.ofGrad).add(mean.mul(n.ofMean));
    return {
      param: param.sub(ahead.div(square.sqrt().mul(n.scale).add(n.eps))),
      expAvg: mean,
      expAvgSq: square,
    };
  },
});

/** Adam with Nesterov momentum (`torch.optim.NAdam`; Dozat 2016). */
export class NAdam extends Optimizer<NAdamOptions, NAdamState> {
  constructor(params: Params<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super("NAdam", table, params, options);
  }

  protected begin(param: Tensor): NAdamState {
    return { step: 0, muProduct: 1, expAvg: zerosFor(param), expAvgSq: zerosFor(param) };
  }

  protected update(param: Tensor, grad: Tensor, state: NAdamState, group: ParamGroup<NAdamOptions>): void {
    const {
      lr,
      betas: [beta1, beta2],
      eps,
      momentumDecay,
    } = group;
    const t = ++state.step;
    const momentumAt = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
    const [mu, nextMu] = [momentumAt(t), momentumAt(t + 1)];
    state.muProduct *= mu;
    rule(param, grad, state, group, {
      beta1,
      fresh1: 1 - beta1,
      beta2,
      fresh2: 1 - beta2,
      ofGrad: (lr * (1 - mu)) / (1 - state.muProduct),
      // Dozat's correction has no second mu; PyTorch's numbers up to 1.13 have it.
      ofMean: (lr * nextMu) / (1 - state.muProduct * mu * nextMu),
      scale: 1 / Math.sqrt(1 - beta2 ** t),
      eps,
    });
  }
}
