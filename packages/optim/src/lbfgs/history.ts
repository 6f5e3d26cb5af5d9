/** What L-BFGS remembers of its past, and the direction it takes from it. */
import type { Tensor } from "@flambeau/core";
import { dot } from "./vector.js";

/** Kept under the first parameter; vectors run over all of them. */
export interface LBFGSState {
  funcEvals: number;
  nIter: number;
  /** The last direction, the step along it, and gradient and loss before it; null before the first iteration. */
  d: Tensor | null;
  t: number;
  prevFlatGrad: Tensor | null;
  prevLoss: number;
  /** For past steps, oldest first: change of the gradient, change of the parameters, 1 / their product. */
  oldDirs: Tensor[];
  oldStps: Tensor[];
  ro: number[];
  /** Scale of the inverse Hessian to begin with. */
  hDiag: number;
}

export const freshState = (): LBFGSState => ({
  funcEvals: 0,
  nIter: 0,
  d: null,
  t: 0,
  prevFlatGrad: null,
  prevLoss: 0,
  oldDirs: [],
  oldStps: [],
  ro: [],
  hDiag: 1,
});

/** Takes the last step into the history, unless it carries no curvature. */
export function remember(state: LBFGSState, gradient: Tensor, historySize: number): void {
  const y = gradient.sub(state.prevFlatGrad as Tensor);
  const s = (state.d as Tensor).mul(state.t);
  const ys = dot(y, s);
  if (ys <= 1e-10) return;
  if (state.oldDirs.length >= historySize)
    for (const list of [state.oldDirs, state.oldStps, state.ro]) list.shift();
  state.oldDirs.push(y);
  state.oldStps.push(s);
  state.ro.push(1 / ys);
  state.hDiag = ys / dot(y, y);
}

/** The inverse Hessian's estimate times the negative gradient: the two loops of Nocedal & Wright 2006, algorithm 7.4. */
export function direction({ oldDirs, oldStps, ro, hDiag }: LBFGSState, gradient: Tensor): Tensor {
  const r = gradient.neg();
  const alphas = new Array<number>(oldDirs.length);
  for (let i = oldDirs.length - 1; i >= 0; i--) {
    const alpha = dot(oldStps[i] as Tensor, r) * (ro[i] as number);
    alphas[i] = alpha;
    r.add_(oldDirs[i] as Tensor, { alpha: -alpha });
  }
  r.mul_(hDiag);
  for (let i = 0; i < oldDirs.length; i++) {
    const beta = dot(oldDirs[i] as Tensor, r) * (ro[i] as number);
    r.add_(oldStps[i] as Tensor, { alpha: (alphas[i] as number) - beta });
  }
  return r;
}
