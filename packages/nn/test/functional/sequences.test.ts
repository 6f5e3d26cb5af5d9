import "../device.js";
import { grad } from "@flambeau/autograd";
import { arange, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { ctcLoss, embedding, embeddingBag, scaledDotProductAttention } from "../../src/functional/index.js";
import { close, values } from "../kit.js";

const ids = (list: number[]) => tensor(list, { dtype: "int64" });

describe("ctcLoss", () => {
  const scores = () =>
    tensor([
      [0.1, 0.5, -0.3],
      [0.7, -0.2, 0.4],
      [-0.6, 0.2, 0.9],
      [0.3, 0.3, -1],
    ]).unsqueeze(1);

  it("agrees with PyTorch where a label repeats, with its gradient", () => {
    const x = scores().requiresGrad_();
    const loss = ctcLoss(x.logSoftmax(-1), tensor([[1, 1]]).long(), [4], [2], { reduction: "sum" });
    close(loss, 2.565331);
    close(
      grad([loss], [x])[0],
      [
        0.271784, -0.483766, 0.211983, -0.423538, 0.078552, 0.344986, -0.144159, -0.437333, 0.581492,
        0.076992, -0.196916, 0.119924,
      ],
    );
  });

  it("is infinite for targets that cannot fit, or 0", () => {
    const x = scores().logSoftmax(-1);
    const targets = tensor([[1, 1]]).long();
    expect(values(ctcLoss(x, targets, [2], [2], 0, "none"))).toEqual([Number.POSITIVE_INFINITY]);
    expect(values(ctcLoss(x, targets, [2], [2], 0, "none", true))).toEqual([0]);
  });
});

describe("embeddingBag", () => {
  it("reduces bags, leaves padding out and gives 0 for empty ones", () => {
    const weight = arange(8).float().sub(3).reshape([4, 2]);
    const bags = (mode: "sum" | "mean" | "max") =>
      embeddingBag(ids([0, 2, 2, 3]), weight, ids([0, 3, 3]), { mode, paddingIdx: 0 });
    close(bags("sum"), [2, 4, 0, 0, 3, 4]);
    close(bags("mean"), [1, 2, 0, 0, 3, 4]);
    close(bags("max"), [1, 2, 0, 0, 3, 4]);
  });
});

describe("embedding", () => {
  it("shortens rows in place and shares gradients", () => {
    const weight = tensor([
      [3, 4],
      [0.3, 0.4],
      [6, 8],
    ]);
    close(embedding(ids([0, 1]), weight, { maxNorm: 1 }), [0.6, 0.8, 0.3, 0.4]);
    close(weight, [0.6, 0.8, 0.3, 0.4, 6, 8]);
    const w = weight.clone().requiresGrad_();
    const rows = embedding(ids([1, 1, 2]), w, { scaleGradByFreq: true });
    close(rows, [0.3, 0.4, 0.3, 0.4, 6, 8]);
    close(grad([rows.sum()], [w])[0], [0, 0, 1, 1, 1, 1]);
  });
});

describe("scaledDotProductAttention", () => {
  const q = tensor([
    [1, 0],
    [0, 1],
  ]);
  const k = tensor([
    [1, 2],
    [3, 4],
    [-1, 0],
  ]);
  const v = tensor([
    [1, 0],
    [0, 1],
    [2, 2],
  ]);

  it("agrees with its definition, causal or masked", () => {
    close(scaledDotProductAttention(q, k, v), [0.27747, 0.858695, 0.27747, 0.858695], 1e-5);
    const causal = [1, 0, 0.19557, 0.80443];
    close(scaledDotProductAttention(q, k, v, { isCausal: true }), causal, 1e-5);
    const attnMask = tensor([
      [true, false, false],
      [true, true, false],
    ]);
    close(scaledDotProductAttention(q, k, v, attnMask), causal, 1e-5);
  });
});
