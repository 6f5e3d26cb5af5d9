/** Python's `start:stop:step` for `at` and `set`. */
import { ArgumentError } from "../../errors.js";

/** A range of positions along one dimension; null stands for a bound left out. */
export class Slice {
  constructor(
    readonly start: number | null,
    readonly stop: number | null,
    readonly step: number,
  ) {}

  /** First position and number of positions of the range in a dimension of `size` elements. */
  within(size: number): { start: number; count: number } {
    const bound = (i: number): number => Math.min(Math.max(i < 0 ? i + size : i, 0), size);
    const start = bound(this.start ?? 0);
    const stop = bound(this.stop ?? size);
    return { start, count: Math.max(0, Math.ceil((stop - start) / this.step)) };
  }

  toString(): string {
    return `${this.start ?? ""}:${this.stop ?? ""}${this.step === 1 ? "" : `:${this.step}`}`;
  }
}

/**
 * The positions start, start + step, … below stop, for `x.at(...)`: `slice()` is `:`, `slice(1)` is `1:`, `slice(null, -1)` is `:-1`.
 * Negative bounds count from the end, bounds beyond it are cut. Throws ArgumentError unless the step is positive.
 */
export function slice(
  start: number | null = null,
  stop: number | null = null,
  step: number | null = null,
): Slice {
  for (const bound of [start, stop]) {
    if (bound !== null && !Number.isInteger(bound))
      throw new ArgumentError("slice", `expected integer bounds, got ${String(bound)}`);
  }
  if (step !== null && (!Number.isInteger(step) || step <= 0)) {
    throw new ArgumentError("slice", `expected a positive step, got ${String(step)}; use flip to reverse`);
  }
  return new Slice(start, stop, step ?? 1);
}
