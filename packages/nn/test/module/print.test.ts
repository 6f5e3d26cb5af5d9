import "../device.js";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import * as nn from "../../src/index.js";

it("prints the tree as PyTorch does, with options in camelCase", () => {
  const model = new nn.Sequential(
    new nn.Conv2d(3, 8, 3, { padding: 1, bias: false }),
    new nn.BatchNorm2d(8),
    new nn.ReLU(),
    new nn.Sequential({ flat: new nn.Flatten(), head: new nn.Linear(8, 2) }),
    new nn.Dropout(0.25),
  );
  expect(String(model)).toBe(`Sequential(
  (0): Conv2d(3, 8, kernelSize=[3, 3], stride=[1, 1], padding=[1, 1], bias=false)
  (1): BatchNorm2d(8, eps=0.00001, momentum=0.1, affine=true, trackRunningStats=true)
  (2): ReLU()
  (3): Sequential(
    (flat): Flatten()
    (head): Linear(inFeatures=8, outFeatures=2, bias=true)
  )
  (4): Dropout(p=0.25)
)`);
  expect(inspect(model)).toBe(String(model));
});

it("prints lists, parameters and the options of layers", () => {
  const shown = (module: nn.Module): string => String(module).replaceAll(/\s+/g, " ");
  expect(shown(new nn.LSTM(2, 3, { numLayers: 2, bidirectional: true }))).toBe(
    "LSTM(2, 3, numLayers=2, bidirectional=true)",
  );
  expect(shown(new nn.GRUCell(2, 3, false))).toBe("GRUCell(2, 3, bias=false)");
  expect(shown(new nn.Embedding(5, 2, { paddingIdx: -1 }))).toBe("Embedding(5, 2, paddingIdx=4)");
  expect(shown(new nn.ConvTranspose1d(2, 4, 3, { stride: 2, outputPadding: 1 }))).toBe(
    "ConvTranspose1d(2, 4, kernelSize=[3], stride=[2], outputPadding=[1])",
  );
  expect(shown(new nn.ModuleDict({ a: new nn.ModuleList([new nn.Tanh()]) }))).toBe(
    "ModuleDict( (a): ModuleList( (0): Tanh() ) )",
  );
  expect(shown(new nn.MultiheadAttention(4, 2))).toBe(
    "MultiheadAttention( (out_proj): Linear(inFeatures=4, outFeatures=4, bias=true) )",
  );
});
