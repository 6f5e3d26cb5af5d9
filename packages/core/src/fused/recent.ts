/** The latest calls of a fused function: loops repeat a few patterns of shapes and dtypes over and over. */
import type { DType } from "../dtype.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { defaultDType, type Scalar, scalarValue, type TensorLike } from "./dtypes.js";
import { type FusedParams, withScalars } from "./params.js";

/** What the parameters of a call depend on beside the values of numbers. */
interface Call {
  /** By argument: a tensor's dtype, or the sort of a number. */
  readonly sorts: readonly string[];
  /** By argument: a tensor's shape; null for a number. */
  readonly shapes: readonly (Shape | null)[];
  /** Other numbers that decide: the dimensions folded, or the shape written to. */
  readonly numbers: readonly number[];
  readonly keepdim: boolean;
  readonly float: DType;
  readonly params: FusedParams;
}

/** Patterns remembered per function. More than a network has sites with the same function is more than is looked through. */
const depth = 16;

const sortOf = (value: Scalar): string =>
  typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value;

function matches(
  call: Call,
  args: readonly TensorLike[],
  numbers: readonly number[],
  keepdim: boolean,
): boolean {
  const { sorts, shapes } = call;
  if (sorts.length !== args.length) return false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as TensorLike;
    const shape = shapes[i] as Shape | null;
    if (arg instanceof Tensor) {
      if (shape === null || arg.dtype !== sorts[i] || !sameShape(arg.shape, shape)) return false;
    } else if (shape !== null || sortOf(arg) !== sorts[i]) return false;
  }
  return call.keepdim === keepdim && sameShape(call.numbers, numbers) && call.float === defaultDType();
}

const scalarsOf = (args: readonly TensorLike[]): (number | bigint | null)[] =>
  args.map((arg) => (arg instanceof Tensor ? null : scalarValue(arg)));

export class RecentCalls {
  /** The latest first. */
  readonly #calls: Call[] = [];

  /** The parameters of these arguments, if a recent call had their like. */
  find(args: readonly TensorLike[], numbers: readonly number[], keepdim = false): FusedParams | null {
    const calls = this.#calls;
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i] as Call;
      if (!matches(call, args, numbers, keepdim)) continue;
      // Towards the front by one: what is asked for often gets there, and a loop over many does not reorder them all.
      if (i > 0) {
        calls[i] = calls[i - 1] as Call;
        calls[i - 1] = call;
      }
      return withScalars(call.params, scalarsOf(args));
    }
    return null;
  }

  /** Keeps the parameters worked out for these arguments; returns them. */
  remember(
    args: readonly TensorLike[],
    params: FusedParams,
    numbers: readonly number[],
    keepdim = false,
  ): FusedParams {
    if (this.#calls.length >= depth) this.#calls.pop();
    this.#calls.push({
      sorts: args.map((arg) => (arg instanceof Tensor ? arg.dtype : sortOf(arg))),
      shapes: args.map((arg) => (arg instanceof Tensor ? arg.shape : null)),
      numbers,
      keepdim,
      float: defaultDType(),
      params,
    });
    return params;
  }
}
