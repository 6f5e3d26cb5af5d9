/** Trading computation for memory: activations are computed again in backward instead of kept. */
import {
  AutogradError,
  defaultGenerator,
  enableGrad,
  isGradEnabled,
  keep,
  scope,
  Tensor,
} from "@flambeau/core";
import { tensorOn } from "./meta.js";
import { savedTensorsHooks } from "./saved.js";

/** A tensor handle of our own, so that the caller may dispose theirs. */
function held(value: unknown): unknown {
  if (!(value instanceof Tensor)) return value;
  const own = keep(tensorOn(value.storage, value));
  own.autograd = value.autograd;
  own.viewOf = value.viewOf;
  return own;
}

/** The tensors one call would have saved, by the order in which it saved them; made when the first is asked for. */
class Recomputed {
  readonly #state = defaultGenerator.getState();
  #values: Tensor[] | null = null;

  constructor(private readonly run: () => unknown) {}

  get(index: number): Tensor {
    this.#values ??= this.#compute();
    const value = this.#values[index];
    if (value === undefined) {
      throw new AutogradError(
        "checkpoint",
        `expected the function to do the same again in backward, but it saved ${this.#values.length} tensors only`,
      );
    }
    return value;
  }

  free(index: number): void {
    this.#values?.[index]?.dispose();
  }

  #compute(): Tensor[] {
    const now = defaultGenerator.getState();
    defaultGenerator.setState(this.#state);
    const values: Tensor[] = [];
    const take = (tensor: Tensor): number => values.push(tensor) - 1;
    try {
      scope(() => {
        savedTensorsHooks(
          take,
          (index) => values[index] as Tensor,
          () => enableGrad(this.run),
        );
        return values;
      }).forEach(keep);
    } finally {
      defaultGenerator.setState(now);
    }
    return values;
  }
}

/**
 * Calls `fn(...inputs)` without keeping what backward needs of its inside: backward calls `fn` once more to get that
 * (`torch.utils.checkpoint.checkpoint`, not reentrant). Random numbers of the default generator come out the same. `fn` must do the same both
 * times, be synchronous, and return tensors (alone, in an array or a plain object).
 */
export function checkpoint<A extends readonly unknown[], R>(fn: (...inputs: A) => R, ...inputs: A): R {
  if (!isGradEnabled()) return fn(...inputs);
  const again = inputs.map(held) as unknown as A;
  const frame = new Recomputed(() => fn(...again));
  let saved = 0;
  return savedTensorsHooks(
    () => saved++,
    (index) => frame.get(index),
    () => scope(() => fn(...inputs)),
    (index) => frame.free(index),
  );
}
