/** Adadelta. */
import type { Tensor } from "@flambeau/core";
import { zerosFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { flag, fraction, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface AdadeltaOptions {
  /** Scale of the step. */
  lr: number;
  /** Decay rate of the running averages of squared gradients and squared steps. */
  rho: number;
  /** Added under the roots. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface AdadeltaState {
  readonly squareAvg: Tensor;
  readonly accDelta: Tensor;
}

const table: OptionTable<AdadeltaOptions> = {
  lr: [1, nonNegative],
  rho: [0.9, fraction],
  eps: [1e-6, nonNegative],
  weightDecay: [0, nonNegative],
  maximize: [false, flag],
};

const rule = updateRule("adadelta", {
  state: ["squareAvg", "accDelta"],
  numbers: ["lr", "rho", "fresh", "eps"],
  update({ param, grad, squareAvg, accDelta }, { lr, rho, fresh, eps }) {
    const square = squareAvg.mul(rho).add(grad.square().mul(fresh));
    const delta = accDelta.add(eps).sqrt().div(square.add(eps).sqrt()).mul(grad);
    return {
      param: param.sub(delta.mul(lr)),
      squareAvg: square,
      accDelta: accDelta.mul(rho).add(delta.square().mul(fresh)),
    };
  },
});

/** Steps in the units of the parameter, from averages of squared gradients and steps (`torch.optim.Adadelta`; Zeiler 2012). */
export class Adadelta extends Optimizer<AdadeltaOptions, AdadeltaState> {
  constructor(params: Params<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super("Adadelta", table, params, options);
  }

  protected begin(param: Tensor): AdadeltaState {
    return { squareAvg: zerosFor(param), accDelta: zerosFor(param) };
  }

  protected update(
    param: Tensor,
    grad: Tensor,
    state: AdadeltaState,
    group: ParamGroup<AdadeltaOptions>,
  ): void {
    const { lr, rho, eps } = group;
    rule(param, grad, state, group, { lr, rho, fresh: 1 - rho, eps });
  }
}
