/** The latest calls of a fused function: loops repeat their patterns of shapes and dtypes over and over. */
import type { DType } from "../dtype.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { defaultDType, type Scalar, scalarValue, type TensorLike } from "./dtypes.js";
import { type FusedParams, withScalars } from "./params.js";

export type Target = readonly (number | DType)[];

/** What the parameters of a call depend on beside the values of numbers. */
interface Call {
  /** By argument: a tensor's dtype, or the sort of a number. */
  readonly sorts: readonly string[];
  /** By argument: a tensor's shape; null for a number. */
  readonly shapes: readonly (Shape | null)[];
  /** Whether there are numbers among the arguments. */
  readonly numbers: boolean;
  /** What else decides: the dimensions folded, or the shape and dtype written to. */
  readonly target: Target;
  readonly float: DType;
  readonly params: FusedParams;
}

/** Calls remembered per function: more than a network has sites with the same function. */
const most = 512;

const sortOf = (value: Scalar): string =>
  typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value;

function matches(
  { sorts, shapes, target, float }: Call,
  args: readonly TensorLike[],
  asked: Target,
): boolean {
  if (sorts.length !== args.length || target.length !== asked.length || float !== defaultDType())
    return false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as TensorLike;
    const shape = shapes[i] as Shape | null;
    if (arg instanceof Tensor) {
      if (shape === null || arg.dtype !== sorts[i] || !sameShape(arg.shape, shape)) return false;
    } else if (shape !== null || sortOf(arg) !== sorts[i]) return false;
  }
  for (let i = 0; i < target.length; i++) if (target[i] !== asked[i]) return false;
  return true;
}

/** The numbers among the arguments, as kernels take them. */
export const scalarsOf = (args: readonly TensorLike[]): (number | bigint | null)[] =>
  args.map((arg) => (arg instanceof Tensor ? null : scalarValue(arg)));

/** A small integer that calls alike have in common. */
function hashOf(args: readonly TensorLike[], target: Target): number {
  let hash = args.length;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as TensorLike;
    if (arg instanceof Tensor) {
      const { dtype, shape } = arg;
      // The first and the last letter tell dtypes apart.
      hash = Math.imul(hash, 31) + (dtype.charCodeAt(0) << 4) + dtype.charCodeAt(dtype.length - 1);
      for (let d = 0; d < shape.length; d++) hash = Math.imul(hash, 31) + (shape[d] as number);
    } else hash = Math.imul(hash, 31) + (Number.isInteger(arg) ? 1 : 2);
  }
  for (let i = 0; i < target.length; i++) {
    const part = target[i] as number | DType;
    hash = Math.imul(hash, 31) + (typeof part === "number" ? part : part.charCodeAt(part.length - 1));
  }
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

export class RecentCalls {
  readonly #calls = new Map<number, Call>();

  /** The parameters of these arguments, made unless a recent call had their like. */
  recall(args: readonly TensorLike[], target: Target, make: () => FusedParams): FusedParams {
    const hash = hashOf(args, target);
    const known = this.#calls.get(hash);
    if (known !== undefined && matches(known, args, target))
      return known.numbers ? withScalars(known.params, scalarsOf(args)) : known.params;
    const params = make();
    if (this.#calls.size >= most) this.#calls.clear();
    this.#calls.set(hash, {
      sorts: args.map((arg) => (arg instanceof Tensor ? arg.dtype : sortOf(arg))),
      shapes: args.map((arg) => (arg instanceof Tensor ? arg.shape : null)),
      numbers: args.some((arg) => !(arg instanceof Tensor)),
      target,
      float: defaultDType(),
      params,
    });
    return params;
  }
}
