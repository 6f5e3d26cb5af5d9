/** Differences of neighbours, and the derivatives and integrals made of them. */

import { ArgumentError, IndexError, ShapeError } from "../../errors.js";
import { floatFor } from "../../fused/dtypes.js";
import { normalizeDim } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { distinctDims, expectArgument, expectInteger, expectShape } from "../expect.js";
import { bindArguments, op } from "../op.js";
import { catTensors } from "../shape/joining.js";

/** The part from `start`, `size` long. */
const part = (x: Tensor, dim: number, start: number, size: number): Tensor =>
  x.narrow(dim, start, Math.max(size, 0));

function step(x: Tensor, dim: number): Tensor {
  const size = x.shape[dim] as number;
  const [left, right] = [part(x, dim, 0, size - 1), part(x, dim, Math.min(1, size), size - 1)];
  return x.dtype === "bool" ? right.logicalXor(left) : right.sub(left);
}

/** The n-th difference of neighbours along `dim`, with values put before and after first (`torch.diff`). */
export const diff = op(
  "diff",
  ["n", "dim", "prepend", "append"],
  (x: Tensor, n = 1, dim = -1, prepend: Tensor | null = null, append: Tensor | null = null): Tensor => {
    if (x.ndim === 0)
      throw new ShapeError("diff", "expected a tensor of at least one dimension, got a 0-d one");
    expectInteger("diff", 0, "n of at least 0", n);
    const along = normalizeDim("diff", dim, x.ndim);
    if (n === 0) return x.clone();
    const given = [prepend, x, append].filter((t) => t !== null);
    let result = given.length === 1 ? x : catTensors("diff", given, along);
    for (let k = 0; k < n && result.shape[along] !== 0; k++) result = step(result, along);
    return result;
  },
);

/** What one dimension's coordinates are: a distance between neighbours, or the coordinates themselves. */
type Spacing = number | Tensor;

function slope(x: Tensor, dim: number, spacing: Spacing, edgeOrder: 1 | 2): Tensor {
  const size = x.shape[dim] as number;
  expectShape("gradient", size > edgeOrder, `at least ${edgeOrder + 1} elements along dimension ${dim}`, x);
  const at = (start: number, length: number): Tensor => part(x, dim, start, length);
  const lastOf = (k: number): Tensor => at(size - k, 1);
  if (!(spacing instanceof Tensor)) {
    const inner = at(2, size - 2)
      .sub(at(0, size - 2))
      .div(2 * spacing);
    const left =
      edgeOrder === 1
        ? at(1, 1).sub(at(0, 1))
        : at(0, 1).mul(-1.5).add(at(1, 1).mul(2)).sub(at(2, 1).mul(0.5));
    const right =
      edgeOrder === 1
        ? lastOf(1).sub(lastOf(2))
        : lastOf(1).mul(1.5).sub(lastOf(2).mul(2)).add(lastOf(3).mul(0.5));
    return catTensors("gradient", [left.div(spacing), inner, right.div(spacing)], dim);
  }
  expectShape(
    "gradient",
    spacing.ndim === 1 && spacing.numel === size,
    `${size} coordinates for dimension ${dim}`,
    spacing,
  );
  const shaped = step(spacing, 0).reshape(x.shape.map((_, d) => (d === dim ? size - 1 : 1)));
  const gap = (start: number, length: number): Tensor => part(shaped, dim, start, length);
  /** The slope at `where` of the parabola through three neighbours whose gaps are a and b. */
  const parabola = (
    first: Tensor,
    second: Tensor,
    third: Tensor,
    a: Tensor,
    b: Tensor,
    where: "left" | "middle" | "right",
  ): Tensor => {
    const whole = a.add(b);
    const [p, q, r] = {
      left: [a.mul(2).add(b).neg().div(a.mul(whole)), whole.div(a.mul(b)), a.neg().div(b.mul(whole))],
      middle: [b.neg().div(a.mul(whole)), b.sub(a).div(a.mul(b)), a.div(b.mul(whole))],
      right: [b.div(a.mul(whole)), whole.neg().div(a.mul(b)), b.mul(2).add(a).div(b.mul(whole))],
    }[where] as [Tensor, Tensor, Tensor];
    return p.mul(first).add(q.mul(second)).add(r.mul(third));
  };
  const inner = parabola(
    at(0, size - 2),
    at(1, size - 2),
    at(2, size - 2),
    gap(0, size - 2),
    gap(1, size - 2),
    "middle",
  );
  const left =
    edgeOrder === 1
      ? at(1, 1).sub(at(0, 1)).div(gap(0, 1))
      : parabola(at(0, 1), at(1, 1), at(2, 1), gap(0, 1), gap(1, 1), "left");
  const right =
    edgeOrder === 1
      ? lastOf(1)
          .sub(lastOf(2))
          .div(gap(size - 2, 1))
      : parabola(lastOf(3), lastOf(2), lastOf(1), gap(size - 3, 1), gap(size - 2, 1), "right");
  return catTensors("gradient", [left, inner, right], dim);
}

/**
 * Derivatives along each dimension by central differences, one tensor for each (`torch.gradient`). `spacing`: one distance, one for each
 * dimension, or tensors of coordinates; `edgeOrder` 1 or 2 says how the ends are estimated.
 */
export const gradient = op(
  "gradient",
  ["spacing", "dim", "edgeOrder"],
  (
    x: Tensor,
    spacing: Spacing | readonly Spacing[] | null = null,
    dim: number | readonly number[] | null = null,
    edgeOrder: 1 | 2 = 1,
  ): Tensor[] => {
    expectArgument("gradient", edgeOrder === 1 || edgeOrder === 2, "edgeOrder 1 or 2", edgeOrder);
    const dims = distinctDims("gradient", dim ?? x.shape.map((_, d) => d), x.ndim);
    const spacings = Array.isArray(spacing)
      ? (spacing as readonly Spacing[])
      : dims.map(() => (spacing ?? 1) as Spacing);
    if (spacings.length !== dims.length)
      throw new ArgumentError(
        "gradient",
        `expected ${dims.length} spacings, one for each dimension, got ${spacings.length}`,
      );
    const values = x.to(floatFor(x.dtype));
    return dims.map((d, i) => slope(values, d, spacings[i] as Spacing, edgeOrder));
  },
);

/** Sums of neighbours times the gaps between their coordinates; half of them are the areas of the trapezoids. */
function doubledAreas(name: string, args: readonly unknown[]): { areas: Tensor; dim: number } {
  const [y, x = null, dx = 1, dim = -1] = bindArguments(name, ["x", "dx", "dim"], args) as [
    Tensor,
    Tensor | null | undefined,
    number | undefined,
    number | undefined,
  ];
  if (!(y instanceof Tensor)) throw new ArgumentError(name, "expected a tensor as its first argument");
  if (y.ndim === 0) throw new IndexError(name, "expected a tensor of at least one dimension, got a 0-d one");
  const along = normalizeDim(name, dim, y.ndim);
  const size = y.shape[along] as number;
  const sums = part(y, along, 0, size - 1).add(part(y, along, Math.min(1, size), size - 1));
  if (x === null) return { areas: dx === 1 ? sums : sums.mul(dx), dim: along };
  const lined =
    x.ndim === 1 && y.ndim > 1 ? x.reshape(y.shape.map((_, d) => (d === along ? x.numel : 1))) : x;
  return { areas: sums.mul(step(lined, lined.ndim - (y.ndim - along))), dim: along };
}

type Integral = [
  x?: Tensor | null | { x?: Tensor | null; dx?: number; dim?: number },
  options?: { dx?: number; dim?: number },
];

/** The integral of y along `dim` by trapezoids, over coordinates x or with distance dx (`torch.trapezoid`). */
export function trapezoid(y: Tensor, ...rest: Integral): Tensor {
  const { areas, dim } = doubledAreas("trapezoid", [y, ...rest]);
  return areas.sum(dim).div(2);
}
/** As `trapezoid` (`torch.trapz`). */
export const trapz = trapezoid;

/** The running integral of y along `dim` by trapezoids, one element shorter (`torch.cumulative_trapezoid`). */
export function cumulativeTrapezoid(y: Tensor, ...rest: Integral): Tensor {
  const { areas, dim } = doubledAreas("cumulativeTrapezoid", [y, ...rest]);
  return areas.cumsum(dim).div(2);
}
