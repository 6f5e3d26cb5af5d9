/**
 * Gives tensors their methods: every export of the modules listed here is an operator whose first parameter is the
 * tensor. Those listed under `inplace` also get a form named with a trailing underscore that writes the result back.
 */
import type { TensorLike } from "../fused/dtypes.js";
import * as random from "../random/fill.js";
import { assign, become, write } from "../tensor/inplace.js";
import { set_ } from "../tensor/replace.js";
import { Tensor } from "../tensor/tensor.js";
import {
  type CompositeInplace,
  type CompositeMethods,
  compositeInplace,
  compositeModules,
} from "./composites.js";
import { casts, cpu, to, toAsync, type, typeAs } from "./convert.js";
import { scalarLike } from "./creation.js";
import { type IndexingMethods, indexingInplace, indexingModules } from "./indexing/family.js";
import * as products from "./linear/matmul.js";
import * as scaled from "./linear/scaled.js";
import { defineMethod, type InplaceMethods, installMethods, type Methods, needTensor } from "./op.js";
import * as binary from "./pointwise/binary.js";
import { scalarOperators } from "./pointwise/scalarTable.js";
import * as ternary from "./pointwise/ternary.js";
import * as unary from "./pointwise/unary.js";
import { where } from "./pointwise/where.js";
import { readers } from "./read.js";
import * as fold from "./reduction/fold.js";
import * as statistics from "./reduction/statistics.js";
import { type ShapeMethods, shapeInplace, shapeModules, viewInplace } from "./shape/family.js";
import { installTransposed } from "./shape/transposed.js";

const convert = { to, toAsync, type, typeAs, cpu };

/** The methods that operators give to tensors; `Tensor` extends it. */
export interface TensorMethods
  extends Methods<typeof scalarOperators>,
    InplaceMethods<typeof scalarOperators>,
    Methods<typeof unary>,
    InplaceMethods<typeof unary>,
    Methods<typeof binary>,
    InplaceMethods<typeof binary>,
    Methods<typeof ternary>,
    InplaceMethods<typeof ternary>,
    Omit<Methods<typeof fold>, "max" | "min">,
    Methods<typeof statistics>,
    Methods<typeof products>,
    Methods<typeof scaled>,
    InplaceMethods<typeof scaled>,
    Methods<typeof convert>,
    Methods<typeof casts>,
    Methods<typeof readers>,
    Methods<typeof random>,
    CompositeMethods,
    CompositeInplace,
    ShapeMethods,
    IndexingMethods {
  /** The greatest element; with a dimension {values, indices} along it; with a tensor elementwise (`Tensor.max`). */
  max: fold.ExtremeMethod;
  /** The least element; with a dimension {values, indices} along it; with a tensor elementwise (`Tensor.min`). */
  min: fold.ExtremeMethod;
  /** x where the condition holds, else other (`Tensor.where`). */
  where(condition: Tensor, other: TensorLike): Tensor;
  /** Overwrites x by the values of another tensor, broadcast and converted (`Tensor.copy_`). */
  copy_(source: Tensor): Tensor;
  /** Overwrites every element by one value (`Tensor.fill_`). */
  fill_(value: TensorLike): Tensor;
  /** Takes over the memory, dtype and shape of another tensor (`Tensor.set_`). Not recorded for backward. */
  set_(source: Tensor): Tensor;
  /** Overwrites every element by 0 (`Tensor.zero_`). */
  zero_(): Tensor;
}

type Operator = (x: Tensor, ...rest: unknown[]) => Tensor;

/** In-place forms of operators: `put` makes the tensor the result. */
function installInplace(
  operators: Readonly<Record<string, unknown>>,
  put: (op: string, x: Tensor, result: Tensor) => Tensor,
): void {
  for (const [name, run] of Object.entries(operators)) {
    defineMethod(`${name}_`, function (this: Tensor, ...rest: unknown[]) {
      return put(`${name}_`, this, (run as Operator)(this, ...rest));
    });
  }
}

for (const operators of [
  scalarOperators,
  unary,
  binary,
  ternary,
  fold,
  statistics,
  products,
  scaled,
  convert,
  casts,
  readers,
  random,
  ...shapeModules,
  ...indexingModules,
  ...compositeModules,
])
  installMethods(operators);
for (const operators of [
  scalarOperators,
  unary,
  binary,
  ternary,
  scaled,
  shapeInplace,
  indexingInplace,
  compositeInplace,
])
  installInplace(operators, assign);
installInplace(viewInplace, become);
installTransposed();

defineMethod("where", function (this: Tensor, condition: Tensor, other: TensorLike) {
  return where(condition, this, other);
});
defineMethod("fill_", function (this: Tensor, value: TensorLike) {
  return write("fill_", this, value instanceof Tensor ? value : scalarLike(this, value));
});
defineMethod("set_", function (this: Tensor, source: Tensor) {
  needTensor("set_", "the source", source);
  return set_(this, source);
});
defineMethod("zero_", function (this: Tensor) {
  return this.fill_(0);
});
defineMethod("copy_", function (this: Tensor, source: Tensor) {
  needTensor("copy_", "the source", source);
  return write("copy_", this, source);
});
