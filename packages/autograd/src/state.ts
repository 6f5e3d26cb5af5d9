/** What autograd keeps on a tensor. */
import type { Tensor } from "@flambeau/core";
import type { AutogradState } from "@flambeau/core/internal";
import type { GradNode } from "./node.js";

/** Output `output` of a recorded operation: where a gradient flows to. */
export interface Edge {
  readonly node: GradNode;
  readonly output: number;
}

export class GradState implements AutogradState {
  grad: Tensor | null = null;
  /** The node that adds into `grad`, once a leaf took part in something. */
  accumulator: Edge | null = null;
  retainsGrad = false;
  /** The storage's version when an in-place write gave the tensor a new history; its views compare it. */
  rebasedAt = -1;

  constructor(
    public requiresGrad: boolean,
    /** The operation that made the tensor; null for a leaf. */
    readonly edge: Edge | null,
    /** The storage's version that `edge` belongs to. */
    readonly version: number,
  ) {}
}

/** The state of a tensor as recorded, without regard to writes to what it views. */
export const recordedState = (x: Tensor): GradState | null => x.autograd as GradState | null;

/** The state, made for a leaf that has none yet. */
export function ensureState(x: Tensor): GradState {
  const state = recordedState(x) ?? new GradState(false, null, x.storage.version);
  x.autograd = state;
  return state;
}

/** Whether x views a tensor that was written in place, and recorded, after x got its history. */
export function isStale(x: Tensor): boolean {
  if (x.viewOf === null) return false;
  const base = recordedState(x.viewOf.base);
  return base !== null && base.rebasedAt > (recordedState(x)?.version ?? x.viewOf.version);
}

/** Gives `x` a history: from now on it is output `output` of `node`. */
export function attach(x: Tensor, node: GradNode, output: number): void {
  x.autograd = new GradState(true, { node, output }, x.storage.version);
}
