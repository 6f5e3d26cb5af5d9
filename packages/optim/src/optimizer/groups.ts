/** Parameter groups: which tensors an optimizer changes, with which options. */
import { ArgumentError, formatShape, isTensor, type Tensor } from "@flambeau/core";

/** What every optimizer has. */
export interface LearningRate {
  /** Learning rate: the scale of a step. */
  lr: number;
}

/** Tensors that share options. The options may be written at any time: schedulers do. */
export type ParamGroup<O> = O & {
  readonly params: readonly Tensor[];
  /** What `lr` was when the first scheduler took it over. */
  initialLr?: number;
};

/** A group as the caller spells it: options left out are the optimizer's. */
export type GroupOptions<O> = Partial<O> & { readonly params: Tensor | Iterable<Tensor> };

/** Parameters, or groups of them with options of their own. */
export type Params<O> = Iterable<Tensor> | Iterable<GroupOptions<O>>;

/** The groups a constructor was given. Throws ArgumentError where there is nothing to optimize. */
export function readGroups<O>(op: string, params: Params<O>): GroupOptions<O>[] {
  if (isTensor(params) || typeof params?.[Symbol.iterator] !== "function") {
    throw new ArgumentError(op, "expected an iterable of tensors or of parameter groups, got one value");
  }
  const given = [...params] as (Tensor | GroupOptions<O>)[];
  if (given.length === 0) throw new ArgumentError(op, "expected parameters to optimize, got an empty list");
  const tensors = given.filter(isTensor);
  if (tensors.length === 0) return given as GroupOptions<O>[];
  if (tensors.length === given.length) return [{ params: tensors } as unknown as GroupOptions<O>];
  throw new ArgumentError(op, "expected tensors or parameter groups, got a mixture of both");
}

/**
 * The tensors of a group. Throws ArgumentError for what is no tensor, the result of an operation, or in `taken` or here
 * already.
 */
export function readParams(
  op: string,
  params: Tensor | Iterable<Tensor>,
  taken: ReadonlySet<Tensor>,
): Tensor[] {
  const list: unknown[] = isTensor(params) ? [params] : [...(params ?? [])];
  const seen = new Set(taken);
  return list.map((param, i) => {
    if (!isTensor(param)) {
      throw new ArgumentError(op, `expected tensors as parameters, got ${typeof param} at ${i}`);
    }
    const shown = `parameter ${i} of the group, of shape ${formatShape(param.shape)}`;
    if (!param.isLeaf) {
      throw new ArgumentError(op, `expected leaves, got the result of an operation: ${shown}`);
    }
    if (seen.has(param)) throw new ArgumentError(op, `expected each parameter once, got again ${shown}`);
    seen.add(param);
    return param;
  });
}
