/** Convolution layers (`torch.nn.Conv1d` … `Conv3d`). */
import {
  ArgumentError,
  type Arguments,
  conv1d,
  conv2d,
  conv3d,
  type DeviceLike,
  type DType,
  formatShape,
  type Tensor,
} from "@flambeau/core";
import { bind } from "../layer.js";
import { ConvLayer, type Dimensions, type Sizes } from "./shared.js";

const paddingModes = ["zeros", "reflect", "replicate", "circular"] as const;
export type PaddingMode = (typeof paddingModes)[number];

export const convNames = [
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
export type ConvArguments = [
  inChannels: number | null,
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
type Constructor = Arguments<ConvArguments, typeof convNames>;

/** The weight is [outChannels, inChannels / groups, …kernelSize]. */
abstract class Conv extends ConvLayer {
  declare readonly paddingMode: PaddingMode;

  constructor(
    dimensions: Dimensions,
    private readonly convolve: typeof conv1d,
    args: Constructor,
  ) {
    const name = `Conv${dimensions}d`;
    const [
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding,
      dilation,
      groups,
      bias,
      paddingMode = "zeros",
      device,
      dtype,
    ] = bind<ConvArguments>(name, convNames, args as readonly unknown[]);
    if (!paddingModes.includes(paddingMode))
      throw new ArgumentError(
        name,
        `expected paddingMode to be one of ${paddingModes.join(", ")}, got "${String(paddingMode)}"`,
      );
    if (typeof padding === "string" && padding !== "same" && padding !== "valid")
      throw new ArgumentError(
        name,
        `expected padding as numbers, "same" or "valid", got "${String(padding)}"`,
      );
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
    this.paddingMode = paddingMode;
    if (padding === "same" && this.stride.some((n) => n !== 1))
      throw new ArgumentError(name, `padding "same" needs stride 1, got ${formatShape(this.stride)}`);
  }

  protected override weightShape(inChannels: number): number[] {
    return [this.outChannels, inChannels / this.groups, ...this.kernelSize];
  }
  override get inChannels(): number {
    return (this.weight.shape[1] ?? 0) * this.groups;
  }

  override forward(x: Tensor): Tensor {
    this.accept(x);
    const { weight, bias, stride, padding, dilation, groups } = this;
    return this.paddingMode === "zeros"
      ? this.convolve(x, weight, bias, stride, padding, dilation, groups)
      : this.convolve(x.pad(this.sides(), this.paddingMode), weight, bias, stride, 0, dilation, groups);
  }

  /** The padding before and after, last dimension first, as `pad` takes it. */
  private sides(): number[] {
    const before = this.kernelSize.map((k, i): [number, number] => {
      if (this.padding === "valid") return [0, 0];
      if (this.padding !== "same") return [this.padding[i] as number, this.padding[i] as number];
      const total = (this.dilation[i] as number) * (k - 1);
      // The odd one goes behind, as in PyTorch.
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
    return before.reverse().flat();
  }
}

/** Convolution of [N, C, L] or [C, L]. */
export class Conv1d extends Conv {
  constructor(...args: Constructor) {
    super(1, conv1d, args);
  }
}
/** Convolution of [N, C, H, W] or [C, H, W]. */
export class Conv2d extends Conv {
  constructor(...args: Constructor) {
    super(2, conv2d, args);
  }
}
/** Convolution of [N, C, D, H, W] or [C, D, H, W]. */
export class Conv3d extends Conv {
  constructor(...args: Constructor) {
    super(3, conv3d, args);
  }
}
