/** Convolutions as implicit matrix products: no patch is ever written out, the loaders of the product find its elements. */
import type { ConvKernel, ConvLaunch, Operand } from "@flambeau/core";
import { codecOf } from "../elements/codec.js";
import { read, write } from "../elements/operands.js";
import type { DeviceTraits, Plan } from "../plan.js";
import { lowerProduct } from "../tiles/lower.js";
import { addBias, type Product } from "../tiles/product.js";
import { forward } from "./forward.js";
import { inputGrad } from "./inputGrad.js";
import { weightGrad } from "./weightGrad.js";

/** What the directions have in common: numbers that a launch passes, so that one shader serves every layer of a rank. */
export type ConvShape = {
  readonly batch: number;
  /** Input and output channels per group. */
  readonly inner: number;
  readonly outer: number;
  /** Spatial extents of x, y and w. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly taps: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
};

/** A direction as a product: its sizes and code. */
export type Direction = (
  shape: ConvShape,
  groups: number,
) => Pick<Product, "m" | "n" | "batch" | "depth" | "outer" | "along" | "load" | "place">;

interface Row {
  readonly direction: Direction;
  /** The factors A and B, and the result. */
  readonly parts: (launch: ConvLaunch) => readonly [Operand, Operand, Operand];
}

const directions: { readonly [D in ConvKernel["direction"]]: Row } = {
  forward: { direction: forward, parts: ({ x, w, y }) => [w, x, y] },
  inputGrad: { direction: inputGrad, parts: ({ x, w, y }) => [w, y, x] },
  weightGrad: { direction: weightGrad, parts: ({ x, w, y }) => [y, x, w] },
};

export function lowerConv(launch: ConvLaunch, traits: DeviceTraits): Plan {
  const { kernel, x, w, y, bias } = launch;
  const { groups, stride, padding, dilation } = kernel;
  const shape: ConvShape = {
    batch: x.shape[0] as number,
    inner: w.shape[1] as number,
    outer: (w.shape[0] as number) / groups,
    input: x.shape.slice(2),
    output: y.shape.slice(2),
    taps: w.shape.slice(2),
    stride,
    padding,
    dilation,
  };
  const { direction, parts } = directions[kernel.direction];
  const [a, b, out] = parts(launch);
  const product = direction(shape, groups);
  // A factor without elements, such as an image all of padding, can be read nowhere: the sums are empty.
  const empty = [a, b].some((factor) => factor.shape.includes(0));
  return lowerProduct(
    {
      ...product,
      name: `conv ${kernel.direction}`,
      key: `conv ${kernel.direction} ${kernel.dtype} ${shape.taps.length}`,
      type: codecOf(kernel.dtype).type,
      depth: empty ? product.depth.map(() => 0) : product.depth,
      inputs: [read(a), read(b)],
      output: write(out),
      epilogues: addBias(bias, [1]),
      dims: shape,
    },
    traits,
  );
}
