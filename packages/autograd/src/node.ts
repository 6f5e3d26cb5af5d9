/** One recorded operation on the tape. */
import { AutogradError, type Tensor } from "@flambeau/core";
import { remember } from "@flambeau/core/internal";
import { metaOf, type TensorMeta } from "./meta.js";
import { SavedTensor } from "./saved.js";
import { attach, type Edge, type GradState } from "./state.js";

/** Gradients in an operation's order; null where none flows. */
export type Gradients = readonly (Tensor | null)[];

/** From the cotangents of an operation's outputs to those of its inputs; `needs` tells which are asked for. */
export type Backward = (cotangents: Gradients, needs: readonly boolean[], node: GradNode) => Gradients;

export interface RemovableHandle {
  remove(): void;
}

/** Gives the gradient to use instead, or nothing. */
export type TensorHook = ((grad: Tensor) => Tensor | undefined) | ((grad: Tensor) => void);
type PreHook = ((gradOutputs: Gradients) => Gradients | undefined) | ((gradOutputs: Gradients) => void);
type PostHook =
  | ((gradInputs: Gradients, gradOutputs: Gradients) => Gradients | undefined)
  | ((gradInputs: Gradients, gradOutputs: Gradients) => void);

let created = 0;

function register<T>(hooks: Set<T>, hook: T): RemovableHandle {
  hooks.add(hook);
  return { remove: () => void hooks.delete(hook) };
}

export interface NodeInit {
  readonly name: string;
  /** For each input, where its gradient goes; null where it needs none. */
  readonly edges: readonly (Edge | null)[];
  /** What the outputs look like: cotangents have their shapes and dtypes. */
  readonly outputs: readonly TensorMeta[];
  readonly backward: Backward;
  /** Whether a program's own code runs in `backward`, so that nothing it sees may be freed under it. */
  readonly foreign?: boolean;
}

export class GradNode {
  /** Later operations have higher numbers, so descending order is a topological one. */
  readonly sequence = created++;
  /** The operation, as in "GeluBackward". */
  readonly name: string;
  readonly edges: readonly (Edge | null)[];
  readonly outputs: readonly TensorMeta[];
  readonly foreign: boolean;
  /** Tensors whose gradient is kept by `retainGrad`, by output. */
  retaining: Map<number, GradState> | null = null;
  readonly #backward: Backward;
  #saved: readonly (SavedTensor | null)[] = [];
  #released = false;
  #tensorHooks: Map<number, Set<TensorHook>> | null = null;
  #preHooks: Set<PreHook> | null = null;
  #postHooks: Set<PostHook> | null = null;

  constructor({ name, edges, outputs, backward, foreign = false }: NodeInit) {
    this.name = name;
    this.edges = edges;
    this.outputs = outputs;
    this.foreign = foreign;
    this.#backward = backward;
  }

  /** The nodes its gradients flow to, each with the index of the output there (`next_functions`). */
  get nextFunctions(): readonly (readonly [node: GradNode | null, output: number])[] {
    return this.edges.map((edge) => [edge?.node ?? null, edge?.output ?? 0]);
  }

  /** Keeps tensors for backward. */
  save(tensors: readonly (Tensor | null)[]): void {
    this.#saved = tensors.map((tensor) => (tensor === null ? null : new SavedTensor(tensor)));
  }

  /** The saved tensors. Throws AutogradError after their release or where one was modified in place. */
  savedTensors(): (Tensor | null)[] {
    if (this.#released && this.#saved.length > 0) {
      throw new AutogradError(
        this.name,
        "expected saved values for backward, but they were freed when backward went through the graph before; pass " +
          "retainGraph: true the first time to go through it a second time",
      );
    }
    return this.#saved.map((saved) => saved?.unpack(this.name) ?? null);
  }

  /** The values it keeps, for those who must change how. */
  get kept(): readonly (SavedTensor | null)[] {
    return this.#saved;
  }

  backward(cotangents: Gradients, needs: readonly boolean[]): Gradients {
    return this.#backward(cotangents, needs, this);
  }

  /** Frees the saved values. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const saved of this.#saved) saved?.release();
  }

  get isReleased(): boolean {
    return this.#released;
  }

  /** Calls `hook` with the gradients of inputs and outputs after it ran; what it returns replaces the former. */
  registerHook(hook: PostHook): RemovableHandle {
    this.#postHooks ??= new Set();
    return register(this.#postHooks, hook);
  }

  /** Calls `hook` with the gradients of outputs before it runs; what it returns replaces them. */
  registerPrehook(hook: PreHook): RemovableHandle {
    this.#preHooks ??= new Set();
    return register(this.#preHooks, hook);
  }

  /** Calls `hook` with the gradient of one output before anything else sees it; what it returns replaces it. */
  registerTensorHook(output: number, hook: TensorHook): RemovableHandle {
    this.#tensorHooks ??= new Map();
    const hooks = remember(this.#tensorHooks, output, () => new Set<TensorHook>());
    return register(hooks, hook);
  }

  /** Whether code of the program may see gradients here. */
  get isHooked(): boolean {
    return this.#tensorHooks !== null || this.#preHooks !== null || this.#postHooks !== null;
  }

  runTensorHooks(cotangents: Gradients): Gradients {
    if (this.#tensorHooks === null) return cotangents;
    return cotangents.map((cotangent, output) => {
      let grad = cotangent;
      for (const hook of this.#tensorHooks?.get(output) ?? []) if (grad !== null) grad = hook(grad) ?? grad;
      return grad;
    });
  }

  runPreHooks(cotangents: Gradients): Gradients {
    let grads = cotangents;
    for (const hook of this.#preHooks ?? []) grads = hook(grads) ?? grads;
    return grads;
  }

  runPostHooks(gradients: Gradients, cotangents: Gradients): Gradients {
    let grads = gradients;
    for (const hook of this.#postHooks ?? []) grads = hook(grads, cotangents) ?? grads;
    return grads;
  }

  toString(): string {
    return `<${this.name}>`;
  }
}

/** Records `x`, a new tensor, as the only output of a node; returns it. */
export function attachNew(x: Tensor, init: Omit<NodeInit, "outputs">): Tensor {
  attach(x, new GradNode({ ...init, outputs: [metaOf(x)] }), 0);
  return x;
}

const names = new Map<string, string>();

/** "GeluBackward" of "gelu". */
export const nodeName = (operation: string): string =>
  remember(names, operation, () => `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Backward`);
