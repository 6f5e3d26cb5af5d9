/** One walk through the tape, latest operation first, on the JavaScript stack. */
import { AutogradError, scope, type Tensor } from "@flambeau/core";
import { formatShape, sameShape } from "@flambeau/core/internal";
import { AccumulateGrad, accumulateInto } from "./accumulate.js";
import type { GradNode, Gradients } from "./node.js";
import { NodeQueue } from "./queue.js";
import { neededFor } from "./reach.js";
import { addInto, sum2 } from "./rules/ops.js";
import type { Edge } from "./state.js";

export interface Root {
  readonly edge: Edge;
  readonly gradient: Tensor;
  /** Whether the engine may free or overwrite the gradient. */
  readonly owned: boolean;
}

export interface EngineOptions {
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
  /** Gradients to return; null to accumulate into leaves instead. */
  readonly targets: readonly Edge[] | null;
}

export class Engine {
  readonly #queue = new NodeQueue();
  readonly #pending = new Map<GradNode, (Tensor | null)[]>();
  /** How many places of `#pending` hold a gradient; none left means that it can be freed. */
  readonly #holds = new Map<Tensor, number>();
  /** Gradients that somebody else may hold. */
  readonly #shared = new WeakSet<Tensor>();
  readonly #needed: ReadonlySet<GradNode> | null;
  readonly #captured: (Tensor | null)[];
  readonly #targets: readonly Edge[];

  constructor(readonly options: EngineOptions) {
    this.#targets = options.targets ?? [];
    this.#captured = this.#targets.map(() => null);
    this.#needed = options.targets === null ? null : neededFor(options.targets);
  }

  /** Runs from `roots`; returns the gradients of the targets, null where none arrived. */
  run(roots: readonly Root[]): (Tensor | null)[] {
    this.#needed?.explore(roots.map(({ edge }) => edge.node));
    for (const { edge, gradient, owned } of roots) {
      if (!owned) this.#shared.add(gradient);
      this.#deliver(edge, gradient);
    }
    for (let node = this.#queue.pop(); node !== null; node = this.#queue.pop()) this.#visit(node);
    return this.#captured;
  }
}
