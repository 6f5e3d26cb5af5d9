/**
 * Parameters without a default, by class, in PyTorch's order. They are positional in TypeScript; cases that were recorded
 * with them by name are called by position.
 */
import type { Decoder } from "./decode.js";
import type { Construction, Json, Kwargs } from "./format.js";

const recurrent = ["input_size", "hidden_size"];
const attention = ["d_model", "nhead"];
const window = ["kernel_size"];

const required: { readonly [name: string]: readonly string[] } = {
  AvgPool1d: window,
  AvgPool2d: window,
  AvgPool3d: window,
  MaxPool1d: window,
  MaxPool2d: window,
  MaxPool3d: window,
  Embedding: ["num_embeddings", "embedding_dim"],
  Fold: ["output_size", "kernel_size"],
  GRU: recurrent,
  LSTM: recurrent,
  RNN: recurrent,
  MultiheadAttention: ["embed_dim", "num_heads"],
  TransformerEncoderLayer: attention,
  TransformerDecoderLayer: attention,
  StepLR: ["step_size"],
  MultiStepLR: ["milestones"],
  ExponentialLR: ["gamma"],
  LambdaLR: ["lr_lambda"],
  MultiplicativeLR: ["lr_lambda"],
  CosineAnnealingLR: ["T_max"],
  CosineAnnealingWarmRestarts: ["T_0"],
  CyclicLR: ["base_lr", "max_lr"],
  OneCycleLR: ["max_lr"],
};

/** Splits options into required ones, in order, and the rest by name. */
export function splitOptions(
  className: string,
  given: number,
  kwargs: Kwargs,
): { positional: Json[]; named: Kwargs } {
  const names = (required[className.split(".").at(-1)!] ?? []).slice(given);
  const present = names.slice(0, names.findIndex((name) => !Object.hasOwn(kwargs, name)) >>> 0);
  const named = Object.entries(kwargs).filter(([name]) => !present.includes(name));
  return { positional: present.map((name) => kwargs[name]!), named: Object.fromEntries(named) };
}

export function constructorArguments(
  decoder: Decoder,
  className: string,
  construction: Construction,
): unknown[] {
  const { args, kwargs } = construction;
  const { positional, named } = splitOptions(className, args.length, kwargs ?? {});
  return decoder.arguments([...args, ...positional], named);
}
