/** What transformer layers, and stacks of them, share. */
import { ArgumentError, type DeviceLike, type DType, type Tensor } from "@flambeau/core";
import { gelu, relu } from "../../functional/activation.js";
import { Module } from "../../module.js";
import { MultiheadAttention } from "../attention.js";
import { ModuleList } from "../container/index.js";
import { Dropout } from "../dropout.js";
import { bind } from "../layer.js";
import { Linear } from "../linear.js";
import { LayerNorm } from "../norm/index.js";

/** The nonlinearity between the two linear maps: by name, or any function of a tensor. */
export type Activation = "relu" | "gelu" | ((x: Tensor) => Tensor);

const activations = { relu: (x: Tensor): Tensor => relu(x), gelu: (x: Tensor): Tensor => gelu(x) } as const;

function activationOf(op: string, activation: Activation): (x: Tensor) => Tensor {
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

/** The parts of a layer; one of a decoder attends to memory too and has a norm and a dropout more. */
export abstract class TransformerLayer extends Module {
  declare selfAttn: MultiheadAttention;
  declare multiheadAttn?: MultiheadAttention;
  declare linear1: Linear;
  declare dropout: Dropout;
  declare linear2: Linear;
  declare norm1: LayerNorm;
  declare norm2: LayerNorm;
  declare norm3?: LayerNorm;
  declare dropout1: Dropout;
  declare dropout2: Dropout;
  declare dropout3?: Dropout;
  declare readonly normFirst: boolean;
  readonly activation: (x: Tensor) => Tensor;

  constructor(name: string, args: readonly unknown[], isDecoder: boolean) {
    super();
    const [
      size,
      heads,
      inner = 2048,
      p = 0.1,
      activation = "relu",
      eps = 1e-5,
      batchFirst = false,
      normFirst = false,
      device,
      dtype,
    ] = bind<LayerArguments>(name, layerNames, args);
    const place = { device, dtype };
    const attention = (): MultiheadAttention =>
      new MultiheadAttention(size, heads, { dropout: p, batchFirst, ...place });
    const norm = (): LayerNorm => new LayerNorm(size, { eps, ...place });
    this.selfAttn = attention();
    if (isDecoder) this.multiheadAttn = attention();
    this.linear1 = new Linear(size, inner, place);
    this.dropout = new Dropout(p);
    this.linear2 = new Linear(inner, size, place);
    this.norm1 = norm();
    this.norm2 = norm();
    if (isDecoder) this.norm3 = norm();
    this.dropout1 = new Dropout(p);
    this.dropout2 = new Dropout(p);
    if (isDecoder) this.dropout3 = new Dropout(p);
    this.normFirst = normFirst;
    this.activation = activationOf(name, activation);
  }

  /** x and what a part makes of it, with dropout, normalised; with normFirst the part gets x normalised instead. */
  protected plus(x: Tensor, norm: LayerNorm, dropout: Dropout, part: (x: Tensor) => Tensor): Tensor {
    return this.normFirst
      ? x.add(dropout.forward(part(norm.forward(x))))
      : norm.forward(x.add(dropout.forward(part(x))));
  }

  /** The network of two linear maps. */
  protected feedForward(x: Tensor): Tensor {
    return this.linear2.forward(this.dropout.forward(this.activation(this.linear1.forward(x))));
  }
}

/** What `attention` reads for x in memory. */
export const attended = (
  attention: MultiheadAttention,
  x: Tensor,
  memory: Tensor,
  attnMask?: Tensor | null,
  keyPaddingMask?: Tensor | null,
): Tensor => attention.forward(x, memory, memory, { attnMask, keyPaddingMask, needWeights: false })[0];

/** numLayers copies of a layer in a row, and a final normalisation where one is given. */
export abstract class TransformerStack<L extends TransformerLayer> extends Module {
  declare layers: ModuleList<L>;
  declare norm: LayerNorm | null;

  constructor(layer: L, numLayers: number, norm: LayerNorm | null = null) {
    super();
    this.layers = new ModuleList(Array.from({ length: numLayers }, () => layer.clone()));
    this.norm = norm;
  }

  protected through(x: Tensor, run: (layer: L, x: Tensor) => Tensor): Tensor {
    const y = this.layers.toArray().reduce((y, layer) => run(layer, y), x);
    return this.norm === null ? y : this.norm.forward(y);
  }
}
