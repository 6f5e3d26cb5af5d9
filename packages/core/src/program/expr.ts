/** Scalar expressions: what pointwise and rowwise definitions are written in. */
import { ArgumentError } from "../errors.js";
import type { Algebra } from "./algebra.js";
import { currentAlgebra } from "./context.js";
import { binaryOps, higherKind, unaryOps } from "./scalars.js";
import { trigamma } from "./trigamma.js";
import type { BinaryOp, Kind, Node, UnaryOp } from "./types.js";

/**
 * What may stand beside an expression. An integral number takes the kind of the expression it meets (an integer beside
 * booleans); a fraction, an infinity or NaN makes the result floating-point; a bigint is an integer of full width.
 */
export type Scalar = Expr | number | bigint | boolean;

type UnaryMethods = { readonly [K in UnaryOp]: () => Expr };
type BinaryMethods = { readonly [K in BinaryOp]: (other: Scalar) => Expr };

/** One method per row of the scalar tables; `Expr` inherits them. */
class ScalarMethods {}
const Methods = ScalarMethods as new () => UnaryMethods & BinaryMethods;

/**
 * A scalar expression: the value at one position of a fused kernel. Every method returns a new expression and nothing
 * is computed until the kernel runs. Kinds meet upwards, boolean to integer to floating-point; their widths are those
 * of the tensors the kernel is called with.
 *
 * ```ts
 * const gelu = pointwise("gelu", (x) => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1)));
 * ```
 */
export class Expr extends Methods {
  constructor(
    readonly algebra: Algebra,
    readonly node: Node,
  ) {
    super();
  }

  /** `"f"` floating-point, `"i"` integer or `"b"` boolean. */
  get kind(): Kind {
    return this.node.kind;
  }

  /** `whenTrue` where this is true (or not zero), else `whenFalse`. Only the chosen branch passes on a gradient. */
  where(whenTrue: Scalar, whenFalse: Scalar): Expr {
    const both = commonKind([whenTrue, whenFalse]);
    const [a, b] = [nodeOf(this.algebra, whenTrue, both), nodeOf(this.algebra, whenFalse, both)];
    return this.like(this.algebra.select(this.node, a, b));
  }

  /** The same value as floating-point, integer (cut towards zero) or boolean (not zero). */
  toFloat(): Expr {
    return this.like(this.algebra.cast(this.node, "f"));
  }
  toInt(): Expr {
    return this.like(this.algebra.cast(this.node, "i"));
  }
  toBool(): Expr {
    return this.like(this.algebra.cast(this.node, "b"));
  }

  /** The value, with no gradient through it. */
  detach(): Expr {
    return this.like(this.algebra.detach(this.node));
  }

  /** x * x */
  square(): Expr {
    return this.mul(this);
  }

  /** Limits to [low, high]; the gradient is 1 within and at the bounds, as in `torch.clamp`. NaN stays, with no gradient. */
  clamp(low: Scalar | null, high: Scalar | null = null): Expr {
    const raised = low === null ? this : this.ge(low).where(this, this.detach().max(low));
    return high === null ? raised : raised.le(high).where(raised, raised.detach().min(high));
  }

  /** log(sigmoid(x)) without overflow. */
  logSigmoid(): Expr {
    return this.neg().softplus().neg();
  }

  /** Whether the value is neither NaN nor infinite. */
  isfinite(): Expr {
    return this.isnan().or(this.isinf()).not();
  }

  /** The greater of two, ignoring NaN where the other is a number; on a tie this one gets the gradient. */
  fmax(other: Scalar): Expr {
    const b = this.beside(other);
    return this.ge(b).or(b.isnan()).where(this, b);
  }

  /** The lesser of two, ignoring NaN where the other is a number; on a tie this one gets the gradient. */
  fmin(other: Scalar): Expr {
    const b = this.beside(other);
    return this.le(b).or(b.isnan()).where(this, b);
  }

  /** Logical operations on the truth (not zero) of both. */
  logicalAnd(other: Scalar): Expr {
    return this.toBool().and(this.beside(other).toBool());
  }
  logicalOr(other: Scalar): Expr {
    return this.toBool().or(this.beside(other).toBool());
  }
  logicalXor(other: Scalar): Expr {
    return this.toBool().xor(this.beside(other).toBool());
  }
  logicalNot(): Expr {
    return this.toBool().not();
  }

  /** x * log(y) with 0 where x is 0, unless y is NaN (`torch.xlogy`). */
  xlogy(y: Scalar): Expr {
    const b = this.beside(y);
    return b.isnan().where(Number.NaN, this.eq(0).where(0, this.mul(b.log())));
  }

  /** this + weight * (end - this) */
  lerp(end: Scalar, weight: Scalar): Expr {
    return this.add(this.beside(end).sub(this).mul(weight));
  }

  /** The derivative of digamma (`torch.polygamma(1, x)`). */
  polygamma1(): Expr {
    return trigamma(this.toFloat());
  }

  /** `other` as an expression, given the kind it takes beside this one. */
  private beside(other: Scalar): Expr {
    return other instanceof Expr
      ? other
      : this.like(nodeOf(this.algebra, other, literalKind(other, this.kind)));
  }

  private like(node: Node): Expr {
    return new Expr(this.algebra, node);
  }
}

function literalKind(value: Exclude<Scalar, Expr>, beside: Kind): Kind {
  if (typeof value === "boolean") return "b";
  if (typeof value === "bigint") return "i";
  return Number.isInteger(value) ? (beside === "f" ? "f" : "i") : "f";
}

/** The kind `values` meet in; plain numbers adopt it where they can, and are floating-point among themselves. */
function commonKind(values: readonly Scalar[]): Kind {
  const kinds = values.flatMap((value) => (value instanceof Expr ? [value.kind] : []));
  if (kinds.length === 0 && values.some((value) => typeof value === "number")) return "f";
  return values.reduce<Kind>(
    (kind, value) => (value instanceof Expr ? kind : higherKind(kind, literalKind(value, kind))),
    kinds.reduce(higherKind, "b"),
  );
}

/** The node of `value` among those of `algebra`; a literal becomes a constant of `kind`. */
export function nodeOf(algebra: Algebra, value: Scalar, kind: Kind): Node {
  if (value instanceof Expr) {
    if (value.algebra === algebra) return value.node;
    throw new ArgumentError(
      "Expr",
      "expected expressions of one definition, got one that belongs to another",
    );
  }
  if (typeof value === "boolean") return algebra.cast(algebra.constant(Number(value), "b"), kind);
  if (typeof value === "bigint") return algebra.constant(kind === "f" ? Number(value) : value, kind);
  if (typeof value === "number") return algebra.constant(value, kind);
  throw new ArgumentError("Expr", `expected an expression, number, bigint or boolean, got ${String(value)}`);
}

for (const op of unaryOps) {
  Object.defineProperty(ScalarMethods.prototype, op, {
    value(this: Expr): Expr {
      return new Expr(this.algebra, this.algebra.unary(op, this.node));
    },
  });
}

for (const op of binaryOps) {
  Object.defineProperty(ScalarMethods.prototype, op, {
    value(this: Expr, other: Scalar): Expr {
      const kind = other instanceof Expr ? other.kind : literalKind(other, this.kind);
      return new Expr(this.algebra, this.algebra.binary(op, this.node, nodeOf(this.algebra, other, kind)));
    },
  });
}

/** `whenTrue` where `condition` holds, else `whenFalse`. */
export function select(condition: Expr, whenTrue: Scalar, whenFalse: Scalar): Expr {
  return condition.where(whenTrue, whenFalse);
}

/** A constant: floating-point for a number, integer for a bigint, boolean for a boolean. */
export function constant(value: number | bigint | boolean): Expr {
  const algebra = currentAlgebra("constant");
  const kind = typeof value === "boolean" ? "b" : typeof value === "bigint" ? "i" : "f";
  return new Expr(algebra, nodeOf(algebra, value, kind));
}
