/** Sampling at arbitrary positions (`torch.nn.functional.grid_sample`, `affine_grid`; Jaderberg et al. 2015). */
import {
  ArgumentError,
  applyOne,
  type Expr,
  formatShape,
  op,
  type Pointwise,
  pointwise,
  ShapeError,
  type Tensor,
  tensor,
} from "@flambeau/core";
import { limited } from "./limited.js";
import { CUBIC } from "./taps.js";

export type GridMode = "bilinear" | "nearest" | "bicubic";
export type GridPadding = "zeros" | "border" | "reflection";

interface How {
  readonly mode: GridMode;
  readonly padding: GridPadding;
  readonly alignCorners: boolean;
}

/** From [-1, 1] to positions of a dimension of `size`: the ends are centres of the outer elements or their outer edges. */
const scaled = (g: Expr, size: Expr, { alignCorners }: How): Expr =>
  alignCorners ? g.add(1).mul(0.5).mul(size.sub(1)) : g.add(1).mul(size).sub(1).mul(0.5);

/** Positions outside folded back at the outer elements or edges. */
function reflected(x: Expr, size: Expr, { alignCorners }: How): Expr {
  const low = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size.sub(1) : size;
  const distance = x.sub(low).abs();
  const extra = distance.fmod(span);
  const even = distance.div(span).floor().remainder(2).eq(0);
  const folded = even.where(extra.add(low), span.sub(extra).add(low));
  return span.eq(0).where(0, folded);
}

function padded(x: Expr, size: Expr, how: How): Expr {
  if (how.padding === "zeros") return x;
  return limited(how.padding === "reflection" ? reflected(x, size, how) : x, 0, size.sub(1));
}

/** Keys' cubic weights of the four elements around a position that is t past the second. */
function cubicWeights(t: Expr): Expr[] {
  const near = (d: Expr): Expr =>
    d
      .mul(CUBIC + 2)
      .sub(CUBIC + 3)
      .mul(d)
      .mul(d)
      .add(1);
  const far = (d: Expr): Expr => d.sub(5).mul(d).add(8).mul(d).sub(4).mul(CUBIC);
  const rest = t.neg().add(1);
  return [far(t.add(1)), near(t), near(rest), far(rest.add(1))];
}

/** Positions (as floats) and weights of the elements that one coordinate touches. */
function touched(g: Expr, size: Expr, how: How): { at: Expr; weight: Expr }[] {
  const x = scaled(g, size, how);
  if (how.mode === "bicubic") {
    const base = x.floor().detach();
    return cubicWeights(x.sub(base)).map((weight, k) => ({
      at: padded(base.add(k - 1), size, how).round(),
      weight,
    }));
  }
  const at = padded(x, size, how);
  if (how.mode === "nearest") return [{ at: at.round().detach(), weight: at.detach().mul(0).add(1) }];
  const base = at.floor().detach();
  return [
    { at: base, weight: base.add(1).sub(at) },
    { at: base.add(1), weight: at.sub(base) },
  ];
}

type Prepare = Pointwise<[Expr, Expr], Expr[]>;
const prepared = new Map<string, Prepare>();

/** Index tensors and weights, in turn, for one coordinate; elements outside have weight 0. */
function prepare(how: How): Prepare {
  const key = Object.values(how).join();
  let run = prepared.get(key);
  if (run === undefined) {
    run = pointwise(
      "gridSample",
      (g: Expr, size: Expr) =>
        touched(g, size, how).flatMap(({ at, weight }) => {
          const inside = at.ge(0).and(at.lt(size));
          return [inside.where(at, 0).toInt(), inside.where(weight, 0)];
        }),
      { promote: [0] },
    );
    prepared.set(key, run);
  }
  return run;
}

interface Tap {
  readonly index: Tensor;
  readonly weight: Tensor;
}

function tapsOf(coordinate: Tensor, size: number, how: How): Tap[] {
  const flat = prepare(how)(coordinate, size) as unknown as Tensor[];
  return Array.from({ length: flat.length / 2 }, (_, k) => ({
    index: flat[2 * k] as Tensor,
    weight: flat[2 * k + 1] as Tensor,
  }));
}

/** Every choice of one tap per dimension. */
const choices = (dims: readonly (readonly Tap[])[]): Tap[][] =>
  dims.reduce<Tap[][]>((lists, taps) => lists.flatMap((list) => taps.map((tap) => [...list, tap])), [[]]);

function check(name: string, x: Tensor, grid: Tensor, mode: GridMode, padding: GridPadding): void {
  const spatial = x.ndim - 2;
  if (mode !== "bilinear" && mode !== "nearest" && mode !== "bicubic")
    throw new ArgumentError(name, `expected mode "bilinear", "nearest" or "bicubic", got "${String(mode)}"`);
  if (padding !== "zeros" && padding !== "border" && padding !== "reflection")
    throw new ArgumentError(
      name,
      `expected paddingMode "zeros", "border" or "reflection", got "${String(padding)}"`,
    );
  const fits =
    (spatial === 2 || (spatial === 3 && mode !== "bicubic")) &&
    grid.ndim === x.ndim &&
    grid.shape[0] === x.shape[0] &&
    grid.shape.at(-1) === spatial;
  if (!fits || x.shape.slice(2).includes(0))
    throw new ShapeError(
      name,
      `expected an input [N, C, H, W] and a grid [N, h, w, 2] (or the same with depth, not for "bicubic"), got ${formatShape(x.shape)} and ${formatShape(grid.shape)}`,
    );
}

/**
 * Values of x [N, C, H, W] at the positions of grid [N, h, w, 2], given as (x, y) in [-1, 1] → [N, C, h, w]; likewise in three
 * dimensions. Between elements by `mode`; outside 0, the border, or the image reflected at it. The ends of [-1, 1] are the
 * centres of the outer elements with alignCorners, else their outer edges.
 */
export const gridSample = op(
  "gridSample",
  ["grid", "mode", "paddingMode", "alignCorners"],
  (
    x: Tensor,
    grid: Tensor,
    mode: GridMode = "bilinear",
    paddingMode: GridPadding = "zeros",
    alignCorners: boolean | null = null,
  ): Tensor => {
    const name = "gridSample";
    check(name, x, grid, mode, paddingMode);
    const how = { mode, padding: paddingMode, alignCorners: alignCorners === true };
    const sizes = x.shape.slice(2);
    const coordinates = [{ axis: 0 }, { axis: 1 }, ...sizes.map((_, d) => ({ index: d }))];
    const shape = [x.shape[0] as number, x.shape[1] as number, ...grid.shape.slice(1, -1)];
    // The last dimension counts first.
    const dims = sizes.map((size, d) =>
      tapsOf(grid.select(-1, sizes.length - 1 - d).unsqueeze(1), size, how),
    );
    const parts = choices(dims).map((taps) => {
      const values = applyOne("gather", [x, ...taps.map(({ index }) => index)], {
        op: name,
        coordinates,
        wrap: false,
        shape,
      });
      return taps.reduce((product, { weight }) => product.mul(weight), values);
    });
    return parts.reduce((sum, part) => sum.add(part));
  },
);

/** Centres from -1 to 1: of the outer elements with `alignCorners`, else of elements whose outer edges are the ends. */
function centres(size: number, alignCorners: boolean): number[] {
  const shrink = alignCorners ? 1 : (size - 1) / size;
  return Array.from({ length: size }, (_, i) => (size === 1 ? 0 : ((2 * i) / (size - 1) - 1) * shrink));
}

/**
 * The grid that `gridSample` needs to apply affine maps: theta [N, 2, 3] and size [N, C, H, W] → [N, H, W, 2], or theta [N, 3, 4] and size
 * [N, C, D, H, W] → [N, D, H, W, 3].
 */
export const affineGrid = op(
  "affineGrid",
  ["size", "alignCorners"],
  (theta: Tensor, size: readonly number[], alignCorners: boolean | null = null): Tensor => {
    const name = "affineGrid";
    const spatial = size.slice(2);
    const rank = spatial.length;
    if (
      (rank !== 2 && rank !== 3) ||
      theta.shape.join() !== [size[0], rank, rank + 1].join() ||
      size.some((n) => !Number.isInteger(n) || n < 1)
    )
      throw new ShapeError(
        name,
        `expected theta [N, 2, 3] and a positive size [N, C, H, W], or [N, 3, 4] and [N, C, D, H, W], got ${formatShape(theta.shape)} and ${formatShape(size)}`,
      );
    const lines = spatial.map((n) => centres(n, alignCorners === true));
    const points = lines.reduce<number[][]>(
      (lists, line) => lists.flatMap((list) => line.map((at) => [at, ...list])),
      [[1]],
    );
    const base = tensor(points, { dtype: theta.dtype, device: theta.device });
    return base.matmul(theta.transpose(1, 2)).reshape([size[0] as number, ...spatial, rank]);
  },
);
