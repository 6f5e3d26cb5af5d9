/** Gradients of matrix products and convolutions: each is linear in both operands, and its adjoints are of its kind. */
import type { Tensor } from "@flambeau/core";
import { applyOne, type ConvParams } from "@flambeau/core/internal";
import type { TensorMeta } from "../meta.js";
import { matmul as product, reshape, sumTo, transposed } from "./ops.js";
import type { BackwardCall, Rule } from "./rule.js";

/** Whether the last two dimensions lie in memory as those of a transposed matrix. */
const isTransposed = ({ strides }: TensorMeta): boolean => {
  const [rows, columns] = strides.slice(-2) as [number, number];
  return rows < columns;
};

/**
 * a·b, the gradient of an operand described by `like`, laid out as that is: the gradient of a weight that was transposed to be
 * multiplied then is, transposed back, contiguous like the weight.
 */
const productLike = (like: TensorMeta, a: Tensor, b: Tensor): Tensor =>
  isTransposed(like) ? transposed(product(transposed(b), transposed(a))) : product(a, b);

export const matmul: Rule<"matmul"> = {
  name: "matmul",
  saves: ({ inputs: [a, b], needs }) => [needs[1] ? (a as Tensor) : null, needs[0] ? (b as Tensor) : null],
  backward: ({ cotangents: [g], needs, saved: [a, b], inputs }) => {
    const cotangent = g as Tensor;
    const [left, right, bias] = inputs as readonly TensorMeta[];
    return [
      needs[0] ? productLike(left as TensorMeta, cotangent, transposed(b as Tensor)) : null,
      needs[1] ? productLike(right as TensorMeta, transposed(a as Tensor), cotangent) : null,
      // One gradient per input: null for a bias that needs none.
      ...(bias === undefined ? [] : [needs[2] ? sumTo(cotangent, bias.shape) : null]),
    ];
  },
};

type Direction = ConvParams["direction"];

/**
 * Of the three tensors of a convolution (input x, weight w, output y) each direction makes one from the other two. The
 * gradient of either of these is made from the other and the cotangent.
 */
const roles = { x: "inputGrad", w: "weightGrad", y: "forward" } as const satisfies Record<string, Direction>;
type Role = keyof typeof roles;
const operands: Record<Direction, readonly [Role, Role]> = {
  forward: ["x", "w"],
  inputGrad: ["y", "w"],
  weightGrad: ["x", "y"],
};
const result: Record<Direction, Role> = { forward: "y", inputGrad: "x", weightGrad: "w" };

function convGradient(call: BackwardCall<"conv">, at: 0 | 1): Tensor | null {
  if (!call.needs[at]) return null;
  const { params } = call;
  const own = operands[params.direction];
  const wanted = own[at];
  const known: Partial<Record<Role, Tensor>> = {
    [result[params.direction]]: call.cotangents[0] as Tensor,
    [own[1 - at] as Role]: call.saved[1 - at] as Tensor,
  };
  const direction = roles[wanted];
  const inputs = operands[direction].map((role) => known[role] as Tensor);
  return applyOne("conv", inputs, { ...params, direction, shape: (call.inputs[at] as TensorMeta).shape });
}

export const conv: Rule<"conv"> = {
  name: ({ direction }) =>
    ({ forward: "conv", inputGrad: "convTranspose", weightGrad: "convWeight" })[direction],
  saves: ({ inputs: [a, b], needs }) => [needs[1] ? (a as Tensor) : null, needs[0] ? (b as Tensor) : null],
  backward: (call) => {
    const g = call.cotangents[0] as Tensor;
    const channels = g.shape.map((size, d) => (d === 1 ? size : 1));
    const bias = call.needs[2] ? [reshape(sumTo(g, channels), (call.inputs[2] as TensorMeta).shape)] : [];
    return [convGradient(call, 0), convGradient(call, 1), ...bias];
  },
};
