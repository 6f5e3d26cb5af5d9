/** Convolution layers (`torch.nn.Conv1d` … `Conv3d`). */
import {
  ArgumentError,
  type Arguments,
  conv1d,
  conv2d,
  conv3d,
  type DeviceLike,
  type DType,
  empty,
  formatShape,
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

const forwards = { 1: conv1d, 2: conv2d, 3: conv3d } as const;

/** Where inChannels is null the first input tells it. */
abstract class Conv extends Module {
  /** [outChannels, inChannels / groups, …kernelSize] */
  weight: Parameter;
  bias: Parameter | null;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | "same" | "valid";
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;

  constructor(
    private readonly dimensions: Dimensions,
    args: Constructor,
  ) {
    super();
    const name = `Conv${dimensions}d`;
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
    ] = bind<ConvArguments>(name, convNames, args as readonly unknown[]);
    checkChannels(name, inChannels ?? 0, outChannels, groups);
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
    this.outChannels = outChannels;
    this.kernelSize = perDimension(name, "kernelSize", kernelSize, dimensions);
    this.stride = perDimension(name, "stride", stride, dimensions);
    this.padding =
      typeof padding === "string" ? padding : perDimension(name, "padding", padding, dimensions, 0);
    this.dilation = perDimension(name, "dilation", dilation, dimensions);
    this.groups = groups;
    this.paddingMode = paddingMode;
    if (padding === "same" && this.stride.some((n) => n !== 1))
      throw new ArgumentError(name, `padding "same" needs stride 1, got ${formatShape(this.stride)}`);
    this.weight =
      inChannels === null
        ? new UninitializedParameter({ device, dtype })
        : new Parameter(empty(this.weightShape(inChannels), { device, dtype }));
    this.bias = bias ? new Parameter(empty([outChannels], { device, dtype })) : null;
    if (inChannels !== null) this.resetParameters();
  }

  private weightShape(inChannels: number): number[] {
    return [this.outChannels, inChannels / this.groups, ...this.kernelSize];
  }
  /** 0 while no input has told it. */
  get inChannels(): number {
    return (this.weight.shape[1] ?? 0) * this.groups;
  }

  resetParameters(): void {
    initialise(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    if (isUninitialized(this.weight)) {
      this.weight.materialize(this.weightShape(channelsOf(`Conv${this.dimensions}d`, x, this.dimensions)));
      this.resetParameters();
    }
    const { weight, bias, stride, padding, dilation, groups } = this;
    const convolve = forwards[this.dimensions];
    if (this.paddingMode === "zeros") return convolve(x, weight, bias, stride, padding, dilation, groups);
    return convolve(x.pad(this.sides(), this.paddingMode), weight, bias, stride, 0, dilation, groups);
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

  override extraRepr(): string {
    return describeConv(this);
  }
}

/** Convolution of [N, C, L] or [C, L]. */
export class Conv1d extends Conv {
  constructor(...args: Constructor) {
    super(1, args);
  }
}
/** Convolution of [N, C, H, W] or [C, H, W]. */
export class Conv2d extends Conv {
  constructor(...args: Constructor) {
    super(2, args);
  }
}
/** Convolution of [N, C, D, H, W] or [C, D, H, W]. */
export class Conv3d extends Conv {
  constructor(...args: Constructor) {
    super(3, args);
  }
}
