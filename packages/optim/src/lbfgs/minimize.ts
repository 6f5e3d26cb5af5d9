/** The iterations of one step of L-BFGS. */
import { isTensor, keep, type Tensor } from "@flambeau/core";
import { direction, type LBFGSState, remember } from "./history.js";
import { strongWolfe } from "./lineSearch.js";
import { dot, gradientOf, greatest, move, place, valuesOf } from "./vector.js";

export interface LBFGSOptions {
  /** Length of the step, or with a line search the length it tries first. */
  lr: number;
  /** Iterations per call of step. */
  maxIter: number;
  /** Calls of the closure per call of step; null: 5/4 of maxIter. */
  maxEval: number | null;
  /** Ends when no element of the gradient is greater. */
  toleranceGrad: number;
  /** Ends when neither the loss nor a parameter changes by more. */
  toleranceChange: number;
  /** How many past steps shape the direction. */
  historySize: number;
  /** Searches along each direction for a step that satisfies the strong Wolfe conditions. */
  lineSearchFn: "strong_wolfe" | null;
}

/** Moves the parameters towards a minimum of the closure's loss; returns what the closure gave first. */
export function minimize<T>(
  params: readonly Tensor[],
  options: LBFGSOptions,
  state: LBFGSState,
  closure: () => T,
): T {
  const { lr, maxIter, toleranceGrad, toleranceChange } = options;
  const maxEval = options.maxEval ?? Math.floor((maxIter * 5) / 4);
  let calls = 0;
  const evaluate = (): { loss: number; gradient: Tensor; result: T } => {
    const result = closure();
    calls++;
    state.funcEvals++;
    return { result, loss: lossOf(result), gradient: gradientOf(params) };
  };

  const { result, ...start } = evaluate();
  let { loss, gradient } = start;
  if (greatest(gradient) <= toleranceGrad) return result;

  for (let iteration = 1; iteration <= maxIter; iteration++) {
    state.nIter++;
    if (state.d !== null) remember(state, gradient, options.historySize);
    const d = direction(state, gradient);
    const isFirst = state.d === null;
    const before = loss;
    Object.assign(state, { d, prevFlatGrad: gradient, prevLoss: loss });
    state.t = isFirst ? Math.min(1, 1 / gradient.abs().sum().itemSync()) * lr : lr;

    const slope = dot(gradient, d);
    if (slope > -toleranceChange) break;
    if (options.lineSearchFn === null) {
      move(params, d, state.t);
      if (iteration < maxIter) ({ loss, gradient } = evaluate());
    } else {
      const origin = valuesOf(params);
      const at = (distance: number): { loss: number; gradient: Tensor } => {
        place(params, origin);
        move(params, d, distance);
        return evaluate();
      };
      const { point } = strongWolfe(at, d, { at: 0, loss, gradient, slope }, state.t);
      place(params, origin);
      move(params, d, point.at);
      ({ loss, gradient } = point);
      state.t = point.at;
    }

    if (calls >= maxEval || greatest(gradient) <= toleranceGrad) break;
    if (greatest(d) * Math.abs(state.t) <= toleranceChange || Math.abs(loss - before) < toleranceChange)
      break;
  }
  for (const vector of [state.d, state.prevFlatGrad, ...state.oldDirs, ...state.oldStps]) {
    if (vector !== null) keep(vector);
  }
  return result;
}

const lossOf = (result: unknown): number => (isTensor(result) ? result.itemSync() : Number(result));
