/**
 * One step of a fused program: a loop over rows, in each row the passes, in each pass a loop over the elements of the
 * row. Every node's value is computed in the order the step lists and kept in a table by node id.
 */
import type { Axes, FusedLaunch, FusedOperand, Node, Store } from "@flambeau/core";
import type { Elements } from "./elements.js";
import { openOperand } from "./elements.js";
import type { Accumulator } from "./monoids.js";
import { monoids } from "./monoids.js";
import { randomScalar } from "./random.js";
import type { Scalar } from "./scalar.js";
import { evaluateScalar, fitKind, toElement, toScalar } from "./scalar.js";

export function fused(launch: FusedLaunch): void {
  const { step } = launch.kernel;
  const run = new Run(launch);
  const rowDims = launch.sizes
    .map((_, d) => d)
    .filter((d) => step.over !== 0 && !inAxes(launch, d, step.over));
  const elementDims = launch.sizes.map((_, d) => d).filter((d) => !rowDims.includes(d));
  run.sweep(rowDims, () => {
    for (const node of step.prologue) run.compute(node);
    for (const pass of step.passes) {
      const folds = pass.folds.map((fold) => ({ fold, state: run.start(fold.arg, fold.monoid) }));
      run.sweep(elementDims, (position) => {
        for (const node of pass.element) run.compute(node);
        for (const { fold, state } of folds) state.take(run.value(fold.arg), position);
        for (const store of pass.stores) run.store(store);
      });
      for (const { fold, state } of folds) for (const node of fold.results) run.finish(node, state);
      for (const node of pass.row) run.compute(node);
      for (const store of pass.rowStores) run.store(store);
    }
  });
}

const inAxes = (launch: FusedLaunch, d: number, axes: Axes): boolean =>
  ((axes >> launch.axisOf[d]!) & 1) === 1;

class Run {
  readonly #launch: FusedLaunch;
  readonly #at: number[];
  readonly #values = new Map<number, Scalar>();
  readonly #inputs: readonly (Elements | Scalar)[];
  readonly #outputs: readonly Elements[];

  constructor(launch: FusedLaunch) {
    this.#launch = launch;
    this.#at = launch.sizes.map(() => 0);
    this.#inputs = launch.inputs.map((input) => (typeof input === "object" ? openOperand(input) : input));
    this.#outputs = launch.outputs.map(openOperand);
  }

  /** Calls `body` for every combination of positions along `dims`, row-major, with a running count. */
  sweep(dims: readonly number[], body: (position: number) => void): void {
    const { sizes } = this.#launch;
    const total = dims.reduce((count, d) => count * sizes[d]!, 1);
    for (const d of dims) this.#at[d] = 0;
    for (let position = 0; position < total; position++) {
      body(position);
      for (let i = dims.length - 1; i >= 0; i--) {
        const d = dims[i]!;
        this.#at[d]!++;
        if (this.#at[d]! < sizes[d]!) break;
        this.#at[d] = 0;
      }
    }
  }

  start(arg: Node, monoid: keyof typeof monoids): Accumulator {
    return monoids[monoid]({ kind: arg.kind, widths: this.#launch.kernel.widths });
  }

  finish(node: Node, state: Accumulator): void {
    const slot = node.p as Parameters<Accumulator["result"]>[0];
    this.#values.set(node.id, fitKind(state.result(slot), node.kind, this.#launch.kernel.widths));
  }

  value(node: Node): Scalar {
    const value = this.#values.get(node.id);
    if (value === undefined)
      throw new Error(`the step of ${this.#launch.kernel.name} uses node ${node.id} before it is listed`);
    return value;
  }

  compute(node: Node): void {
    this.#values.set(node.id, this.#evaluate(node));
  }

  store({ output, node }: Store): void {
    const operand = this.#launch.outputs[output]!;
    this.#outputs[output]!.set(this.#offset(operand), toElement(this.value(node), operand.dtype));
  }

  #evaluate(node: Node): Scalar {
    const { kernel } = this.#launch;
    switch (node.op) {
      case "const":
        return fitKind(node.p as Scalar, node.kind, kernel.widths);
      case "input":
        return fitKind(this.#input(node.p as number), node.kind, kernel.widths);
      case "index":
        return fitKind(BigInt(this.#positionAlong(node.p as Axes)), "i", kernel.widths);
      case "size":
        return fitKind(BigInt(this.#sizeAlong(node.p as Axes)), "i", kernel.widths);
      case "linear":
        return fitKind(BigInt(this.#positionAlong(~0)), "i", kernel.widths);
      case "rand": {
        const [seed, offset] = node.args.map((arg) => this.value(arg) as bigint);
        const site = { seed: seed!, offset: offset!, stream: Number(node.p), index: this.#positionAlong(~0) };
        return randomScalar(site, node.kind, kernel.widths);
      }
      case "reduce":
        return this.value(node);
      default:
        return evaluateScalar(
          kernel.name,
          node,
          node.args.map((arg) => this.value(arg)),
          kernel.widths,
        );
    }
  }

  #input(slot: number): Scalar {
    const input = this.#inputs[slot]!;
    if (typeof input !== "object") return input;
    const operand = this.#launch.inputs[slot] as FusedOperand;
    return toScalar(input.get(this.#offset(operand)), operand.dtype);
  }

  #offset(operand: FusedOperand): number {
    return operand.strides.reduce((sum, stride, d) => sum + stride * this.#at[d]!, operand.offset);
  }

  #positionAlong(axes: Axes): number {
    const { sizes } = this.#launch;
    return sizes.reduce(
      (sum, size, d) => (inAxes(this.#launch, d, axes) ? sum * size + this.#at[d]! : sum),
      0,
    );
  }

  #sizeAlong(axes: Axes): number {
    return this.#launch.sizes.reduce(
      (count, size, d) => (inAxes(this.#launch, d, axes) ? count * size : count),
      1,
    );
  }
}
