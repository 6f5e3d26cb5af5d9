/** Gradient of joining tensors. */
import { applyOne } from "@flambeau/core/internal";
import type { Rule } from "./rule.js";

export const cat: Rule<"cat"> = {
  name: "cat",
  backward: ({ cotangents: [g], needs, inputs, params: { dim } }) => {
    let start = 0;
    return inputs.map(({ shape }, i) => {
      const from = start;
      start += shape[dim] as number;
      if (g === null || g === undefined || !needs[i]) return null;
      const starts = shape.map((_, d) => (d === dim ? from : 0));
      return applyOne("slice", [g], { starts, sizes: shape, steps: shape.map(() => 1) });
    });
  },
};
