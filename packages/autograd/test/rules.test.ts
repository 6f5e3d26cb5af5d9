import "./device.js";
import { type Tensor, tensor } from "@flambeau/core";
import { applyOne, type PrimitiveParams } from "@flambeau/core/internal";
import { describe, expect, it } from "vitest";
import { close, leaf } from "./kit.js";

const scan = (x: Tensor, op: "prod" | "logsumexp", axis: number): Tensor =>
  applyOne("scan", [x], { op, axis, reverse: false, dtype: "float32" });

// Numbers of PyTorch 1.13, where differences from one side or the other would not do.
describe("gradients at corners", () => {
  it("of a cumulative product with zeros", () => {
    const x = leaf([
      [2, 0, 3, 4],
      [0, 5, 0, 2],
    ]);
    scan(x, "prod", 1)
      .mul(tensor([1, 2, 3, 4]))
      .sum()
      .backward();
    close(x.grad, [
      [1.0, 118.0, 0.0, 0.0],
      [11.0, 0.0, 0.0, 0.0],
    ]);
  });

  it("of a cumulative logsumexp far beyond what exp can hold", () => {
    const x = leaf([1, -2, 3, 800, 801]);
    scan(x, "logsumexp", 0)
      .mul(tensor([1, -2, 3, 4, -5]))
      .sum()
      .backward();
    close(
      x.grad,
      [-0.5496492385864258, -0.07715249806642532, 2.6268019676208496, 2.6552445888519287, -3.655393123626709],
      1e-4,
    );
  });

  it.each<[PrimitiveParams["scatter"]["reduce"], number[], number[]]>([
    ["mul", [0.0, 0.0, 45.0], [0.0, 2.0, 45.0, 45.0, 0.0]],
    ["max", [0.0, 1.0, 1.6666666269302368], [1.0, 0.0, 1.6666666269302368, 1.6666666269302368, 1.0]],
    ["min", [0.0, 1.0, 1.6666666269302368], [0.0, 1.0, 1.6666666269302368, 1.6666666269302368, 1.0]],
  ])("of scatter by %s with zeros and ties", (reduce, forBase, forSrc) => {
    const [base, src] = [leaf([1, 0, 3]), leaf([2, 0, 3, 3, 0])];
    const index = tensor([0, 0, 2, 2, 1], { dtype: "int32" });
    const out = applyOne("scatter", [base, src, index], {
      op: "scatterReduce",
      coordinates: [{ index: 0 }],
      wrap: false,
      reduce,
    });
    out
      .mul(tensor([1, 2, 5]))
      .sum()
      .backward();
    close(base.grad, forBase);
    close(src.grad, forSrc);
    expect(out.gradFn?.name).toBe("ScatterReduceBackward");
  });
});
