/** Adds up the parts of products whose depth was cut, and finishes each element. */
import { dispatchOf } from "../dispatch.js";
import { read, type ShaderOperand, unravel, type View } from "../elements/operands.js";
import { literal, type Value } from "../ir/value.js";
import type { Dispatch } from "../plan.js";
import { outputSink } from "./frame.js";
import { type Product, resultsOf } from "./product.js";

/** `partial` holds `parts` results, one after another. */
export const combine = (product: Product, code: string, partial: View, parts: number): Dispatch => {
  const { m, n, batch, dims } = product;
  const count = batch * m * n;
  return dispatchOf({
    key: `combine ${code}`,
    name: `${product.name} parts`,
    lanes: 64,
    count,
    uses: [read(partial), ...resultsOf(product)],
    numbers: { total: count, parts, m, n, dims },
    write({ k, at, operands, numbers: { total, parts, m, n, dims } }) {
      const [partial, ...results] = operands as [ShaderOperand, ...ShaderOperand[]];
      const sum = k.variable(literal(product.type, 0), "sum");
      k.for(0, parts, (part) => sum.set(sum.value.add(partial.load(part.mul(total).add(at)))));
      const [item, row, column] = unravel(k, at, [total, m, n]) as [Value, Value, Value];
      const sink = outputSink(product, { k, item, dims, outer: 0 }, results);
      sink.put(sum.value, sink.row(row), sink.column(column));
    },
  });
};
