/** Expressions that depend on the position in the launch. They may be called inside a definition only. */
import { currentAlgebra } from "./context.js";
import { Expr, nodeOf, type Scalar } from "./expr.js";
import type { Kind } from "./types.js";

/** The row-major position in the whole launch, an integer. */
export function linear(): Expr {
  const algebra = currentAlgebra("linear");
  return new Expr(algebra, algebra.linear());
}

function drawn(op: string, kind: Kind, seed: Scalar, offset: Scalar, stream: number): Expr {
  const algebra = currentAlgebra(op);
  const [key, counter] = [nodeOf(algebra, seed, "i"), nodeOf(algebra, offset, "i")];
  return new Expr(algebra, algebra.rand(key, counter, stream, kind));
}

/**
 * A uniform random number in [0, 1) at every position: a pure function of seed, offset, stream and position, so a
 * gradient that asks again gets the same number. Streams are independent of each other.
 */
export const rand = (seed: Scalar, offset: Scalar = 0, stream = 0): Expr =>
  drawn("rand", "f", seed, offset, stream);

/** Like `rand`, but random bits as a non-negative integer. */
export const randBits = (seed: Scalar, offset: Scalar = 0, stream = 0): Expr =>
  drawn("randBits", "i", seed, offset, stream);
