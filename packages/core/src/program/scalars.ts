/**
 * What the tables of scalar operations hold. Adding an operation is adding its name to `types.ts` and one row to
 * `unary.ts` or `binary.ts`: kinds, meaning and derivative all come from the row.
 */
import { DTypeError } from "../errors.js";
import { binaryScalars } from "./binary.js";
import type { Expr } from "./expr.js";
import type { BinaryOp, Kind, UnaryOp } from "./types.js";
import { unaryScalars } from "./unary.js";

/** A local derivative: an expression, or a plain number; `null` where the gradient is zero everywhere. */
export type Slope = Expr | number;

interface ScalarRow {
  /** Kinds the operation computes in, lowest first. Arguments of a lower kind are promoted (b < i < f). */
  readonly takes: readonly Kind[];
  /** The kind of the result: `same` is the kind computed in. */
  readonly gives: Kind | "same";
}

export interface UnaryScalar extends ScalarRow {
  /** Value in float64, booleans being 0 and 1; null where it takes more than arithmetic (see `special.ts`): constants stay. */
  readonly evaluate: ((x: number) => number) | null;
  /** d y / d x from x and the result y. Written with y wherever possible, so that saving the output is enough. */
  readonly slope: ((x: Expr, y: Expr) => Slope) | null;
}

export interface BinaryScalar extends ScalarRow {
  /** As for `UnaryScalar`. */
  readonly evaluate: ((a: number, b: number) => number) | null;
  readonly slopes: readonly [
    ((a: Expr, b: Expr, y: Expr) => Slope) | null,
    ((a: Expr, b: Expr, y: Expr) => Slope) | null,
  ];
  /** Whether swapping the arguments gives the very same bits. */
  readonly commutes: boolean;
}

export const unaryOps = Object.keys(unaryScalars) as UnaryOp[];
export const binaryOps = Object.keys(binaryScalars) as BinaryOp[];
export const isUnary = (op: string): op is UnaryOp => Object.hasOwn(unaryScalars, op);
export const isBinary = (op: string): op is BinaryOp => Object.hasOwn(binaryScalars, op);
export const unaryScalar = (op: UnaryOp): UnaryScalar => unaryScalars[op];
export const binaryScalar = (op: BinaryOp): BinaryScalar => binaryScalars[op];

export const kindOrder: { readonly [K in Kind]: number } = { b: 0, i: 1, f: 2 };
const kindNames: { readonly [K in Kind]: string } = { b: "boolean", i: "integer", f: "floating-point" };

export const higherKind = (a: Kind, b: Kind): Kind => (kindOrder[a] >= kindOrder[b] ? a : b);

/** The kind `op` computes in when its arguments meet in `kind`. */
export function computeKind(op: UnaryOp | BinaryOp, kind: Kind): Kind {
  const takes = isUnary(op) ? unaryScalar(op).takes : binaryScalar(op).takes;
  const found = takes.find((k) => kindOrder[k] >= kindOrder[kind]);
  if (found !== undefined) return found;
  const expected = takes.map((k) => kindNames[k]).join(" or ");
  throw new DTypeError(op, `expected ${expected} arguments, got ${kindNames[kind]} ones`);
}

/** The kind of `op`'s result when it computes in `kind`. */
export function resultKind(op: UnaryOp | BinaryOp, kind: Kind): Kind {
  const { gives } = isUnary(op) ? unaryScalar(op) : binaryScalar(op);
  return gives === "same" ? kind : gives;
}
