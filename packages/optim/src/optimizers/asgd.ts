/** Averaged stochastic gradient descent. */
import type { Tensor } from "@flambeau/core";
import { zerosFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { anyNumber, flag, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface ASGDOptions {
  /** Learning rate. */
  lr: number;
  /** Decay term: each step also shrinks the parameter by lambd times the current rate. */
  lambd: number;
  /** Power with which the rate falls. */
  alpha: number;
  /** The step at which averaging starts. */
  t0: number;
  /** L2 penalty. */
  weightDecay: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface ASGDState {
  step: number;
  /** The rate of the next step. */
  eta: number;
  /** How much the next step weighs in the average. */
  mu: number;
  /** The average of the parameter. */
  readonly ax: Tensor;
}

const table: OptionTable<ASGDOptions> = {
  lr: [1e-2, nonNegative],
  lambd: [1e-4, anyNumber],
  alpha: [0.75, anyNumber],
  t0: [1e6, anyNumber],
  weightDecay: [0, nonNegative],
  maximize: [false, flag],
};

const rule = updateRule("asgd", {
  state: ["ax"],
  numbers: ["kept", "eta", "mu"],
  flags: ["averages"],
  update({ param, grad, ax }, { kept, eta, mu }, { averages }) {
    const next = param.mul(kept).sub(grad.mul(eta));
    return { param: next, ax: averages ? ax.add(next.sub(ax).mul(mu)) : next };
  },
});

/** Stochastic gradient descent that also keeps the average of its iterates, `ax` in the state (`torch.optim.ASGD`; Polyak & Juditsky 1992). */
export class ASGD extends Optimizer<ASGDOptions, ASGDState> {
  constructor(params: Params<ASGDOptions>, options: Partial<ASGDOptions> = {}) {
    super("ASGD", table, params, options);
  }

  protected begin(param: Tensor, { lr }: ParamGroup<ASGDOptions>): ASGDState {
    return { step: 0, eta: lr, mu: 1, ax: zerosFor(param) };
  }

  protected update(param: Tensor, grad: Tensor, state: ASGDState, group: ParamGroup<ASGDOptions>): void {
    const { lr, lambd, alpha, t0 } = group;
    const { eta, mu } = state;
    rule(param, grad, state, group, { kept: 1 - lambd * eta, eta, mu }, { averages: mu !== 1 });
    const t = ++state.step;
    state.eta = lr / (1 + lambd * lr * t) ** alpha;
    state.mu = 1 / Math.max(1, t - t0);
  }
}
