import "../device.js";
import { arange, DTypeError, manualSeed, ones, randn, ShapeError, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import * as nn from "../../src/index.js";
import { close, fill, values } from "../kit.js";

const ramp = (shape: number[], modulus: number, centre: number): Tensor =>
  arange(shape.reduce((a, b) => a * b, 1))
    .remainder(modulus)
    .sub(centre)
    .mul(0.5)
    .reshape(shape);

describe("MultiheadAttention", () => {
  // The numbers of PyTorch 1.13 for the same weights.
  it("takes keys and values of other sizes, and shows the weights of every head", () => {
    const attention = fill(new nn.MultiheadAttention(4, 2, { kdim: 3, vdim: 2, batchFirst: true }));
    expect(Object.keys(attention.stateDict())).toEqual([
      "q_proj_weight",
      "k_proj_weight",
      "v_proj_weight",
      "in_proj_bias",
      "out_proj.weight",
      "out_proj.bias",
    ]);
    const [output, weights] = attention.forward(
      ramp([1, 2, 4], 3, 1),
      ramp([1, 3, 3], 4, 1),
      ramp([1, 3, 2], 5, 2).mul(2),
      { averageAttnWeights: false },
    );
    close(output, [-0.225811, 0.011807, -0.000515, -0.028898, -0.223001, 0.015218, -0.008596, -0.028258]);
    expect(weights?.shape).toEqual([1, 2, 2, 3]);
    close(
      weights,
      [
        0.31735, 0.332276, 0.350374, 0.338381, 0.339579, 0.32204, 0.335103, 0.33333, 0.331567, 0.334291,
        0.327853, 0.337856,
      ],
    );
  });

  it("reads nothing where a mask forbids it, whichever way that is said", () => {
    manualSeed(0);
    const attention = new nn.MultiheadAttention(4, 2);
    const x = randn(3, 1, 4);
    const causal = nn.Transformer.generateSquareSubsequentMask(3);
    expect(causal.arraySync()).toEqual([
      [0, -Infinity, -Infinity],
      [0, 0, -Infinity],
      [0, 0, 0],
    ]);
    const [a, weights] = attention.forward(x, x, x, { attnMask: causal });
    const [b] = attention.forward(x, x, x, { attnMask: causal.ne(0) });
    close(a, values(b));
    expect((weights as Tensor).squeeze(0).triu(1).abs().sum().itemSync()).toBe(0);

    const [padded] = attention.forward(x, x, x, { keyPaddingMask: tensor([[0, 0, 1]]).ne(0) });
    const two = x.narrow(0, 0, 2);
    close(padded, values(attention.forward(x, two, two)[0]));
  });

  it("gives no weights when they are not needed", () => {
    const x = ones([2, 4]);
    expect(new nn.MultiheadAttention(4, 2).forward(x, x, x, { needWeights: false })[1]).toBeNull();
  });

  it("names what does not fit", () => {
    const attention = new nn.MultiheadAttention(4, 2);
    const x = ones([3, 1, 4]);
    expect(() => new nn.MultiheadAttention(4, 3)).toThrow(/embedDim 4 to divide into numHeads 3/);
    expect(() => attention.forward(x, ones([3, 4]), x)).toThrow(/rank 3/);
    expect(() => attention.forward(x, ones([2, 1, 4]), x)).toThrow(ShapeError);
    expect(() => attention.forward(x, x, x, { attnMask: ones([2, 3]) })).toThrow(
      "MultiheadAttention: expected attnMask of shape [3, 3] or [2, 3, 3], got [2, 3]",
    );
    expect(() => attention.forward(x, x, x, { keyPaddingMask: ones([3, 1]) })).toThrow(
      /keyPaddingMask of shape \[1, 3\]/,
    );
    expect(() => attention.forward(x, x, x, { attnMask: ones([3, 3], { dtype: "int32" }) })).toThrow(
      DTypeError,
    );
    expect(() => attention.forward(x, x, x, { causal: true } as never)).toThrow(/unknown option "causal"/);
  });
});

describe("Transformer", () => {
  it("stacks copies of a layer that do not share parameters", () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 });
    const encoder = new nn.TransformerEncoder(layer, 3, new nn.LayerNorm(4));
    const own = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 }).parameters().length;
    expect(encoder.parameters().length).toBe(3 * own + 2);
    expect(encoder.parameters()).not.toContain(layer.linear1.weight);
    close(encoder.getParameter("layers.2.linear1.weight"), values(layer.linear1.weight));
  });

  it("a causal mask keeps later positions from earlier outputs", () => {
    manualSeed(1);
    const model = new nn.Transformer(4, 2, 1, 1, 8, { batchFirst: true, dropout: 0 });
    const [src, tgt] = [randn(1, 3, 4), randn(1, 4, 4)];
    const tgtMask = nn.Transformer.generateSquareSubsequentMask(4);
    const before = model.forward(src, tgt, { tgtMask });
    const other = tgt.clone();
    other.select(1, 3).fill_(9);
    const after = model.forward(src, other, { tgtMask });
    close(after.narrow(1, 0, 3), values(before.narrow(1, 0, 3)));
    expect(values(after.select(1, 3))).not.toEqual(values(before.select(1, 3)));
  });

  it("weight matrices start Xavier uniform, and batch sizes must agree", () => {
    const model = new nn.Transformer(8, 2, 1, 1, 16);
    const weight = model.getParameter("encoder.layers.0.linear1.weight");
    expect(Math.max(...values(weight.abs()))).toBeGreaterThan(1 / Math.sqrt(8)); // beyond a linear layer's own bound
    expect(Math.max(...values(weight.abs()))).toBeLessThanOrEqual(Math.sqrt(6 / 24));
    expect(() => model.forward(ones([3, 2, 8]), ones([3, 1, 8]))).toThrow(
      /Transformer: .*\[3, 2, 8\] and \[3, 1, 8\]/,
    );
  });
});
