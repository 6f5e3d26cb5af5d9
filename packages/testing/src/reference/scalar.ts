/**
 * Values of a fused program's nodes. The JavaScript type tells the kind: a number is a float, a bigint an integer, a
 * boolean a boolean. Every node's value is fitted to its width: float32 rounds, integers wrap.
 */
import type { BinaryOp, DType, Kind, Node, UnaryOp, Widths } from "@flambeau/core";
import { computeKind, isBinary, isUnary, kindOf } from "@flambeau/core";
import { evaluateBinary, evaluateUnary } from "@flambeau/core/internal";
import { convert } from "./arithmetic.js";
import type { Element } from "./elements.js";
import { integerBinary, integerUnary } from "./integers.js";

export type Scalar = number | bigint | boolean;

/** What an element of a tensor is to a program. */
export function toScalar(value: Element, dtype: DType): Scalar {
  const kind = kindOf(dtype);
  if (kind === "f") return Number(value);
  return kind === "b" ? Number(value) !== 0 : BigInt(value);
}

/** What a value of a program is as an element of `dtype`: floats lose their fraction on the way to an integer. */
export const toElement = (value: Scalar, dtype: DType): Element =>
  convert(typeof value === "boolean" ? Number(value) : value, dtype);

const kindOfScalar = (value: Scalar): Kind =>
  typeof value === "number" ? "f" : typeof value === "bigint" ? "i" : "b";

/** `value` as a value of `kind` at its width. Floats lose their fraction on the way to an integer. */
export function fitKind(value: Scalar, kind: Kind, widths: Widths): Scalar {
  if (kind === "f") return widths.f === "float32" ? Math.fround(Number(value)) : Number(value);
  if (kind === "b") return typeof value === "boolean" ? value : Number(value) !== 0;
  const whole = typeof value === "number" ? wholeOf(value) : BigInt(value);
  return BigInt.asIntN(widths.i === "int64" ? 64 : 32, whole);
}

/** What no integer can hold becomes 0. */
const wholeOf = (value: number): bigint => (Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n);

/** The value of a node that is an operation on its arguments' values. */
export function evaluateScalar(name: string, node: Node, args: readonly Scalar[], widths: Widths): Scalar {
  return fitKind(operate(name, node, args, widths), node.kind, widths);
}

function operate(name: string, node: Node, args: readonly Scalar[], widths: Widths): Scalar {
  const [a, b, c] = args as [Scalar, Scalar, Scalar];
  if (node.op === "cast" || node.op === "detach") return a;
  if (node.op === "select") return fitKind(a, "b", widths) ? b : c;
  if (isUnary(node.op)) return unary(node.op, a, widths);
  if (isBinary(node.op)) return binary(name, node.op, a, b, widths);
  throw new Error(`the step of ${name} holds an operation "${node.op}" that is no scalar operation`);
}

function unary(op: UnaryOp, a: Scalar, widths: Widths): Scalar {
  const kind = computeKind(op, kindOfScalar(a));
  const x = fitKind(a, kind, widths);
  if (typeof x === "bigint") return integerUnary(op, x);
  return evaluateUnary(op, Number(x));
}

const order: { readonly [K in Kind]: number } = { b: 0, i: 1, f: 2 };

function binary(name: string, op: BinaryOp, a: Scalar, b: Scalar, widths: Widths): Scalar {
  const meet = order[kindOfScalar(a)] >= order[kindOfScalar(b)] ? kindOfScalar(a) : kindOfScalar(b);
  const kind = computeKind(op, meet);
  const x = fitKind(a, kind, widths);
  const y = fitKind(b, kind, widths);
  if (typeof x === "bigint" && typeof y === "bigint")
    return integerBinary(name, op, x, y, widths.i === "int64" ? 64n : 32n);
  if (op === "nextafter" && widths.f === "float32") return nextFloat32(Number(x), Number(y));
  return evaluateBinary(op, Number(x), Number(y));
}

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

/** The float32 after `a` towards `b`: neighbours differ by one as integers, the sign apart. */
function nextFloat32(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b) || a === b) return a === b ? b : NaN;
  if (a === 0) return Math.sign(b) * 2 ** -149;
  single[0] = a;
  singleBits[0]! += a > 0 === b > a ? 1 : -1;
  return single[0];
}
