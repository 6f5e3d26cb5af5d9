/** Expressions that depend on the position in the launch. They may be called inside a definition only. */
import { currentAlgebra } from "./context.js";
import { Expr, nodeOf, type Scalar } from "./expr.js";

/** The row-major position in the whole launch, an integer. */
export function linear(): Expr {
  const algebra = currentAlgebra("linear");
  return new Expr(algebra, algebra.linear());
}

/**
 * A uniform random number in [0, 1) at every position: a pure function of seed, offset, stream and position, so a
 * gradient that asks again gets the same number. Streams are independent of each other.
 */
export function rand(seed: Scalar, offset: Scalar = 0, stream = 0): Expr {
  const algebra = currentAlgebra("rand");
  return new Expr(
    algebra,
    algebra.rand(nodeOf(algebra, seed, "i"), nodeOf(algebra, offset, "i"), stream, "f"),
  );
}

/** Like `rand`, but random bits as a non-negative integer. */
export function randBits(seed: Scalar, offset: Scalar = 0, stream = 0): Expr {
  const algebra = currentAlgebra("randBits");
  return new Expr(
    algebra,
    algebra.rand(nodeOf(algebra, seed, "i"), nodeOf(algebra, offset, "i"), stream, "i"),
  );
}
