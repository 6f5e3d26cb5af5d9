/** Adds up the parts of products whose depth was cut, and finishes each element. */
import { declareOperands, type OperandLayout, type ShaderOperand, unravel } from "../elements/operands.js";
import { ShaderBuilder } from "../ir/builder.js";
import type { Shader } from "../ir/types.js";
import { literal, type Value } from "../ir/value.js";
import { outputSink } from "./frame.js";
import type { Product } from "./product.js";

export const combineLanes = 64;

/** What a launch passes: elements in all, parts, m and n; then the product's dims and the operands. */
export function buildCombine(product: Product, layout: OperandLayout): Shader {
  const k = new ShaderBuilder(`${product.name} parts`, combineLanes);
  const [total, parts, m, n] = ["total", "parts", "m", "n"].map((name) => k.param(name)) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const dims = product.dims.map((_, d) => k.param(`dim${d}`));
  const [partial, ...rest] = declareOperands(k, layout).operands as [ShaderOperand, ...ShaderOperand[]];
  const at = k.let(k.invocation, "at");
  k.if(at.lt(total), () => {
    const sum = k.variable(literal(product.type, 0), "sum");
    k.for(0, parts, (part) => sum.set(sum.value.add(partial.load(part.mul(total).add(at)))));
    const [item, row, column] = unravel(k, at, [total, m, n]) as [Value, Value, Value];
    const sink = outputSink(product, { k, item, dims, outer: 0 }, rest);
    sink.put(sum.value, sink.row(row), sink.column(column));
  });
  return k.finish();
}
