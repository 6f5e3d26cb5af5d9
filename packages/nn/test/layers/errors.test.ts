import "../device.js";
import { ArgumentError, DTypeError, IndexError, ones, ShapeError, tensor, zeros } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import * as nn from "../../src/index.js";

type Kind = new (...args: never[]) => Error;
const cases: readonly [what: string, run: () => unknown, kind: Kind, message: RegExp][] = [
  [
    "unknown option",
    () => new nn.Linear(2, 2, { biass: true } as never),
    ArgumentError,
    /Linear: unknown option "biass"; expected one of .*bias/,
  ],
  [
    "option given twice",
    () => new nn.Conv2d(2, 2, 1, 1, { stride: 2 } as never),
    ArgumentError,
    /Conv2d: option "stride" is given by position already/,
  ],
  [
    "too many arguments",
    () => new nn.ReLU(...([true, 1] as never)),
    ArgumentError,
    /ReLU: expected at most 1 arguments, got 2/,
  ],
  [
    "an input too many",
    () => new nn.GELU().forward(ones(2), ones(2)),
    ArgumentError,
    /GELU: expected 1 inputs of forward, got 2/,
  ],
  [
    "an input too few",
    () => new nn.MSELoss().forward(ones(2)),
    ArgumentError,
    /MSELoss: expected 2 inputs of forward, got 1/,
  ],
  [
    "no sizes",
    () => new nn.Linear(...([] as never)),
    ArgumentError,
    /Linear: expected outFeatures to be an integer of at least 0, got undefined/,
  ],
  ["fractional size", () => new nn.Linear(2, 1.5), ArgumentError, /Linear: expected outFeatures .* got 1.5/],
  [
    "groups that do not divide",
    () => new nn.Conv2d(3, 4, 1, { groups: 2 }),
    ArgumentError,
    /Conv2d: expected channels that divide by groups 2, got 3 in and 4 out/,
  ],
  [
    "zero groups",
    () => new nn.Conv1d(2, 2, 1, { groups: 0 }),
    ArgumentError,
    /Conv1d: expected groups .* got 0/,
  ],
  [
    "kernel of another rank",
    () => new nn.Conv3d(1, 1, [3, 3]),
    ArgumentError,
    /Conv3d: expected kernelSize as a number or 3 of them, got \[3,3\]/,
  ],
  [
    "stride 0",
    () => new nn.Conv1d(1, 1, 3, { stride: 0 }),
    ArgumentError,
    /Conv1d: expected stride .* at least 1, got 0/,
  ],
  [
    "padding mode",
    () => new nn.Conv1d(1, 1, 3, { paddingMode: "mirror" as never }),
    ArgumentError,
    /"mirror"/,
  ],
  [
    "same with stride",
    () => new nn.Conv1d(1, 1, 3, { padding: "same", stride: 2 }),
    ArgumentError,
    /"same" needs stride 1, got \[2\]/,
  ],
  [
    "channels of a convolution",
    () => new nn.Conv2d(3, 4, 1).forward(ones([1, 2, 4, 4])),
    ShapeError,
    /conv2d: .*expected 3 channels, got 2/,
  ],
  [
    "rank of a convolution",
    () => new nn.Conv2d(3, 4, 1).forward(ones([3, 4])),
    ShapeError,
    /conv2d: expected an input of rank 3 or 4, got shape \[3, 4\]/,
  ],
  [
    "dtype of a convolution",
    () => new nn.Conv1d(1, 1, 1).forward(zeros([1, 1, 1], { dtype: "float64" })),
    DTypeError,
    /conv1d: .*float64.*float32/,
  ],
  [
    "output size of a transposed convolution",
    () => new nn.ConvTranspose1d(1, 1, 3, { stride: 2 }).forward(ones([1, 1, 3]), [9]),
    ArgumentError,
    /ConvTranspose1d: expected an output size from 7 to 8 .* got 9/,
  ],
  [
    "features of a linear layer",
    () => new nn.Linear(3, 1).forward(ones([2, 4])),
    ShapeError,
    /linear: expected an input whose last size is 3, got shape \[2, 4\]/,
  ],
  [
    "groups of a normalisation",
    () => new nn.GroupNorm(2, 3),
    ArgumentError,
    /GroupNorm: expected numChannels 3 to divide into 2 groups/,
  ],
  [
    "rank of a batch normalisation",
    () => new nn.BatchNorm2d(2).forward(ones([2, 2])),
    ShapeError,
    /BatchNorm2d: expected an input of rank 4, got shape \[2, 2\]/,
  ],
  [
    "channels of a batch normalisation",
    () => new nn.BatchNorm1d(2).forward(ones([2, 3])),
    ShapeError,
    /batchNorm: .*3/,
  ],
  [
    "batch of one",
    () => new nn.BatchNorm1d(2).forward(ones([1, 2])),
    ShapeError,
    /batchNorm: expected more than one value per channel in training, got shape \[1, 2\]/,
  ],
  [
    "shape of a layer normalisation",
    () => new nn.LayerNorm([2, 3]).forward(ones([3, 2])),
    ShapeError,
    /layerNorm: expected the last dimensions to be \[2, 3\], got shape \[3, 2\]/,
  ],
  [
    "probability of dropout",
    () => new nn.Dropout(1.5).forward(ones([2])),
    ArgumentError,
    /dropout: expected a probability from 0 to 1, got 1.5/,
  ],
  [
    "padding index",
    () => new nn.Embedding(3, 2, { paddingIdx: 3 }),
    ArgumentError,
    /Embedding: expected paddingIdx within 3 embeddings, got 3/,
  ],
  [
    "embeddings of another shape",
    () => new nn.Embedding(3, 2, { weight: ones([2, 3]) }),
    ShapeError,
    /Embedding: expected a weight of shape \[3, 2\], got \[2, 3\]/,
  ],
  ["float indices", () => new nn.Embedding(3, 2).forward(tensor([1])), DTypeError, /embedding: .*float32/],
  [
    "index out of range",
    () => new nn.Embedding(3, 2).forward(tensor([3], { dtype: "int32" })).arraySync(),
    IndexError,
    /3/,
  ],
  [
    "class out of range",
    () => new nn.CrossEntropyLoss().forward(ones([1, 2]), tensor([2], { dtype: "int32" })).itemSync(),
    IndexError,
    /2/,
  ],
  [
    "target of a loss",
    () => new nn.CrossEntropyLoss().forward(ones([3, 2]), zeros([2], { dtype: "int32" })),
    ShapeError,
    /crossEntropy: .*\[3/,
  ],
  [
    "reduction",
    () => new nn.MSELoss({ reduction: "avg" as never }).forward(ones([1]), ones([1])),
    ArgumentError,
    /mseLoss: .*"avg"/,
  ],
  ["window of a pool", () => new nn.MaxPool2d(5).forward(ones([1, 1, 3, 3])), ShapeError, /maxPool2d/],
  [
    "activation of a transformer",
    () => new nn.TransformerEncoderLayer(4, 2, { activation: "swish" as never }),
    ArgumentError,
    /TransformerEncoderLayer: expected activation .* got "swish"/,
  ],
  [
    "parameter of nothing",
    () => new nn.Parameter(null as never),
    ArgumentError,
    /Parameter: expected a tensor, got null/,
  ],
];

describe("typed errors name the module or operator, what it expected and what it got", () => {
  it.each(cases)("%s", (_, run, kind, message) => {
    let thrown: unknown = null;
    try {
      run();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(kind);
    expect((thrown as Error).message).toMatch(message);
  });
});
