/** Stochastic gradient descent. */
import { ArgumentError, type Tensor } from "@flambeau/core";
import { memoryFor } from "../optimizer/buffers.js";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { anyNumber, flag, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface SGDOptions {
  /** Learning rate. */
  lr: number;
  /** How much of the last step's direction goes on. */
  momentum: number;
  /** How much less of the new gradient enters that direction. */
  dampening: number;
  /** L2 penalty. */
  weightDecay: number;
  /** Looks ahead along the momentum; needs momentum, without dampening. */
  nesterov: boolean;
  /** Climbs instead of descending. */
  maximize: boolean;
}

interface SGDState {
  /** Set by the first step with momentum. */
  momentumBuffer: Tensor | null;
}

const table: OptionTable<SGDOptions> = {
  lr: [1e-3, nonNegative],
  momentum: [0, nonNegative],
  dampening: [0, anyNumber],
  weightDecay: [0, nonNegative],
  nesterov: [false, flag],
  maximize: [false, flag],
};

const rule = updateRule("sgd", {
  state: ["momentumBuffer"],
  numbers: ["lr", "momentum", "fresh"],
  flags: ["hasMomentum", "first", "nesterov"],
  update({ param, grad, momentumBuffer }, { lr, momentum, fresh }, { hasMomentum, first, nesterov }) {
    if (!hasMomentum) return { param: param.sub(grad.mul(lr)) };
    const buffer = first ? grad : momentumBuffer.mul(momentum).add(grad.mul(fresh));
    const direction = nesterov ? grad.add(buffer.mul(momentum)) : buffer;
    return { param: param.sub(direction.mul(lr)), momentumBuffer: buffer };
  },
});

/** Stochastic gradient descent, with momentum if wanted (`torch.optim.SGD`). */
export class SGD extends Optimizer<SGDOptions, SGDState> {
  constructor(params: Params<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super("SGD", table, params, options);
  }

  protected override checkGroup({ nesterov, momentum, dampening }: ParamGroup<SGDOptions>): void {
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new ArgumentError(
        this.name,
        `nesterov needs a momentum above 0 and a dampening of 0, got ${momentum} and ${dampening}`,
      );
    }
  }

  protected begin(): SGDState {
    return { momentumBuffer: null };
  }

  protected update(param: Tensor, grad: Tensor, state: SGDState, group: ParamGroup<SGDOptions>): void {
    const { lr, momentum, dampening, nesterov } = group;
    const hasMomentum = momentum !== 0;
    const first = hasMomentum && state.momentumBuffer === null;
    if (first) state.momentumBuffer = memoryFor(param);
    rule(param, grad, state, group, { lr, momentum, fresh: 1 - dampening }, { hasMomentum, first, nesterov });
  }
}
