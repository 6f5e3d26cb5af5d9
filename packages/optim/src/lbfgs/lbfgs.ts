/** Limited-memory BFGS. */
import { ArgumentError, isTensor, type Tensor } from "@flambeau/core";
import { checkNames } from "../names.js";
import { copiedFor } from "../optimizer/buffers.js";
import type { GroupOptions, ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { count, nonNegative, nullable, type OptionTable, oneOf } from "../optimizer/options.js";
import type { StateValue, StateValues } from "../optimizer/stateDict.js";
import { freshState, type LBFGSState } from "./history.js";
import { type LBFGSOptions, minimize } from "./minimize.js";

const table: OptionTable<LBFGSOptions> = {
  lr: [1, nonNegative],
  maxIter: [20, count],
  maxEval: [null, nullable(count)],
  toleranceGrad: [1e-7, nonNegative],
  toleranceChange: [1e-9, nonNegative],
  historySize: [100, count],
  lineSearchFn: [null, oneOf("strong_wolfe", null)],
};

/**
 * Limited-memory BFGS, for smooth losses on full batches (`torch.optim.LBFGS`). `step` needs a closure that clears the
 * gradients, computes the loss, calls backward and returns the loss as a tensor or a number; it is called many times.
 * All parameters share one group. Losses are read as the search goes, so the device must be one that reads synchronously.
 */
export class LBFGS extends Optimizer<LBFGSOptions, LBFGSState> {
  constructor(params: Params<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    super("LBFGS", table, params, options);
  }

  override addParamGroup(group: GroupOptions<LBFGSOptions>): void {
    if (this.paramGroups.length > 0) {
      throw new ArgumentError(this.name, "expected all parameters in one group, got several groups");
    }
    super.addParamGroup(group);
  }

  protected begin(): LBFGSState {
    return freshState();
  }

  /** Not used: a step moves all parameters along one direction. */
  protected update(): void {}

  protected override run<T>(closure?: () => T): T {
    if (closure === undefined) {
      throw new ArgumentError("LBFGS.step", "expected a closure that computes the loss anew, got none");
    }
    const group = this.paramGroups[0] as ParamGroup<LBFGSOptions>;
    const first = group.params[0] as Tensor;
    const state = this.state.get(first) ?? freshState();
    this.state.set(first, state);
    return minimize(group.params, group, state, closure);
  }

  protected override restore(where: string, values: StateValues, param: Tensor): LBFGSState {
    const fresh = freshState();
    checkNames(where, Object.keys(fresh), values);
    const copied = (value: StateValue): unknown =>
      isTensor(value) ? copiedFor(param, value) : Array.isArray(value) ? value.map(copied) : value;
    for (const [name, value] of Object.entries(values)) Object.assign(fresh, { [name]: copied(value) });
    return fresh;
  }
}
