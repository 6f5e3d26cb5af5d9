/** What transformer layers share. */
import { ArgumentError, type DeviceLike, type DType, type Tensor } from "@flambeau/core";
import { gelu, relu } from "../../functional/activation.js";

/** The nonlinearity between the two linear maps: by name, or any function of a tensor. */
export type Activation = "relu" | "gelu" | ((x: Tensor) => Tensor);

const activations = { relu: (x: Tensor): Tensor => relu(x), gelu: (x: Tensor): Tensor => gelu(x) } as const;

export function activationOf(op: string, activation: Activation): (x: Tensor) => Tensor {
  if (typeof activation === "function") return (x) => activation(x);
  if (Object.hasOwn(activations, activation)) return activations[activation];
  throw new ArgumentError(
    op,
    `expected activation "relu", "gelu" or a function, got "${String(activation)}"`,
  );
}

/** Options of a transformer layer, in PyTorch's order. */
export const layerNames = [
  "dModel",
  "nhead",
  "dimFeedforward",
  "dropout",
  "activation",
  "layerNormEps",
  "batchFirst",
  "normFirst",
  "device",
  "dtype",
] as const;
export type LayerArguments = [
  dModel: number,
  nhead: number,
  dimFeedforward?: number,
  dropout?: number,
  activation?: Activation,
  layerNormEps?: number,
  batchFirst?: boolean,
  normFirst?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];
