import "../device.js";
import { manualSeed, type Tensor, tensor } from "@flambeau/core";
import { expect, it } from "vitest";
import { Embedding, Parameter } from "../../src/index.js";
import { close, values } from "../kit.js";

const indices = (...list: number[]): Tensor => tensor(list, { dtype: "int64" });

it("the padding row starts at zero and gets no gradient", () => {
  manualSeed(0);
  const layer = new Embedding(4, 2, { paddingIdx: -2 });
  expect(layer.paddingIdx).toBe(2);
  close(layer.weight.select(0, 2), [0, 0]);
  layer
    .forward(indices(0, 2, 2, 3, 0))
    .sum()
    .backward();
  close(layer.weight.grad, [2, 2, 0, 0, 0, 0, 1, 1]);
});

it("rows keep the shape of their indices, in any integer dtype", () => {
  const layer = new Embedding(3, 2, {
    weight: tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  });
  const y = layer.forward(tensor([[2], [0]], { dtype: "int32" }));
  expect(y.shape).toEqual([2, 1, 2]);
  close(y, [5, 6, 1, 2]);
});

it("pretrained vectors are frozen unless told otherwise", () => {
  const vectors = tensor([
    [1, 2],
    [3, 4],
  ]);
  const frozen = Embedding.fromPretrained(vectors);
  expect([frozen.weight.requiresGrad, frozen.numEmbeddings, frozen.embeddingDim]).toEqual([false, 2, 2]);
  expect(Embedding.fromPretrained(vectors, { freeze: false }).weight.requiresGrad).toBe(true);
  expect(values(frozen.forward(indices(1)))).toEqual([3, 4]);
});

it("a table can be shared with another layer", () => {
  const table = new Parameter(
    tensor([
      [1, 2],
      [3, 4],
    ]),
  );
  expect(new Embedding(2, 2, { weight: table }).weight).toBe(table);
});
