/** Convolution layers (`torch.nn`). */
import {
  ArgumentError,
  type Arguments,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type DeviceLike,
  type DType,
  empty,
  type Tensor,
} from "@flambeau/core";
import * as init from "../init.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { bind } from "./layer.js";

type Sizes = number | readonly number[];
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

const convNames = [
  "inChannels",
  "outChannels",
  "kernelSize",
  "stride",
  "padding",
  "dilation",
  "groups",
  "bias",
  "paddingMode",
  "device",
  "dtype",
] as const;
type ConvArguments = [
  inChannels: number,
  outChannels: number,
  kernelSize: Sizes,
  stride?: Sizes,
  padding?: Sizes | "same" | "valid",
  dilation?: Sizes,
  groups?: number,
  bias?: boolean,
  paddingMode?: PaddingMode,
  device?: DeviceLike,
  dtype?: DType,
];

const spread = (value: Sizes, nd: number): number[] =>
  typeof value === "number" ? new Array<number>(nd).fill(value) : [...value];

function checkChannels(name: string, inChannels: number, outChannels: number, groups: number): void {
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ArgumentError(
      name,
      `expected channels that divide by groups ${groups}, got ${inChannels} in and ${outChannels} out`,
    );
  }
}

/** Weight and bias start uniform in ±1/√fanIn, as in PyTorch. */
function initialise(weight: Parameter, bias: Parameter | null): void {
  init.kaimingUniform_(weight, Math.sqrt(5));
  const { fanIn } = init.calculateFanInAndFanOut(weight);
  if (bias !== null && fanIn > 0) init.uniform_(bias, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
}

const forwards = { 1: conv1d, 2: conv2d, 3: conv3d } as const;

abstract class Conv extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly stride: Sizes;
  readonly padding: Sizes | "same" | "valid";
  readonly dilation: Sizes;
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  readonly #nd: 1 | 2 | 3;

  constructor(nd: 1 | 2 | 3, args: readonly unknown[]) {
    super();
    const name = `Conv${nd}d`;
    const [
      inChannels,
      outChannels,
      kernelSize,
      stride = 1,
      padding = 0,
      dilation = 1,
      groups = 1,
      bias = true,
      paddingMode = "zeros",
      device,
      dtype,
    ] = bind<ConvArguments>(name, convNames, args);
    checkChannels(name, inChannels, outChannels, groups);
    this.#nd = nd;
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.groups = groups;
    this.paddingMode = paddingMode;
    this.weight = new Parameter(
      empty([outChannels, inChannels / groups, ...spread(kernelSize, nd)], { device, dtype }),
    );
    this.bias = bias ? new Parameter(empty([outChannels], { device, dtype })) : null;
    initialise(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    const run = forwards[this.#nd];
    if (this.paddingMode === "zeros")
      return run(x, this.weight, this.bias, this.stride, this.padding, this.dilation, this.groups);
    return run(
      x.pad(this.#reversedPadding(), this.paddingMode),
      this.weight,
      this.bias,
      this.stride,
      0,
      this.dilation,
      this.groups,
    );
  }

  /** The padding of each side, last dimension first, as `pad` takes it. */
  #reversedPadding(): number[] {
    const kernel = this.weight.shape.slice(2);
    const sides = kernel.map((k, i): [number, number] => {
      if (this.padding === "valid") return [0, 0];
      if (this.padding === "same") {
        const total = (spread(this.dilation, this.#nd)[i] as number) * (k - 1);
        return [Math.floor(total / 2), total - Math.floor(total / 2)];
      }
      const side = spread(this.padding as Sizes, this.#nd)[i] as number;
      return [side, side];
    });
    return sides.reverse().flat();
  }

  override extraRepr(): string {
    const [out, each, ...kernel] = this.weight.shape as number[];
    return `${(each as number) * this.groups}, ${out}, kernelSize=[${kernel.join(", ")}], stride=${JSON.stringify(this.stride)}, padding=${JSON.stringify(this.padding)}${this.groups === 1 ? "" : `, groups=${this.groups}`}${this.bias === null ? ", bias=false" : ""}`;
  }
}

/** Convolution of [N, C, L] or [C, L]. */
export class Conv1d extends Conv {
  constructor(...args: Arguments<ConvArguments, typeof convNames>) {
    super(1, args as readonly unknown[]);
  }
}
/** Convolution of [N, C, H, W] or [C, H, W]. */
export class Conv2d extends Conv {
  constructor(...args: Arguments<ConvArguments, typeof convNames>) {
    super(2, args as readonly unknown[]);
  }
}
/** Convolution of [N, C, D, H, W] or [C, D, H, W]. */
export class Conv3d extends Conv {
  constructor(...args: Arguments<ConvArguments, typeof convNames>) {
    super(3, args as readonly unknown[]);
  }
}

const transposedNames = [
  "inChannels",
  "outChannels",
  "kernelSize",
  "stride",
  "padding",
  "outputPadding",
  "groups",
  "bias",
  "dilation",
  "paddingMode",
  "device",
  "dtype",
] as const;
type TransposedArguments = [
  inChannels: number,
  outChannels: number,
  kernelSize: Sizes,
  stride?: Sizes,
  padding?: Sizes,
  outputPadding?: Sizes,
  groups?: number,
  bias?: boolean,
  dilation?: Sizes,
  paddingMode?: "zeros",
  device?: DeviceLike,
  dtype?: DType,
];
const transposedForwards = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d } as const;

abstract class ConvTranspose extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly #nd: 1 | 2 | 3;
  readonly #options: readonly [Sizes, Sizes, Sizes, number, Sizes];

  constructor(nd: 1 | 2 | 3, args: readonly unknown[]) {
    super();
    const name = `ConvTranspose${nd}d`;
    const [
      inChannels,
      outChannels,
      kernelSize,
      stride = 1,
      padding = 0,
      outputPadding = 0,
      groups = 1,
      bias = true,
      dilation = 1,
      mode = "zeros",
      device,
      dtype,
    ] = bind<TransposedArguments>(name, transposedNames, args);
    checkChannels(name, inChannels, outChannels, groups);
    if (mode !== "zeros")
      throw new ArgumentError(name, `expected paddingMode "zeros", got "${String(mode)}"`);
    this.#nd = nd;
    this.#options = [stride, padding, outputPadding, groups, dilation];
    this.weight = new Parameter(
      empty([inChannels, outChannels / groups, ...spread(kernelSize, nd)], { device, dtype }),
    );
    this.bias = bias ? new Parameter(empty([outChannels], { device, dtype })) : null;
    initialise(this.weight, this.bias);
  }

  /** `outputSize` chooses among the sizes a stride above 1 leaves open. */
  override forward(x: Tensor, outputSize: readonly number[] | null = null): Tensor {
    const [stride, padding, outputPadding, groups, dilation] = this.#options;
    const extra = outputSize === null ? outputPadding : this.#extraFor(x, outputSize);
    return transposedForwards[this.#nd](x, this.weight, this.bias, stride, padding, extra, groups, dilation);
  }

  #extraFor(x: Tensor, outputSize: readonly number[]): number[] {
    const nd = this.#nd;
    const wanted = outputSize.slice(-nd);
    const [stride, padding, , , dilation] = this.#options.map((o) => spread(o, nd)) as number[][];
    return wanted.map((size, i) => {
      const extent = x.shape[x.ndim - nd + i] as number;
      const kernel = this.weight.shape[2 + i] as number;
      const least =
        (extent - 1) * (stride?.[i] as number) -
        2 * (padding?.[i] as number) +
        (dilation?.[i] as number) * (kernel - 1) +
        1;
      const most = least + (stride?.[i] as number) - 1;
      if (size < least || size > most)
        throw new ArgumentError(
          `ConvTranspose${nd}d`,
          `expected an output size from ${least} to ${most} in spatial dimension ${i}, got ${size}`,
        );
      return size - least;
    });
  }
}

/** Transposed convolution of [N, C, L] or [C, L]. */
export class ConvTranspose1d extends ConvTranspose {
  constructor(...args: Arguments<TransposedArguments, typeof transposedNames>) {
    super(1, args as readonly unknown[]);
  }
}
/** Transposed convolution of [N, C, H, W] or [C, H, W]. */
export class ConvTranspose2d extends ConvTranspose {
  constructor(...args: Arguments<TransposedArguments, typeof transposedNames>) {
    super(2, args as readonly unknown[]);
  }
}
/** Transposed convolution of [N, C, D, H, W] or [C, D, H, W]. */
export class ConvTranspose3d extends ConvTranspose {
  constructor(...args: Arguments<TransposedArguments, typeof transposedNames>) {
    super(3, args as readonly unknown[]);
  }
}
