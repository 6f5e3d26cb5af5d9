/** RMSprop. */
import type { Tensor } from "@flambeau/core";
import { zerosFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { flag, fraction, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface RMSpropOptions {
  /** Learning rate. */
  lr: number;
  /** Decay rate of the running average of squared gradients. */
  alpha: number;
  /** Added to the denominator. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
  /** How much of the last step goes on. */
  momentum: number;
  /** Divides by the deviation of the gradient instead of its root mean square. */
  centered: boolean;
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface RMSpropState {
  readonly squareAvg: Tensor;
  /** Set by the first step with momentum. */
  momentumBuffer: Tensor | null;
  /** Set by the first centered step. */
  gradAvg: Tensor | null;
}

const table: OptionTable<RMSpropOptions> = {
  lr: [1e-2, nonNegative],
  alpha: [0.99, fraction],
  eps: [1e-8, nonNegative],
  weightDecay: [0, nonNegative],
  momentum: [0, nonNegative],
  centered: [false, flag],
  maximize: [false, flag],
};

const rule = updateRule("rmsprop", {
  state: ["squareAvg", "momentumBuffer", "gradAvg"],
  numbers: ["lr", "alpha", "fresh", "eps", "momentum"],
  flags: ["centered", "hasMomentum"],
  update({ param, grad, squareAvg, momentumBuffer, gradAvg }, n, { centered, hasMomentum }) {
    const square = squareAvg.mul(n.alpha).add(grad.square().mul(n.fresh));
    const mean = gradAvg.mul(n.alpha).add(grad.mul(n.fresh));
    const variance = centered ? square.sub(mean.square()) : square;
    const scaled = grad.div(variance.sqrt().add(n.eps));
    const step = hasMomentum ? momentumBuffer.mul(n.momentum).add(scaled) : scaled;
    return {
      param: param.sub(step.mul(n.lr)),
      squareAvg: square,
      ...(centered ? { gradAvg: mean } : {}),
      ...(hasMomentum ? { momentumBuffer: step } : {}),
    };
  },
});

/** Steps scaled by the root mean square of recent gradients (`torch.optim.RMSprop`; Tieleman & Hinton 2012; centered: Graves 2013). */
export class RMSprop extends Optimizer<RMSpropOptions, RMSpropState> {
  constructor(params: Params<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super("RMSprop", table, params, options);
  }

  protected begin(param: Tensor): RMSpropState {
    return { squareAvg: zerosFor(param), momentumBuffer: null, gradAvg: null };
  }

  protected update(
    param: Tensor,
    grad: Tensor,
    state: RMSpropState,
    group: ParamGroup<RMSpropOptions>,
  ): void {
    const { lr, alpha, eps, momentum, centered } = group;
    const hasMomentum = momentum > 0;
    if (hasMomentum) state.momentumBuffer ??= zerosFor(param);
    if (centered) state.gradAvg ??= zerosFor(param);
    const numbers = { lr, alpha, fresh: 1 - alpha, eps, momentum };
    rule(param, grad, state, group, numbers, { centered, hasMomentum });
  }
}
