/** Sliding local blocks as columns and back (`torch.nn.functional.unfold`, `fold`). */
import { ArgumentError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { tensor, zeros } from "../creation.js";
import { expectShape } from "../expect.js";
import { op } from "../op.js";
import { pad as padded } from "./pad.js";
import { reshape } from "./reshape.js";
import { dropDim, sliceAlong } from "./slicing.js";

export type Pair = number | readonly number[];
type Two = readonly [number, number];

function two(name: string, what: string, value: Pair, least: number): Two {
  const pair = typeof value === "number" ? [value, value] : value.length === 1 ? [value[0], value[0]] : value;
  if (pair.length !== 2 || !pair.every((n) => Number.isInteger(n) && (n as number) >= least)) {
    throw new ArgumentError(
      name,
      `expected ${what} to be one or two integers of at least ${least}, got ${typeof value === "number" ? value : formatShape(value)}`,
    );
  }
  return pair as unknown as Two;
}

interface Blocks {
  readonly kernel: Two;
  readonly dilation: Two;
  readonly padding: Two;
  readonly stride: Two;
  /** Number of blocks along height and width. */
  readonly count: Two;
}

function blocks(
  name: string,
  size: Two,
  kernelSize: Pair,
  dilation: Pair,
  padding: Pair,
  stride: Pair,
): Blocks {
  const window = {
    kernel: two(name, "kernelSize", kernelSize, 1),
    dilation: two(name, "dilation", dilation, 1),
    padding: two(name, "padding", padding, 0),
    stride: two(name, "stride", stride, 1),
  };
  const along = (d: 0 | 1): number =>
    Math.floor(
      (size[d] + 2 * window.padding[d] - window.dilation[d] * (window.kernel[d] - 1) - 1) / window.stride[d],
    ) + 1;
  const count: Two = [along(0), along(1)];
  if (count[0] < 1 || count[1] < 1) {
    throw new ShapeError(
      name,
      `blocks of ${formatShape(window.kernel)} do not fit ${formatShape(size)} padded by ${formatShape(window.padding)}`,
    );
  }
  return { ...window, count };
}

/** Blocks of [N, C, H, W] (or [C, H, W]) as columns: [N, C·kh·kw, L] (`nn.functional.unfold`). */
export const unfold = op(
  "unfold",
  ["kernelSize", "dilation", "padding", "stride"],
  (x: Tensor, kernelSize: Pair, dilation: Pair = 1, padding: Pair = 0, stride: Pair = 1): Tensor => {
    const rank = x.shape.length;
    expectShape("unfold", rank === 3 || rank === 4, "[N, C, H, W] or [C, H, W]", x);
    const batch = rank === 4 ? x : reshape(x, [1, ...x.shape]);
    const [n, c, h, w] = batch.shape as [number, number, number, number];
    const {
      kernel,
      dilation: gap,
      padding: edge,
      stride: step,
      count,
    } = blocks("unfold", [h, w], kernelSize, dilation, padding, stride);
    const wide = padded(batch, [edge[1], edge[1], edge[0], edge[0]]);
    const reach = (d: 0 | 1): number => gap[d] * (kernel[d] - 1) + 1;
    const rows = applyOne("unfold", [wide], { dim: 2, size: reach(0), step: step[0] });
    const both = applyOne("unfold", [rows], { dim: 3, size: reach(1), step: step[1] });
    const spaced = sliceAlong(sliceAlong(both, 4, 0, kernel[0], gap[0]), 5, 0, kernel[1], gap[1]);
    const columns = reshape(applyOne("permute", [spaced], { dims: [0, 1, 4, 5, 2, 3] }), [
      n,
      c * kernel[0] * kernel[1],
      count[0] * count[1],
    ]);
    return rank === 4 ? columns : dropDim(columns, 0);
  },
);

/** Columns [N, C·kh·kw, L] summed back into [N, C, ...outputSize], the transpose of `unfold` (`nn.functional.fold`). */
export const fold = op(
  "fold",
  ["outputSize", "kernelSize", "dilation", "padding", "stride"],
  (
    x: Tensor,
    outputSize: Pair,
    kernelSize: Pair,
    dilation: Pair = 1,
    padding: Pair = 0,
    stride: Pair = 1,
  ): Tensor => {
    const rank = x.shape.length;
    expectShape("fold", rank === 2 || rank === 3, "[N, C·kh·kw, L] or [C·kh·kw, L]", x);
    const size = two("fold", "outputSize", outputSize, 1);
    const {
      kernel,
      dilation: gap,
      padding: edge,
      stride: step,
      count,
    } = blocks("fold", size, kernelSize, dilation, padding, stride);
    const batch = rank === 3 ? x : reshape(x, [1, ...x.shape]);
    const [n, rows, length] = batch.shape as [number, number, number];
    const c = rows / (kernel[0] * kernel[1]);
    if (!Number.isInteger(c) || length !== count[0] * count[1]) {
      throw new ShapeError(
        "fold",
        `expected rows divisible by ${kernel[0] * kernel[1]} and ${count[0] * count[1]} columns, got shape ${formatShape(x.shape)}`,
      );
    }
    const positions = (d: 0 | 1): number[][] =>
      Array.from({ length: kernel[d] }, (_, k) =>
        Array.from({ length: count[d] }, (_, o) => k * gap[d] + o * step[d]),
      );
    const at = (d: 0 | 1, shape: readonly number[]): Tensor =>
      reshape(tensor(positions(d), { dtype: "int32", device: x.device }), shape);
    const out = zeros([n, c, size[0] + 2 * edge[0], size[1] + 2 * edge[1]], {
      dtype: x.dtype,
      device: x.device,
    });
    const summed = applyOne(
      "scatter",
      [
        out,
        reshape(batch, [n, c, ...kernel, ...count]),
        at(0, [kernel[0], 1, count[0], 1]),
        at(1, [kernel[1], 1, count[1]]),
      ],
      {
        op: "fold",
        coordinates: [{ axis: 0 }, { axis: 1 }, { index: 0 }, { index: 1 }],
        wrap: false,
        reduce: "add",
      },
    );
    const cropped = sliceAlong(sliceAlong(summed, 2, edge[0], size[0]), 3, edge[1], size[1]);
    const whole = cropped.isContiguous() ? cropped : reshape(cropped, [n, c, ...size]);
    return rank === 3 ? whole : dropDim(whole, 0);
  },
);
