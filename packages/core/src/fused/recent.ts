/** The latest calls of a fused function: loops repeat a few patterns of shapes and dtypes over and over. */
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
  /** What else decides: the dimensions folded, or the shape and dtype written to. */
  readonly target: Target;
  readonly float: DType;
  readonly params: FusedParams;
}

/** Patterns remembered per function. More than a network has sites with the same function is more than is looked through. */
const depth = 16;

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

export class RecentCalls {
  /** The latest first. */
  readonly #calls: Call[] = [];

  /** The parameters of these arguments, made unless a recent call had their like. */
  recall(args: readonly TensorLike[], target: Target, make: () => FusedParams): FusedParams {
    const calls = this.#calls;
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i] as Call;
      if (!matches(call, args, target)) continue;
      // Towards the front by one: what is asked for often gets there, and a loop over many does not reorder them all.
      if (i > 0) {
        calls[i] = calls[i - 1] as Call;
        calls[i - 1] = call;
      }
      return call.shapes.includes(null) ? withScalars(call.params, scalarsOf(args)) : call.params;
    }
    const params = make();
    if (calls.length >= depth) calls.pop();
    calls.push({
      sorts: args.map((arg) => (arg instanceof Tensor ? arg.dtype : sortOf(arg))),
      shapes: args.map((arg) => (arg instanceof Tensor ? arg.shape : null)),
      target,
      float: defaultDType(),
      params,
    });
    return params;
  }
}
