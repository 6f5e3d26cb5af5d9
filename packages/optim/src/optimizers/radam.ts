/** RAdam. */
import type { Tensor } from "@flambeau/core";
import { zerosFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { betas, flag, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface RAdamOptions {
  /** Learning rate. */
  lr: number;
  /** Decay rates of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the denominator. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface RAdamState {
  step: number;
  readonly expAvg: Tensor;
  readonly expAvgSq: Tensor;
}

const table: OptionTable<RAdamOptions> = {
  lr: [1e-3, nonNegative],
  betas: [[0.9, 0.999], betas],
  eps: [1e-8, nonNegative],
  weightDecay: [0, nonNegative],
  maximize: [false, flag],
};

const rule = updateRule("radam", {
  state: ["expAvg", "expAvgSq"],
  numbers: ["beta1", "fresh1", "beta2", "fresh2", "stepSize", "eps"],
  flags: ["adaptive"],
  update({ param, grad, expAvg, expAvgSq }, n, { adaptive }) {
    const mean = expAvg.mul(n.beta1).add(grad.mul(n.fresh1));
    const square = expAvgSq.mul(n.beta2).add(grad.square().mul(n.fresh2));
    const direction = adaptive ? mean.div(square.sqrt().add(n.eps)) : mean;
    return { param: param.sub(direction.mul(n.stepSize)), expAvg: mean, expAvgSq: square };
  },
});

/**
 * What the step is multiplied by because the average of squares is of few values yet; null while their variance is
 * intractable and the step had better not be scaled by it.
 */
function rectification(beta2: number, t: number): number | null {
  const limit = 2 / (1 - beta2) - 1;
  const decayed = beta2 ** t;
  const length = limit - (2 * t * decayed) / (1 - decayed);
  if (length <= 5) return null;
  return Math.sqrt(
    ((length - 4) * (length - 2) * limit * (1 - decayed)) / ((limit - 4) * (limit - 2) * length),
  );
}

/** Adam that rectifies the variance of its early steps (`torch.optim.RAdam`; Liu et al. 2020). */
export class RAdam extends Optimizer<RAdamOptions, RAdamState> {
  constructor(params: Params<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super("RAdam", table, params, options);
  }

  protected begin(param: Tensor): RAdamState {
    return { step: 0, expAvg: zerosFor(param), expAvgSq: zerosFor(param) };
  }

  protected update(param: Tensor, grad: Tensor, state: RAdamState, group: ParamGroup<RAdamOptions>): void {
    const {
      lr,
      betas: [beta1, beta2],
      eps,
    } = group;
    const t = ++state.step;
    const rectified = rectification(beta2, t);
    const stepSize = (lr / (1 - beta1 ** t)) * (rectified ?? 1);
    const numbers = { beta1, fresh1: 1 - beta1, beta2, fresh2: 1 - beta2, stepSize, eps };
    rule(param, grad, state, group, numbers, { adaptive: rectified !== null });
  }
}
