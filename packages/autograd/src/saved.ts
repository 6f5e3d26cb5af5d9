/** Values the tape keeps for backward. */
import { AutogradError, noGrad, type Tensor } from "@flambeau/core";
import { copyOf, formatShape, type Storage } from "@flambeau/core/internal";
import { metaOf, type TensorMeta, tensorOn } from "./meta.js";
import { type GradState, recordedState } from "./state.js";

/** How saved tensors are put away and brought back (`torch.autograd.graph.saved_tensors_hooks`). */
export interface SavedTensorHooks<T> {
  pack(tensor: Tensor): T;
  unpack(packed: T): Tensor;
  /** Called when the graph has no more use for the value. */
  release?(packed: T): void;
}

let hooks: SavedTensorHooks<unknown> | null = null;

/**
 * Runs `body`; tensors saved for backward meanwhile pass through `pack`, and through `unpack` when backward wants them
 * (`torch.autograd.graph.saved_tensors_hooks`): to keep them elsewhere, compressed, or not at all. `release` is told when
 * backward has consumed one. `body` must be synchronous.
 */
export function savedTensorsHooks<T, R>(
  pack: (tensor: Tensor) => T,
  unpack: (packed: T) => Tensor,
  body: () => R,
  release?: (packed: T) => void,
): R {
  const outer = hooks;
  hooks = { pack, unpack, release } as SavedTensorHooks<unknown>;
  try {
    return body();
  } finally {
    hooks = outer;
  }
}

/** A tensor kept by a node: shares the memory, and notices when that is written afterwards. */
export class SavedTensor {
  #storage: Storage | null;
  #version: number;
  #meta: TensorMeta;
  readonly #state: GradState | null;
  readonly #packed: { readonly value: unknown; readonly hooks: SavedTensorHooks<unknown> } | null;

  constructor(tensor: Tensor) {
    this.#meta = metaOf(tensor);
    this.#state = recordedState(tensor);
    this.#version = tensor.storage.version;
    const using = hooks;
    if (using === null) {
      tensor.storage.retain();
      this.#storage = tensor.storage;
      this.#packed = null;
    } else {
      this.#storage = null;
      this.#packed = { value: noGrad(() => using.pack(tensorOn(tensor.storage, this.#meta))), hooks: using };
    }
  }

  /** The value, as a new tensor with the history it had. Throws AutogradError where it was written since. */
  unpack(node: string): Tensor {
    const packed = this.#packed;
    if (packed !== null) {
      const restored = packed.hooks.unpack(packed.value);
      const tensor = tensorOn(restored.storage, metaOf(restored));
      tensor.autograd = this.#state;
      return tensor;
    }
    const storage = this.#storage as Storage;
    if (storage.version !== this.#version) {
      const { shape, dtype } = this.#meta;
      throw new AutogradError(
        node,
        `a tensor of shape ${formatShape(shape)} and dtype ${dtype} that it saved for backward was modified in place since: ` +
          `it is at version ${storage.version}, expected version ${this.#version}; clone it before the in-place operation`,
      );
    }
    const tensor = tensorOn(storage, this.#meta);
    tensor.autograd = this.#state;
    return tensor;
  }

  /** Keeps a copy instead where the value lies in `storage`, which is about to be written. */
  saveFrom(storage: Storage): void {
    if (this.#storage !== storage) return;
    const original = tensorOn(storage, this.#meta);
    const copy = noGrad(() => copyOf(original));
    original.dispose();
    storage.release();
    copy.storage.retain();
    this.#storage = copy.storage;
    this.#version = copy.storage.version;
    this.#meta = metaOf(copy);
    copy.dispose();
  }

  release(): void {
    this.#packed?.hooks.release?.(this.#packed.value);
    this.#storage?.release();
    this.#storage = null;
  }
}
