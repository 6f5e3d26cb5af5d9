/** Adam. */
import type { Tensor } from "@flambeau/core";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { type AdamOptions, type AdamState, adamStep, adamTable, beginAdam } from "./adamRule.js";

/** Steps scaled by running averages of the gradient and its square (`torch.optim.Adam`; Kingma & Ba 2015). */
export class Adam extends Optimizer<AdamOptions, AdamState> {
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super("Adam", adamTable, params, options);
  }

  protected begin(param: Tensor): AdamState {
    return beginAdam(param);
  }

  protected update(param: Tensor, grad: Tensor, state: AdamState, group: ParamGroup<AdamOptions>): void {
    adamStep(param, grad, state, group, { weightDecay: group.weightDecay, shrink: 0 });
  }
}
