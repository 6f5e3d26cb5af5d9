/** The `Row` given to rowwise definitions: reductions over the axes of a row. */
import type { Algebra } from "./algebra.js";
import { Expr } from "./expr.js";
import type { Axes, MonoidSlot } from "./types.js";

/** Everything a rowwise definition can ask of the row it is defined over; results hold for the whole row. */
export class Row {
  constructor(
    private readonly algebra: Algebra,
    private readonly over: Axes,
  ) {}

  /** Number of elements of the row, an integer. */
  get size(): Expr {
    return new Expr(this.algebra, this.algebra.size(this.over));
  }

  /** Position within the row, row-major, an integer. */
  index(): Expr {
    return new Expr(this.algebra, this.algebra.index(this.over));
  }

  /** The sum; booleans are counted. */
  sum(x: Expr): Expr {
    return this.reduce("sum", x);
  }

  /** The product. */
  prod(x: Expr): Expr {
    return this.reduce("prod", x);
  }

  /** The arithmetic mean, floating-point. */
  mean(x: Expr): Expr {
    return this.sum(x.toFloat()).div(this.size);
  }

  /** The greatest element; NaN if any is. The gradient is shared evenly among equals (`torch.amax`). */
  max(x: Expr): Expr {
    return this.reduce("max", x);
  }

  /** The least element; NaN if any is. The gradient is shared evenly among equals (`torch.amin`). */
  min(x: Expr): Expr {
    return this.reduce("min", x);
  }

  /** Whether any element is true (not zero). */
  any(x: Expr): Expr {
    return this.reduce("any", x);
  }

  /** Whether all elements are true (not zero). */
  all(x: Expr): Expr {
    return this.reduce("all", x);
  }

  /** Position of the first greatest element, an integer. */
  argmax(x: Expr): Expr {
    return this.reduce("argmax.index", x);
  }

  /** Position of the first least element, an integer. */
  argmin(x: Expr): Expr {
    return this.reduce("argmin.index", x);
  }

  /** The greatest element and its first position; the whole gradient goes to that position (`torch.max(x, dim)`). */
  maxWithIndex(x: Expr): { value: Expr; index: Expr } {
    return { value: this.reduce("argmax.value", x), index: this.argmax(x) };
  }

  /** The least element and its first position; the whole gradient goes to that position (`torch.min(x, dim)`). */
  minWithIndex(x: Expr): { value: Expr; index: Expr } {
    return { value: this.reduce("argmin.value", x), index: this.argmin(x) };
  }

  /** The mean and the sum of squared distances from it, in one sweep without cancellation. */
  moments(x: Expr): { mean: Expr; m2: Expr } {
    return { mean: this.reduce("welford.mean", x), m2: this.reduce("welford.m2", x) };
  }

  /** The variance, divided by size - correction, not below 0 (`torch.var`). */
  variance(x: Expr, correction: Expr | number = 1): Expr {
    return this.moments(x).m2.div(this.size.toFloat().sub(correction).max(0));
  }

  /** log of the sum of exponentials, without overflow; -inf for a row of -inf. */
  logsumexp(x: Expr): Expr {
    const m = this.max(x.toFloat()).detach();
    const shift = m.isinf().where(0, m);
    const sum = this.sum(x.sub(shift).exp());
    return sum.eq(0).where(Number.NEGATIVE_INFINITY, sum.log().add(shift));
  }

  private reduce(slot: MonoidSlot, x: Expr): Expr {
    return new Expr(this.algebra, this.algebra.reduce(slot, x.node, this.over));
  }
}
