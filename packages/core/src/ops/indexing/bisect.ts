/** Where values stand in sorted rows. */
import { pointwise } from "../../fused/pointwise.js";
import { applyOne } from "../../primitives/dispatch.js";
import type { Tensor } from "../../tensor/tensor.js";
import { full } from "../creation.js";

const middle = pointwise("searchsorted", (low, high, last) => low.add(high).truncDiv(2).min(last));
/** Narrows [low, high) by half; elements `at` the middle that do not compare so with the value lie before it. */
const step = (beyond: "ge" | "gt") =>
  pointwise(
    "searchsorted",
    (value, at, low, high) => {
      const after = at[beyond](value).not();
      const [open, mid] = [low.lt(high), low.add(high).truncDiv(2)];
      return [open.and(after).where(mid.add(1), low), open.and(after.not()).where(mid, high)];
    },
    { dtype: "int32" },
  );
const [stepLeft, stepRight] = [step("ge"), step("gt")];

/** Bisection of every row at once: `sequence` is [n], or [..., n] with values [..., m]. */
export function bisect(op: string, sequence: Tensor, values: Tensor, right: boolean): Tensor {
  const rank = sequence.shape.length;
  const size = sequence.shape[rank - 1] as number;
  const position = (bound: number): Tensor =>
    full(values.shape, bound, { dtype: "int32", device: values.device });
  let [low, high] = [position(0), position(size)];
  const coordinates = sequence.shape.map((_, d) => (d === rank - 1 ? { index: 0 } : { axis: d }));
  for (let span = size; span > 0; span = Math.floor(span / 2)) {
    const at = applyOne("gather", [sequence, middle(low, high, size - 1)], {
      op,
      coordinates,
      wrap: false,
      shape: values.shape,
    });
    [low, high] = (right ? stepRight : stepLeft)(values, at, low, high) as [Tensor, Tensor];
  }
  return low;
}
