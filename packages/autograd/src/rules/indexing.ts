/** Gradients of reading and writing by index. */
import { pointwise, type Tensor } from "@flambeau/core";
import type { PrimitiveParams } from "@flambeau/core/internal";
import type { TensorMeta } from "../meta.js";
import type { Gradients } from "../node.js";
import { cast, scatter as fold, mul, gather as read, zerosOf } from "./ops.js";
import type { BackwardCall, Rule } from "./rule.js";

export const gather: Rule<"gather"> = {
  name: ({ op }) => op,
  saves: ({ inputs }) => inputs.slice(1),
  backward: ({ cotangents: [g], saved, params, inputs }) => [
    fold(zerosOf(inputs[0] as TensorMeta), g as Tensor, saved as Tensor[], params, "add"),
    ...saved.map(() => null),
  ],
};

type Reduce = PrimitiveParams["scatter"]["reduce"];
type Folded = { readonly base: Tensor; readonly src: Tensor; readonly result: Tensor };

const equal = pointwise("eq", (a, b) => a.eq(b));
const share = pointwise("share", (mine, g, count) => mine.where(g.div(count), 0));
const otherwiseOne = pointwise("otherwiseOne", (x, isOne) => isOne.where(1, x));
const isZero = pointwise("isZero", (x) => x.eq(0));
const only = pointwise("only", (zero, count) => zero.and(count.eq(1)));
const ratio = pointwise("ratio", (g, result, x) => g.mul(result).div(x));
const quotient = pointwise("div", (a, b) => a.div(b));
const choose = pointwise("where", (condition, a, b) => condition.where(a, b), { promote: [1, 2] });

/** max and min: whatever equals the result shares the gradient evenly. */
function extreme(
  call: BackwardCall<"scatter">,
  { base, src, result }: Folded,
  indices: readonly Tensor[],
): Gradients {
  const { params } = call;
  const g = call.cotangents[0] as Tensor;
  const [baseIs, srcIs] = [equal(base, result), equal(src, read(result, indices, params, src.shape))];
  const count = fold(cast(baseIs, g.dtype), cast(srcIs, g.dtype), indices, params, "add");
  return [
    call.needs[0] ? share(baseIs, g, count) : null,
    call.needs[1]
      ? share(srcIs, read(g, indices, params, src.shape), read(count, indices, params, src.shape))
      : null,
  ];
}

/** mul: g * result / factor, and where the factor is 0 the product of the others, which is 0 unless it is the only zero. */
function product(
  call: BackwardCall<"scatter">,
  { base, src, result }: Folded,
  indices: readonly Tensor[],
): Gradients {
  const { params } = call;
  const g = call.cotangents[0] as Tensor;
  const ofBase = (): Tensor => {
    const others = fold(otherwiseOne(base, isZero(base)), src, indices, params, "mul");
    return ratio(g, others, otherwiseOne(base, isZero(base)));
  };
  const ofSrc = (): Tensor => {
    const zero = isZero(src);
    const count = fold(zerosOf(call.inputs[0] as TensorMeta), cast(zero, g.dtype), indices, params, "add");
    const single = only(zero, read(count, indices, params, src.shape));
    const others = fold(base, otherwiseOne(src, single), indices, params, "mul");
    const whole = read(mul(g, result), indices, params, src.shape);
    const without = read(mul(g, others), indices, params, src.shape);
    return choose(single, without, quotient(whole, otherwiseOne(src, zero)));
  };
  return [call.needs[0] ? ofBase() : null, call.needs[1] ? ofSrc() : null];
}

const adjoints: Record<
  Reduce,
  (call: BackwardCall<"scatter">, folded: Folded, indices: readonly Tensor[]) => Gradients
> = {
  set: ({ cotangents: [g], needs, params, inputs }, _, indices) => {
    const src = inputs[1] as TensorMeta;
    return [
      needs[0] ? fold(g as Tensor, zerosOf(src), indices, params, "set") : null,
      needs[1] ? read(g as Tensor, indices, params, src.shape) : null,
    ];
  },
  add: ({ cotangents: [g], needs, params, inputs }, _, indices) => [
    needs[0] ? (g as Tensor) : null,
    needs[1] ? read(g as Tensor, indices, params, (inputs[1] as TensorMeta).shape) : null,
  ],
  mul: product,
  max: extreme,
  min: extreme,
};

export const scatter: Rule<"scatter"> = {
  name: ({ op }) => op,
  saves: ({ inputs: [base, src, ...indices], outputs: [result], params: { reduce } }) => {
    const values = reduce !== "set" && reduce !== "add";
    return values
      ? [base as Tensor, src as Tensor, result as Tensor, ...indices]
      : [null, null, null, ...indices];
  },
  backward: (call) => {
    const [base, src, result, ...indices] = call.saved as Tensor[];
    const folded = { base, src, result } as Folded;
    return [...adjoints[call.params.reduce](call, folded, indices), ...indices.map(() => null)];
  },
};
