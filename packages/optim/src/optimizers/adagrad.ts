/** Adagrad. */
import type { Tensor } from "@flambeau/core";
import { filledFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { flag, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface AdagradOptions {
  /** Learning rate. */
  lr: number;
  /** How fast the learning rate falls: step t uses lr / (1 + (t - 1) * lrDecay). */
  lrDecay: number;
  /** L2 penalty. */
  weightDecay: number;
  /** What the sum of squared gradients starts from. */
  initialAccumulatorValue: number;
  /** Added to the denominator. */
  eps: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface AdagradState {
  step: number;
  readonly sum: Tensor;
}

const table: OptionTable<AdagradOptions> = {
  lr: [1e-2, nonNegative],
  lrDecay: [0, nonNegative],
  weightDecay: [0, nonNegative],
  initialAccumulatorValue: [0, nonNegative],
  eps: [1e-10, nonNegative],
  maximize: [false, flag],
};

const rule = updateRule("adagrad", {
  state: ["sum"],
  numbers: ["stepSize", "eps"],
  update({ param, grad, sum }, { stepSize, eps }) {
    const total = sum.add(grad.square());
    return { param: param.sub(grad.div(total.sqrt().add(eps)).mul(stepSize)), sum: total };
  },
});

/** Steps scaled by the root of the sum of all squared gradients (`torch.optim.Adagrad`; Duchi et al. 2011). */
export class Adagrad extends Optimizer<AdagradOptions, AdagradState> {
  constructor(params: Params<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super("Adagrad", table, params, options);
  }

  protected begin(param: Tensor, { initialAccumulatorValue }: ParamGroup<AdagradOptions>): AdagradState {
    return { step: 0, sum: filledFor(param, initialAccumulatorValue) };
  }

  protected update(
    param: Tensor,
    grad: Tensor,
    state: AdagradState,
    group: ParamGroup<AdagradOptions>,
  ): void {
    const stepSize = group.lr / (1 + state.step++ * group.lrDecay);
    rule(param, grad, state, group, { stepSize, eps: group.eps });
  }
}
