/** One walk through the tape, latest operation first, on the JavaScript stack. */
import { AutogradError, keep, scope, type Tensor } from "@flambeau/core";
import { formatShape, remember, sameShape } from "@flambeau/core/internal";
import { AccumulateGrad, accumulateInto } from "./accumulate.js";
import type { Gradients, GradNode } from "./node.js";
import { nodesToVisit } from "./reach.js";
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
  readonly #pending = new Map<GradNode, (Tensor | null)[]>();
  /** How many places of `#pending` hold a gradient; none left means that it can be freed. */
  readonly #holds = new Map<Tensor, number>();
  /** Gradients that somebody else may hold. */
  readonly #shared = new Set<Tensor>();
  /** What the walk goes through: nodes that lead to a gradient that is asked for. */
  #nodes: ReadonlySet<GradNode> = new Set();
  readonly #captured: (Tensor | null)[];
  readonly #targets: readonly Edge[];

  constructor(readonly options: EngineOptions) {
    this.#targets = options.targets ?? [];
    this.#captured = this.#targets.map(() => null);
  }

  /** Runs from `roots`; returns the gradients of the targets, null where none arrived. */
  run(roots: readonly Root[]): (Tensor | null)[] {
    this.#nodes = nodesToVisit(
      roots.map(({ edge }) => edge.node),
      this.options.targets && this.#targets.map(({ node }) => node),
    );
    for (const { edge, gradient, owned } of roots) {
      if (!owned) this.#shared.add(gradient);
      this.#deliver(edge, gradient);
    }
    for (const node of this.#nodes) this.#visit(node);
    return this.#captured;
  }

  #visit(node: GradNode): void {
    const held = this.#pending.get(node);
    if (held === undefined) return;
    this.#pending.delete(node);
    const hooked = node.isHooked || node.foreign;
    if (hooked) this.#share(held);
    const cotangents = node.runTensorHooks(held);
    if (hooked) this.#share(cotangents);
    this.#keepWanted(node, cotangents);
    if (node instanceof AccumulateGrad) {
      if (this.options.targets === null) this.#accumulate(node, cotangents);
    } else {
      const needs: boolean[] = [];
      for (const edge of node.edges) needs.push(edge !== null && this.#nodes.has(edge.node));
      if (needs.includes(true)) this.#run(node, cotangents, needs);
    }
    for (const gradient of held) if (gradient !== null) this.#drop(gradient);
  }

  #run(node: GradNode, given: Gradients, needs: readonly boolean[]): void {
    const cotangents = node.runPreHooks(given);
    // What a rule makes on the way is freed at once; a program's own code may hold on to anything.
    const made =
      this.options.createGraph || node.foreign
        ? node.backward(cotangents, needs)
        : scope(() => node.backward(cotangents, needs));
    if (node.isHooked || node.foreign) this.#share(made);
    const gradients = node.runPostHooks(made, cotangents);
    if (node.isHooked) this.#share(gradients);
    if (!this.options.retainGraph) node.release();
    if (gradients.length !== node.edges.length) {
      throw new AutogradError(
        node.name,
        `expected ${node.edges.length} gradients, one per input, got ${gradients.length}`,
      );
    }
    for (let i = 0; i < gradients.length; i++) {
      const gradient = gradients[i];
      if (gradient === null || gradient === undefined) continue;
      const edge = node.edges[i] as Edge | null;
      if (edge !== null && needs[i]) this.#deliver(edge, checked(node, edge, gradient));
      else if (!this.#holds.has(gradient)) this.#free(gradient);
    }
  }

  #keepWanted(node: GradNode, cotangents: Gradients): void {
    if (node.retaining !== null) {
      for (const [output, state] of node.retaining) {
        const gradient = cotangents[output];
        if (gradient != null) accumulateInto(state, gradient, false);
      }
    }
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[i] as Edge;
      const gradient = cotangents[target.output];
      if (target.node !== node || gradient == null) continue;
      this.#shared.add(gradient);
      this.#captured[i] = keep(gradient);
    }
  }

  #accumulate(node: AccumulateGrad, given: Gradients): void {
    const [gradient] = node.runPreHooks(given);
    if (gradient == null) return;
    const owned = this.#isExclusive(gradient);
    if (owned && node.state.grad === null) this.#shared.add(gradient);
    node.accumulate(gradient, owned);
  }

  /** Adds a gradient to those waiting at a node. */
  #deliver({ node, output }: Edge, gradient: Tensor): void {
    if (!this.#nodes.has(node)) return;
    const slots = remember(this.#pending, node, () => node.outputs.map((): Tensor | null => null));
    const before = slots[output];
    this.#hold(gradient);
    slots[output] = before == null ? gradient : this.#sum(before, gradient);
  }

  #sum(a: Tensor, b: Tensor): Tensor {
    const [target, other] = this.#isExclusive(a) ? [a, b] : [b, a];
    if (!this.options.createGraph && this.#isExclusive(target)) {
      addInto(target, other);
      this.#drop(other);
      return target;
    }
    const sum = sum2(a, b);
    this.#hold(sum);
    this.#drop(a);
    this.#drop(b);
    return sum;
  }

  /** Whether nothing but one place of `#pending` refers to a gradient and its memory. */
  #isExclusive(gradient: Tensor): boolean {
    return (
      !this.#shared.has(gradient) &&
      (this.#holds.get(gradient) ?? 0) <= 1 &&
      gradient.storage.handles === 1 &&
      gradient.isContiguous()
    );
  }

  #share(gradients: Gradients): void {
    for (const gradient of gradients) if (gradient != null) this.#shared.add(gradient);
  }

  #hold(gradient: Tensor): void {
    this.#holds.set(gradient, (this.#holds.get(gradient) ?? 0) + 1);
  }

  #drop(gradient: Tensor): void {
    const left = (this.#holds.get(gradient) ?? 1) - 1;
    if (left > 0) {
      this.#holds.set(gradient, left);
      return;
    }
    this.#holds.delete(gradient);
    this.#free(gradient);
  }

  #free(gradient: Tensor): void {
    if (!this.options.createGraph && !this.#shared.has(gradient)) gradient.dispose();
  }
}

function checked(node: GradNode, { node: to, output }: Edge, gradient: Tensor): Tensor {
  const expected = to.outputs[output]?.shape ?? [];
  if (sameShape(gradient.shape, expected)) return gradient;
  throw new AutogradError(
    node.name,
    `expected a gradient of shape ${formatShape(expected)} for the output of ${to.name}, got ${formatShape(gradient.shape)}`,
  );
}
