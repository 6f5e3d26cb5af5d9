/** What a custom function's forward hands to its backward. */
import { AutogradError, type Tensor } from "@flambeau/core";
import type { TensorMeta } from "./meta.js";
import type { GradNode } from "./node.js";
import { zerosOf } from "./rules/ops.js";

export class FunctionContext {
  /** Anything else that backward needs may be put on the context under a name. */
  [key: string]: unknown;

  #toSave: readonly (Tensor | null)[] = [];
  #nonDifferentiable: readonly Tensor[] = [];
  #dirty: readonly Tensor[] = [];
  #materialize = true;
  #node: GradNode | null = null;

  constructor(
    /** For each argument of forward whether it needs a gradient (`ctx.needs_input_grad`). */
    readonly needsInputGrad: readonly boolean[],
  ) {}

  /** Keeps arguments or results for backward, with a check that they are not modified meanwhile (`ctx.save_for_backward`). */
  saveForBackward(...tensors: (Tensor | null)[]): void {
    this.#toSave = tensors;
  }

  /** What saveForBackward was given (`ctx.saved_tensors`). Throws AutogradError once freed, or where one was modified. */
  get savedTensors(): readonly Tensor[] {
    if (this.#node === null)
      throw new AutogradError("savedTensors", "expected to be read in backward, got read before");
    return this.#node.savedTensors() as readonly Tensor[];
  }

  /** Declares results that have no gradient (`ctx.mark_non_differentiable`). */
  markNonDifferentiable(...outputs: Tensor[]): void {
    this.#nonDifferentiable = outputs;
  }

  /** Declares arguments that forward wrote in place and returns (`ctx.mark_dirty`). */
  markDirty(...inputs: Tensor[]): void {
    this.#dirty = inputs;
  }

  /** Whether backward gets zeros (the default) or null for results that nothing used (`ctx.set_materialize_grads`). */
  setMaterializeGrads(flag: boolean): void {
    this.#materialize = flag;
  }

  /** @internal */
  isNonDifferentiable(output: Tensor): boolean {
    return this.#nonDifferentiable.includes(output);
  }

  /** @internal */
  isDirty(input: Tensor): boolean {
    return this.#dirty.includes(input);
  }

  /** @internal */
  absentGradient(meta: TensorMeta): Tensor | null {
    return this.#materialize ? zerosOf(meta) : null;
  }

  /** @internal Ends forward: `returned` left as `outputs`, whose history is `node`. */
  bind(node: GradNode, returned: readonly Tensor[], outputs: readonly Tensor[]): void {
    this.#node = node;
    node.save(
      this.#toSave.map((tensor) => (tensor === null ? null : (outputs[returned.indexOf(tensor)] ?? tensor))),
    );
    this.#toSave = [];
  }
}
