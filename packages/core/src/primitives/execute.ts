/** What each primitive does on the device: one row each. */
import { executeFused } from "../fused/execute.js";
import type { Tensor } from "../tensor/tensor.js";
import { transfer } from "./copy.js";
import type { PrimitiveName, PrimitiveParams } from "./primitives.js";
import * as structured from "./structured.js";
import * as views from "./views.js";

type Execute = {
  readonly [P in PrimitiveName]: (inputs: readonly Tensor[], params: PrimitiveParams[P]) => Tensor[];
};

const viewing =
  <T>(view: (x: Tensor, params: T) => Tensor) =>
  (inputs: readonly Tensor[], params: T): Tensor[] => [view(inputs[0] as Tensor, params)];

export const execute: Execute = {
  fused: executeFused,
  view: viewing(views.view),
  permute: viewing(views.permute),
  expand: viewing(views.expand),
  slice: viewing(views.slice),
  diagonal: viewing(views.diagonal),
  unfold: viewing(views.unfold),
  asStrided: viewing(views.asStrided),
  bitcast: viewing(views.bitcast),
  cat: structured.cat,
  transfer: ([x], { device }) => [transfer(x as Tensor, device)],
  matmul: structured.matmul,
  conv: structured.conv,
  maxPool: structured.maxPool,
  maxPoolBackward: structured.maxPoolBackward,
  avgPool: structured.avgPool,
  avgPoolBackward: structured.avgPoolBackward,
  gather: structured.gather,
  scatter: structured.scatter,
  scan: structured.scan,
  sort: structured.sort,
};
