/** Transposed convolution layers (`torch.nn.ConvTranspose1d` … `ConvTranspose3d`). */
import {
  ArgumentError,
  type Arguments,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type DeviceLike,
  type DType,
  empty,
  type Tensor,
} from "@flambeau/core";
import { Module } from "../../module.js";
import { isUninitialized, Parameter, UninitializedParameter } from "../../parameter.js";
import { perDimension } from "../checks.js";
import { bind } from "../layer.js";
import {
  channelsOf,
  checkChannels,
  type Dimensions,
  describeConv,
  initialise,
  type Sizes,
} from "./shared.js";

export const transposedNames = [
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
export type TransposedArguments = [
  inChannels: number | null,
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
type Constructor = Arguments<TransposedArguments, typeof transposedNames>;

const forwards = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d } as const;

/** Where inChannels is null the first input tells it. */
abstract class ConvTranspose extends Module {
  /** [inChannels, outChannels / groups, …kernelSize] */
  weight: Parameter;
  bias: Parameter | null;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;

  constructor(
    private readonly dimensions: Dimensions,
    args: Constructor,
  ) {
    super();
    const name = `ConvTranspose${dimensions}d`;
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
      paddingMode = "zeros",
      device,
      dtype,
    ] = bind<TransposedArguments>(name, transposedNames, args as readonly unknown[]);
    checkChannels(name, inChannels ?? 0, outChannels, groups);
    if (paddingMode !== "zeros")
      throw new ArgumentError(name, `expected paddingMode "zeros", got "${String(paddingMode)}"`);
    this.outChannels = outChannels;
    this.kernelSize = perDimension(name, "kernelSize", kernelSize, dimensions);
    this.stride = perDimension(name, "stride", stride, dimensions);
    this.padding = perDimension(name, "padding", padding, dimensions, 0);
    this.outputPadding = perDimension(name, "outputPadding", outputPadding, dimensions, 0);
    this.dilation = perDimension(name, "dilation", dilation, dimensions);
    this.groups = groups;
    this.weight =
      inChannels === null
        ? new UninitializedParameter({ device, dtype })
        : new Parameter(empty(this.weightShape(inChannels), { device, dtype }));
    this.bias = bias ? new Parameter(empty([outChannels], { device, dtype })) : null;
    if (inChannels !== null) this.resetParameters();
  }

  private weightShape(inChannels: number): number[] {
    return [inChannels, this.outChannels / this.groups, ...this.kernelSize];
  }
  /** 0 while no input has told it. */
  get inChannels(): number {
    return this.weight.shape[0] ?? 0;
  }

  resetParameters(): void {
    initialise(this.weight, this.bias);
  }

  /** `outputSize` chooses among the sizes that a stride above 1 leaves open. */
  override forward(x: Tensor, outputSize: readonly number[] | null = null): Tensor {
    if (isUninitialized(this.weight)) {
      const name = `ConvTranspose${this.dimensions}d`;
      this.weight.materialize(this.weightShape(channelsOf(name, x, this.dimensions)));
      this.resetParameters();
    }
    const { weight, bias, stride, padding, groups, dilation } = this;
    const extra = outputSize === null ? this.outputPadding : this.extraFor(x, outputSize);
    return forwards[this.dimensions](x, weight, bias, stride, padding, extra, groups, dilation);
  }

  private extraFor(x: Tensor, outputSize: readonly number[]): number[] {
    const nd = this.dimensions;
    return outputSize.slice(-nd).map((size, i) => {
      const [stride, padding] = [this.stride[i] as number, this.padding[i] as number];
      const reach = (this.dilation[i] as number) * ((this.kernelSize[i] as number) - 1) + 1;
      const least = ((x.shape[x.ndim - nd + i] as number) - 1) * stride - 2 * padding + reach;
      const most = least + stride - 1;
      if (size < least || size > most)
        throw new ArgumentError(
          `ConvTranspose${nd}d`,
          `expected an output size from ${least} to ${most} in spatial dimension ${i}, got ${size}`,
        );
      return size - least;
    });
  }

  override extraRepr(): string {
    return describeConv(this);
  }
}

/** Transposed convolution of [N, C, L] or [C, L]. */
export class ConvTranspose1d extends ConvTranspose {
  constructor(...args: Constructor) {
    super(1, args);
  }
}
/** Transposed convolution of [N, C, H, W] or [C, H, W]. */
export class ConvTranspose2d extends ConvTranspose {
  constructor(...args: Constructor) {
    super(2, args);
  }
}
/** Transposed convolution of [N, C, D, H, W] or [C, D, H, W]. */
export class ConvTranspose3d extends ConvTranspose {
  constructor(...args: Constructor) {
    super(3, args);
  }
}
