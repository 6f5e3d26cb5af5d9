/** A limit as activations and grids use it. */
import type { Expr } from "@flambeau/core";

/** x limited to [low, high]: unlike `clamp`, without a gradient at the bounds. */
export const limited = (x: Expr, low: Expr | number, high: Expr | number): Expr =>
  x.le(low).or(x.ge(high)).where(x.detach().max(low).min(high), x);
