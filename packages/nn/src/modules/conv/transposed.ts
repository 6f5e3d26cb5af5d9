/** Transposed convolution layers (`torch.nn.ConvTranspose1d` … `ConvTranspose3d`). */
import {
  ArgumentError,
  type Arguments,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type DeviceLike,
  type DType,
  type Tensor,
} from "@flambeau/core";
import { bind } from "../layer.js";
import { ConvLayer, type Dimensions, type Sizes } from "./shared.js";

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

/** The weight is [inChannels, outChannels / groups, …kernelSize]. */
abstract class ConvTranspose extends ConvLayer {
  declare readonly padding: readonly number[];
  declare readonly outputPadding: readonly number[];

  constructor(
    dimensions: Dimensions,
    private readonly convolve: typeof convTranspose1d,
    args: Constructor,
  ) {
    const name = `ConvTranspose${dimensions}d`;
    const [
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding,
      outputPadding = 0,
      groups,
      bias,
      dilation,
      paddingMode = "zeros",
      device,
      dtype,
    ] = bind<TransposedArguments>(name, transposedNames, args as readonly unknown[]);
    if (paddingMode !== "zeros")
      throw new ArgumentError(name, `expected paddingMode "zeros", got "${String(paddingMode)}"`);
    super(name, dimensions, {
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding,
      dilation,
      groups,
      bias,
      device,
      dtype,
    });
    this.outputPadding = this.each("outputPadding", outputPadding, 0);
  }

  protected override weightShape(inChannels: number): number[] {
    return [inChannels, this.outChannels / this.groups, ...this.kernelSize];
  }
  override get inChannels(): number {
    return this.weight.shape[0] ?? 0;
  }

  /** `outputSize` chooses among the sizes that a stride above 1 leaves open. */
  override forward(x: Tensor, outputSize: readonly number[] | null = null): Tensor {
    this.accept(x);
    const { weight, bias, stride, padding, groups, dilation } = this;
    const extra = outputSize === null ? this.outputPadding : this.extraFor(x, outputSize);
    return this.convolve(x, weight, bias, stride, padding, extra, groups, dilation);
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
          this.layerName,
          `expected an output size from ${least} to ${most} in spatial dimension ${i}, got ${size}`,
        );
      return size - least;
    });
  }
}

/** Transposed convolution of [N, C, L] or [C, L]. */
export class ConvTranspose1d extends ConvTranspose {
  constructor(...args: Constructor) {
    super(1, convTranspose1d, args);
  }
}
/** Transposed convolution of [N, C, H, W] or [C, H, W]. */
export class ConvTranspose2d extends ConvTranspose {
  constructor(...args: Constructor) {
    super(2, convTranspose2d, args);
  }
}
/** Transposed convolution of [N, C, D, H, W] or [C, D, H, W]. */
export class ConvTranspose3d extends ConvTranspose {
  constructor(...args: Constructor) {
    super(3, convTranspose3d, args);
  }
}
