/** Adam whose weight decay stays out of the averages. */
import type { Tensor } from "@flambeau/core";
import type { ParamGroup, Params } from "../optimizer/groups.js";
import { Optimizer } from "../optimizer/optimizer.js";
import { nonNegative } from "../optimizer/options.js";
import { type AdamOptions, type AdamState, adamStep, adamTable, beginAdam } from "./adamRule.js";

const table = { ...adamTable, weightDecay: [1e-2, nonNegative] } as const;

/** Adam with weight decay apart from the gradient (`torch.optim.AdamW`; Loshchilov & Hutter 2019). */
export class AdamW extends Optimizer<AdamOptions, AdamState> {
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super("AdamW", table, params, options);
  }

  protected begin(param: Tensor): AdamState {
    return beginAdam(param);
  }

  protected update(param: Tensor, grad: Tensor, state: AdamState, group: ParamGroup<AdamOptions>): void {
    adamStep(param, grad, state, group, { weightDecay: 0, shrink: group.lr * group.weightDecay });
  }
}
