/** What Adam and AdamW share: options, state and one update rule. */
import type { Tensor } from "@flambeau/core";
import { zerosFor } from "../optimizer/buffers.js";
import { betas, flag, nonNegative, type OptionTable } from "../optimizer/options.js";
import { updateRule } from "../optimizer/rule.js";

export interface AdamOptions {
  /** Learning rate. */
  lr: number;
  /** Decay rates of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the denominator. */
  eps: number;
  /** Adam: L2 penalty. AdamW: the share of the parameter, times lr, that every step takes away. */
  weightDecay: number;
  /** Divides by the greatest average of squares so far (Reddi et al. 2018). */
  amsgrad: boolean;
  /** Climbs instead of descending. */
  maximize: boolean;
}

export interface AdamState {
  step: number;
  readonly expAvg: Tensor;
  readonly expAvgSq: Tensor;
  /** Set by the first step with amsgrad. */
  maxExpAvgSq: Tensor | null;
}

export const adamTable: OptionTable<AdamOptions> = {
  lr: [1e-3, nonNegative],
  betas: [[0.9, 0.999], betas],
  eps: [1e-8, nonNegative],
  weightDecay: [0, nonNegative],
  amsgrad: [false, flag],
  maximize: [false, flag],
};

export const beginAdam = (param: Tensor): AdamState => ({
  step: 0,
  expAvg: zerosFor(param),
  expAvgSq: zerosFor(param),
  maxExpAvgSq: null,
});

const rule = updateRule("adam", {
  state: ["expAvg", "expAvgSq", "maxExpAvgSq"],
  numbers: ["beta1", "fresh1", "beta2", "fresh2", "stepSize", "scale", "eps", "kept"],
  flags: ["amsgrad", "shrinks"],
  update({ param, grad, expAvg, expAvgSq, maxExpAvgSq }, n, { amsgrad, shrinks }) {
    const mean = expAvg.mul(n.beta1).add(grad.mul(n.fresh1));
    const square = expAvgSq.mul(n.beta2).add(grad.square().mul(n.fresh2));
    const greatest = amsgrad ? maxExpAvgSq.max(square) : square;
    const step = mean.div(greatest.sqrt().mul(n.scale).add(n.eps)).mul(n.stepSize);
    return {
      param: (shrinks ? param.mul(n.kept) : param).sub(step),
      expAvg: mean,
      expAvgSq: square,
      ...(amsgrad ? { maxExpAvgSq: greatest } : {}),
    };
  },
});

/** One step; `shrink` is the share of the parameter that it loses apart from the gradient's part, whose L2 penalty is `weightDecay`. */
export function adamStep(
  param: Tensor,
  grad: Tensor,
  state: AdamState,
  { lr, betas: [beta1, beta2], eps, amsgrad, maximize }: AdamOptions,
  { weightDecay, shrink }: { weightDecay: number; shrink: number },
): void {
  state.step++;
  if (amsgrad) state.maxExpAvgSq ??= zerosFor(param);
  const numbers = {
    beta1,
    fresh1: 1 - beta1,
    beta2,
    fresh2: 1 - beta2,
    stepSize: lr / (1 - beta1 ** state.step),
    scale: 1 / Math.sqrt(1 - beta2 ** state.step),
    eps,
    kept: 1 - shrink,
  };
  rule(param, grad, state, { maximize, weightDecay }, numbers, { amsgrad, shrinks: shrink !== 0 });
}
