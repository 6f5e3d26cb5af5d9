/** Attention with several heads (`torch.nn.MultiheadAttention`, Vaswani et al. 2017). */
import {
  ArgumentError,
  type Arguments,
  cat,
  type DeviceLike,
  type DType,
  DTypeError,
  empty,
  formatShape,
  isFloat,
  noGrad,
  ShapeError,
  sameShape,
  type Tensor,
  zeros,
} from "@flambeau/core";
import { dropout } from "../functional/dropout.js";
import { linear } from "../functional/linear.js";
import * as init from "../init.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { bind } from "./layer.js";
import { Linear } from "./linear.js";

const names = [
  "embedDim",
  "numHeads",
  "dropout",
  "bias",
  "addBiasKv",
  "addZeroAttn",
  "kdim",
  "vdim",
  "batchFirst",
  "device",
  "dtype",
] as const;
type AttentionArguments = [
  embedDim: number,
  numHeads: number,
  dropout?: number,
  bias?: boolean,
  addBiasKv?: boolean,
  addZeroAttn?: boolean,
  kdim?: number | null,
  vdim?: number | null,
  batchFirst?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];
const forwardNames = ["keyPaddingMask", "needWeights", "attnMask", "averageAttnWeights"] as const;
type ForwardArguments = [
  keyPaddingMask?: Tensor | null,
  needWeights?: boolean,
  attnMask?: Tensor | null,
  averageAttnWeights?: boolean,
];

/**
 * softmax(q kᵀ / √d + mask) v in numHeads parts of the embedding, between learned projections.
 *
 * forward takes query [L, N, E], key [S, N, kdim] and value [S, N, vdim] ([N, L, E] … with batchFirst, or
 * without N). keyPaddingMask [N, S] and attnMask [L, S] or [N · numHeads, L, S] are bool, true where nothing
 * may be read, or are added to the scores. Returns the output, like query, and the weights [N, L, S],
 * averaged over heads or [N, numHeads, L, S], or null when not needed.
 */
export class MultiheadAttention extends Module {
  declare readonly embedDim: number;
  declare readonly numHeads: number;
  declare readonly dropout: number;
  declare readonly batchFirst: boolean;
  declare readonly addZeroAttn: boolean;
  /**
   * The projections of query, key and value on top of each other; null when key and value have sizes of their
   * own.
   */
  declare inProjWeight: Parameter | null;
  declare qProjWeight: Parameter | null;
  declare kProjWeight: Parameter | null;
  declare vProjWeight: Parameter | null;
  declare inProjBias: Parameter | null;
  declare outProj: Linear;
  declare biasK: Parameter | null;
  declare biasV: Parameter | null;

  constructor(...args: Arguments<AttentionArguments, typeof names>) {
    super();
    const [
      embedDim,
      numHeads,
      p = 0,
      bias = true,
      addBiasKv = false,
      addZeroAttn = false,
      kdim,
      vdim,
      batchFirst = false,
      device,
      dtype,
    ] = bind<AttentionArguments>("MultiheadAttention", names, args as readonly unknown[]);
    if (embedDim % numHeads !== 0)
      throw new ArgumentError(
        "MultiheadAttention",
        `expected embedDim ${embedDim} to divide into numHeads ${numHeads}`,
      );
    const make = (...shape: number[]): Parameter => new Parameter(empty(shape, { device, dtype }));
    const isOneSize = (kdim ?? embedDim) === embedDim && (vdim ?? embedDim) === embedDim;
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.dropout = p;
    this.batchFirst = batchFirst;
    this.addZeroAttn = addZeroAttn;
    this.inProjWeight = isOneSize ? make(3 * embedDim, embedDim) : null;
    this.qProjWeight = isOneSize ? null : make(embedDim, embedDim);
    this.kProjWeight = isOneSize ? null : make(embedDim, kdim ?? embedDim);
    this.vProjWeight = isOneSize ? null : make(embedDim, vdim ?? embedDim);
    this.inProjBias = bias ? make(3 * embedDim) : null;
    this.outProj = new Linear(embedDim, embedDim, { bias, device, dtype });
    this.biasK = addBiasKv ? make(1, 1, embedDim) : null;
    this.biasV = addBiasKv ? make(1, 1, embedDim) : null;
    this.resetParameters();
  }

  resetParameters(): void {
    for (const weight of [this.inProjWeight, this.qProjWeight, this.kProjWeight, this.vProjWeight])
      if (weight !== null) init.xavierUniform_(weight);
    for (const bias of [this.inProjBias, this.outProj.bias]) if (bias !== null) init.zeros_(bias);
    for (const bias of [this.biasK, this.biasV]) if (bias !== null) init.xavierNormal_(bias);
  }

  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    ...rest: Arguments<ForwardArguments, typeof forwardNames>
  ): [output: Tensor, weights: Tensor | null] {
    const [keyPaddingMask = null, needWeights = true, attnMask = null, average = true] =
      bind<ForwardArguments>("MultiheadAttention", forwardNames, rest as readonly unknown[]);
    const shapes = (): string => [query, key, value].map((x) => formatShape(x.shape)).join(", ");
    if ((query.ndim !== 2 && query.ndim !== 3) || key.ndim !== query.ndim || value.ndim !== query.ndim)
      throw new ShapeError(
        "MultiheadAttention",
        `expected query, key and value all of rank 3 or all of rank 2, got shapes ${shapes()}`,
      );
    const alone = query.ndim === 2;
    // Inside, everything is [N, length, size].
    const inner = (x: Tensor): Tensor => (alone ? x.unsqueeze(0) : this.batchFirst ? x : x.transpose(0, 1));
    const [queries, keys, values] = [inner(query), inner(key), inner(value)];
    const [batch, length] = queries.shape as unknown as [number, number];
    const source = keys.shape[1] as number;
    if (
      queries.shape[2] !== this.embedDim ||
      keys.shape[0] !== batch ||
      !sameShape(values.shape.slice(0, 2), [batch, source])
    )
      throw new ShapeError(
        "MultiheadAttention",
        `expected a query of size ${this.embedDim}, one batch size, and key and value of one length, got shapes ${shapes()}`,
      );
    const projected = this.project(queries, keys, values);
    const [q, k, v] = projected.map((x) =>
      x.reshape([batch, x.shape[1] as number, this.numHeads, -1]).transpose(1, 2),
    ) as [Tensor, Tensor, Tensor];

    const padding = alone && keyPaddingMask?.ndim === 1 ? keyPaddingMask.unsqueeze(0) : keyPaddingMask;
    const mask = this.mask(queries, source, padding, attnMask, (k.shape[2] as number) - source);
    const scores = q.mul(1 / Math.sqrt(q.shape[3] as number)).matmul(k.transpose(-2, -1));
    const seen = (mask === null ? scores : scores.add(mask)).softmax(-1);
    const weights = dropout(seen, this.dropout, this.training);
    const attended = weights.matmul(v);
    const y = this.outProj.forward(attended.transpose(1, 2).reshape([batch, length, this.embedDim]));
    const output = alone ? y.squeeze(0) : this.batchFirst ? y : y.transpose(0, 1);
    if (!needWeights) return [output, null];
    const shown = average ? weights.mean(1) : weights;
    return [output, alone ? shown.squeeze(0) : shown];
  }

  /** Query, key and value in the embedding, with what bias and zero attention append to the latter two. */
  private project(query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor, Tensor] {
    const weights = this.inProjWeight?.chunk(3, 0) ?? [this.qProjWeight, this.kProjWeight, this.vProjWeight];
    const biases = this.inProjBias?.chunk(3, 0);
    const projected = (x: Tensor, i: number): Tensor => linear(x, weights[i] as Tensor, biases?.[i] ?? null);
    const batch = query.shape[0] as number;
    const extended = (x: Tensor, bias: Parameter | null): Tensor => {
      const rows = [x];
      if (bias !== null) rows.push(bias.expand(batch, 1, this.embedDim));
      if (this.addZeroAttn) rows.push(zeros([batch, 1, this.embedDim], { dtype: x.dtype, device: x.device }));
      return rows.length === 1 ? x : cat(rows, 1);
    };
    return [
      projected(query, 0),
      extended(projected(key, 1), this.biasK),
      extended(projected(value, 2), this.biasV),
    ];
  }

  /** What is added to the scores [N, heads, L, source + added]; null for nothing. */
  private mask(
    { shape: [batch = 0, length = 0], dtype }: Tensor,
    source: number,
    keyPaddingMask: Tensor | null,
    attnMask: Tensor | null,
    added: number,
  ): Tensor | null {
    const own = [length, source];
    let mask: Tensor | null = null;
    if (attnMask !== null)
      mask = additive("attnMask", attnMask, dtype, own, [batch * this.numHeads, ...own]).reshape([
        attnMask.ndim === 2 ? 1 : batch,
        -1,
        ...own,
      ]);
    if (keyPaddingMask !== null) {
      const padding = additive("keyPaddingMask", keyPaddingMask, dtype, [batch, source]);
      const perKey = padding.reshape([batch, 1, 1, source]);
      mask = mask?.add(perKey) ?? perKey;
    }
    return added === 0 ? mask : (mask?.pad([0, added]) ?? null);
  }
}

/** A mask of one of these shapes as something to add: -∞ where a bool mask is true. */
function additive(
  name: string,
  mask: Tensor,
  dtype: DType,
  ...shapes: readonly (readonly number[])[]
): Tensor {
  if (!shapes.some((shape) => sameShape(shape, mask.shape)))
    throw new ShapeError(
      "MultiheadAttention",
      `expected ${name} of shape ${shapes.map(formatShape).join(" or ")}, got ${formatShape(mask.shape)}`,
    );
  if (mask.dtype === "bool")
    return noGrad(() => mask.newZeros(mask.shape, { dtype }).maskedFill(mask, -Infinity));
  if (isFloat(mask.dtype)) return mask;
  throw new DTypeError("MultiheadAttention", `expected ${name} of dtype bool or a float, got ${mask.dtype}`);
}
