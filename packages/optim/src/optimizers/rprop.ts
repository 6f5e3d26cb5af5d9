/** Resilient backpropagation. */
import type { Tensor } from "@flambeau/core";
import { filledFor, zerosFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { flag, nonNegative, type OptionTable, range, shrinkAndGrow } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface RpropOptions {
  /** Step size to begin with. */
  lr: number;
  /** Factors of the step size where the gradient's sign changed, and where it stayed. */
  etas: readonly [number, number];
  /** Least and greatest step size. */
  stepSizes: readonly [number, number];
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface RpropState {
  step: number;
  /** The last gradient; 0 where its sign had changed. */
  readonly prev: Tensor;
  readonly stepSize: Tensor;
}

const table: OptionTable<RpropOptions> = {
  lr: [1e-2, nonNegative],
  etas: [[0.5, 1.2], shrinkAndGrow],
  stepSizes: [[1e-6, 50], range],
  maximize: [false, flag],
};

const rule = updateRule("rprop", {
  state: ["prev", "stepSize"],
  numbers: ["shrink", "grow", "least", "greatest"],
  update({ param, grad, prev, stepSize }, { shrink, grow, least, greatest }) {
    const agreement = grad.mul(prev);
    const factor = agreement.gt(0).where(grow, agreement.lt(0).where(shrink, 1));
    const size = stepSize.mul(factor).clamp(least, greatest);
    const followed = agreement.lt(0).where(0, grad);
    return { param: param.sub(followed.sign().mul(size)), prev: followed, stepSize: size };
  },
});

/** Steps whose size depends on the gradient's signs alone, for full batches (`torch.optim.Rprop`; Riedmiller & Braun 1993). */
export class Rprop extends Optimizer<RpropOptions, RpropState> {
  constructor(params: Params<RpropOptions>, options: Partial<RpropOptions> = {}) {
    super("Rprop", table, params, options);
  }

  protected begin(param: Tensor, { lr }: ParamGroup<RpropOptions>): RpropState {
    return { step: 0, prev: zerosFor(param), stepSize: filledFor(param, lr) };
  }

  protected update(param: Tensor, grad: Tensor, state: RpropState, group: ParamGroup<RpropOptions>): void {
    const {
      etas: [shrink, grow],
      stepSizes: [least, greatest],
    } = group;
    state.step++;
    rule(param, grad, state, group, { shrink, grow, least, greatest });
  }
}
