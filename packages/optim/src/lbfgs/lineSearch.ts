/** The line search of L-BFGS: a step along a direction that satisfies the strong Wolfe conditions. */
import type { Tensor } from "@flambeau/core";
import { dot, greatest } from "./vector.js";

/** A point on the line: how far along, the loss, its gradient, and its slope along the direction. */
export interface Point {
  readonly at: number;
  readonly loss: number;
  readonly gradient: Tensor;
  readonly slope: number;
}

/** Loss and gradient at a distance along the direction. */
export type Evaluate = (at: number) => { loss: number; gradient: Tensor };

/** A decrease of at least this share of what the initial slope promises. */
const decrease = 1e-4;
/** A slope of at most this share of the initial one. */
const curvature = 0.9;
const maxEvaluations = 25;

/**
 * The minimum, within `bounds`, of the cubic through two points with their slopes; the middle where it has none. The
 * bounds are the points themselves unless given.
 */
export function cubicMinimum(
  p: Pick<Point, "at" | "loss" | "slope">,
  q: Pick<Point, "at" | "loss" | "slope">,
  bounds?: readonly [number, number],
): number {
  const [left, right] = p.at <= q.at ? [p, q] : [q, p];
  const [low, high] = bounds ?? [left.at, right.at];
  const mean = p.slope + q.slope - (3 * (p.loss - q.loss)) / (p.at - q.at);
  const discriminant = mean * mean - p.slope * q.slope;
  if (!(discriminant >= 0)) return (low + high) / 2;
  const root = Math.sqrt(discriminant);
  const share = (right.slope + root - mean) / (right.slope - left.slope + 2 * root);
  return Math.min(Math.max(right.at - (right.at - left.at) * share, low), high);
}

/**
 * Finds a step from `start` (at 0) along `direction`, trying `first` first: grows an interval until it must contain such a
 * step, then narrows it (Nocedal & Wright 2006, algorithms 3.5 and 3.6). Gives the best point found within 25 evaluations, and
 * their number. Intervals that move no parameter by more than `tolerance` are not narrowed further.
 */
export function strongWolfe(
  evaluate: Evaluate,
  direction: Tensor,
  start: Point,
  first: number,
  tolerance = 1e-9,
): { point: Point; evaluations: number } {
  let evaluations = 0;
  const visit = (at: number): Point => {
    evaluations++;
    const { loss, gradient } = evaluate(at);
    return { at, loss, gradient, slope: dot(gradient, direction) };
  };
  const isTooHigh = (p: Point): boolean => p.loss > start.loss + decrease * p.at * start.slope;
  const isFlat = (p: Point): boolean => Math.abs(p.slope) <= -curvature * start.slope;
  const spent = (): boolean => evaluations > maxEvaluations;

  let before = start;
  let point = visit(first);
  while (!isTooHigh(point) && !(evaluations > 2 && point.loss >= before.loss)) {
    if (isFlat(point)) return { point, evaluations };
    if (point.slope >= 0) break;
    const ahead = [point.at + 0.01 * (point.at - before.at), point.at * 10] as const;
    const at = cubicMinimum(before, point, ahead);
    before = point;
    point = visit(at);
    if (spent()) {
      before = start;
      break;
    }
  }

  let [low, high] = before.loss <= point.loss ? [before, point] : [point, before];
  const width = greatest(direction);
  let stuck = false;
  while (!spent() && Math.abs(high.at - low.at) * width >= tolerance) {
    const [from, to] = [Math.min(low.at, high.at), Math.max(low.at, high.at)];
    let at = cubicMinimum(low, high);
    const margin = 0.1 * (to - from);
    const isNearEnd = Math.min(to - at, at - from) < margin;
    const mustMove: boolean = isNearEnd && (stuck || at >= to || at <= from);
    if (mustMove) at = Math.abs(at - to) < Math.abs(at - from) ? to - margin : from + margin;
    stuck = isNearEnd && !mustMove;

    const next = visit(at);
    if (isTooHigh(next) || next.loss >= low.loss) {
      [low, high] = low.loss <= next.loss ? [low, next] : [next, low];
      continue;
    }
    if (!isFlat(next) && next.slope * (high.at - low.at) >= 0) high = low;
    low = next;
    if (isFlat(next)) break;
  }
  return { point: low, evaluations };
}
