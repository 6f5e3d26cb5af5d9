import "../device.js";
import { gradcheck, gradgradcheck } from "@flambeau/autograd";
import {
  ArgumentError,
  arange,
  manualSeed,
  ones,
  randn,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from "@flambeau/core";
import { describe, expect, it } from "vitest";
import * as nn from "../../src/index.js";
import { close, fill, values } from "../kit.js";

const { packPaddedSequence, packSequence, padPackedSequence, padSequence } = nn.utils.rnn;

/** [4, 3, 2]: three sequences of lengths 2, 4 and 3. */
const padded = (): Tensor => arange(24).remainder(5).sub(2).mul(0.25).reshape([4, 3, 2]);
const lengths = [2, 4, 3];

describe("packed sequences", () => {
  it("hold the steps of all sequences, longest first, without padding", () => {
    const packed = packPaddedSequence(padded(), lengths, { enforceSorted: false });
    expect(packed.batchSizes).toEqual([3, 3, 2, 1]);
    expect([packed.sortedIndices, packed.unsortedIndices]).toEqual([
      [1, 2, 0],
      [2, 0, 1],
    ]);
    close(
      packed.data,
      [0, 0.25, 0.5, -0.5, -0.5, -0.25, 0.25, 0.5, -0.5, -0.25, -0.25, 0, 0.5, -0.5, -0.25, 0, -0.5, -0.25],
    );
    const [again, found] = padPackedSequence(packed, { batchFirst: true, paddingValue: 9, totalLength: 5 });
    expect([again.shape, found]).toEqual([[3, 5, 2], lengths]);
    close(again.select(0, 0), [-0.5, -0.25, -0.25, 0, 9, 9, 9, 9, 9, 9]);
  });

  it("are made of a list of sequences, and padded from one", () => {
    const sequences = [tensor([1, 2, 3]), tensor([4])];
    close(padSequence(sequences, { batchFirst: true, paddingValue: -1 }), [1, 2, 3, 4, -1, -1]);
    expect(padSequence(sequences).shape).toEqual([3, 2]);
    close(packSequence(sequences).data, [1, 4, 2, 3]);
    expect(() => packSequence([...sequences].reverse())).toThrow(/descending lengths, got \[1, 3\]/);
    expect(() => packPaddedSequence(padded(), [2, 5, 3])).toThrow(ArgumentError);
    expect(() => padSequence([ones([1, 2]), ones([1, 3])])).toThrow(ShapeError);
  });

  // The numbers of PyTorch 1.13 for the same weights.
  it("through an LSTM in both directions give each sequence its own end", () => {
    const lstm = fill(new nn.LSTM(2, 2, { bidirectional: true }));
    const [output, [h]] = lstm.forward(packPaddedSequence(padded(), lengths, { enforceSorted: false }));
    const [out] = padPackedSequence(output);
    close(
      out,
      [
        -0.051695, -0.048984, -0.117614, -0.118539, -0.094987, -0.026177, -0.250826, -0.192468, -0.095776,
        -0.05097, -0.198396, -0.189951, -0.103106, -0.06295, -0.093912, -0.079019, -0.168027, -0.03412,
        -0.248356, -0.174846, -0.097144, -0.082466, -0.117614, -0.118539, 0, 0, 0, 0, -0.169642, -0.081678,
        -0.171194, -0.16057, -0.127872, -0.081445, -0.093912, -0.079019, 0, 0, 0, 0, -0.131253, -0.103862,
        -0.065912, -0.074431, 0, 0, 0, 0,
      ],
    );
    close(
      h,
      [
        -0.103106, -0.06295, -0.131253, -0.103862, -0.127872, -0.081445, -0.117614, -0.118539, -0.250826,
        -0.192468, -0.198396, -0.189951,
      ],
    );
    out.square().sum().backward();
    close(
      (lstm.getParameter("weight_ih_l0") as Tensor).grad,
      [
        0.012514, -0.001463, -0.001695, -0.007824, 0.000554, -0.00619, -0.00322, -0.002409, 0.013321,
        0.057908, 0.035912, 0.088009, 0.003822, -0.012104, -0.004687, -0.007994,
      ],
    );
  });

  it("through a GRU of two layers likewise", () => {
    const gru = fill(new nn.GRU(2, 2, { numLayers: 2 }));
    const [output, h] = gru.forward(packPaddedSequence(padded(), lengths, { enforceSorted: false }));
    close(
      padPackedSequence(output)[0].narrow(0, 0, 1),
      [-0.133307, -0.117785, -0.131913, -0.118242, -0.131499, -0.118038],
    );
    close(
      h,
      [
        -0.041215, -0.223413, -0.103719, -0.287668, -0.069666, -0.26279, -0.204024, -0.184693, -0.253341,
        -0.245386, -0.238763, -0.221901,
      ],
    );
  });
});

describe("layers over time", () => {
  it.each([
    ["RNN", new nn.RNN(3, 4), new nn.RNNCell(3, 4)],
    ["GRU", new nn.GRU(3, 4), new nn.GRUCell(3, 4)],
  ] as const)("%s is its cell, step by step", (_, layer, cell) => {
    manualSeed(0);
    fill(layer);
    fill(cell);
    const x = randn(5, 2, 3);
    const [output, last] = layer.forward(x);
    let h: Tensor | null = null;
    for (const step of x.unbind(0)) h = cell.forward(step, h);
    close(last, values(h as Tensor));
    close(output.select(0, -1), values(h as Tensor));
  });

  it("an LSTM is its cell, also from a given state and without a batch", () => {
    const layer = fill(new nn.LSTM(3, 4, { batchFirst: true }));
    const cell = fill(new nn.LSTMCell(3, 4));
    const [x, h0, c0] = [randn(5, 3), randn(1, 4), randn(1, 4)];
    const [output, [hn, cn]] = layer.forward(x, [h0, c0]);
    let state: [Tensor, Tensor] = [h0.squeeze(0), c0.squeeze(0)];
    for (const step of x.unbind(0)) state = cell.forward(step, state);
    expect([output.shape, hn.shape, cn.shape]).toEqual([
      [5, 4],
      [1, 4],
      [1, 4],
    ]);
    close(hn, values(state[0]));
    close(cn, values(state[1]));
  });

  it("shapes and parameters of stacked, bidirectional, projecting layers are PyTorch's", () => {
    const lstm = new nn.LSTM(3, 5, { numLayers: 2, bidirectional: true, projSize: 2, batchFirst: true });
    const [output, [h, c]] = lstm.forward(ones([4, 7, 3]));
    expect([output.shape, h.shape, c.shape]).toEqual([
      [4, 7, 4],
      [4, 4, 2],
      [4, 4, 5],
    ]);
    expect(lstm.namedParameters().map(([name, p]) => `${name} ${p.shape}`)).toEqual(
      [0, 1].flatMap((layer) =>
        ["", "_reverse"].flatMap((side) => [
          `weight_ih_l${layer}${side} 20,${layer === 0 ? 3 : 4}`,
          `weight_hh_l${layer}${side} 20,2`,
          `bias_ih_l${layer}${side} 20`,
          `bias_hh_l${layer}${side} 20`,
          `weight_hr_l${layer}${side} 2,5`,
        ]),
      ),
    );
    expect(Math.max(...values(nn.utils.parametersToVector(lstm.parameters())))).toBeLessThanOrEqual(
      1 / Math.sqrt(5),
    );
  });

  it("first and second derivatives are right", () => {
    const x = randn([3, 2, 2], { dtype: "float64" }).requiresGrad_();
    const lstm = fill(new nn.LSTM(2, 2)).double();
    const gru = fill(new nn.GRU(2, 2)).double();
    const rnn = fill(new nn.RNN(2, 2)).double();
    const runs: ((input: Tensor) => Tensor)[] = [
      (input) => lstm.forward(input)[0],
      (input) => gru.forward(input)[0],
      (input) => rnn.forward(input)[0],
    ];
    for (const run of runs) {
      expect(gradcheck(run, [x])).toBe(true);
      expect(gradgradcheck(run, [x])).toBe(true);
    }
  });

  it("dropout falls between layers, in training only", () => {
    manualSeed(0);
    const make = (dropout: number): nn.GRU => fill(new nn.GRU(2, 3, { numLayers: 2, dropout }));
    const x = randn(4, 1, 2);
    const plain = values(make(0).forward(x)[0]);
    const layer = make(0.5);
    expect(values(layer.forward(x)[0])).not.toEqual(plain);
    expect(values(layer.eval().forward(x)[0])).toEqual(plain);
  });
});

describe("errors", () => {
  it("name layer and shapes", () => {
    const lstm = new nn.LSTM(3, 4);
    const gru = new nn.GRU(3, 4, { numLayers: 2 });
    expect(() => lstm.forward(ones([5, 2, 2]))).toThrow(
      "LSTM: expected an input whose last size is 3, got 2",
    );
    expect(() => lstm.forward(ones([3]))).toThrow("LSTM: expected an input of rank 2 or 3, got shape [3]");
    expect(() => lstm.forward(ones([0, 2, 3]))).toThrow(/at least one time step/);
    expect(() => gru.forward(ones([5, 2, 3]), zeros([1, 2, 4]))).toThrow(
      "GRU: expected an initial state of shape [2, 2, 4], got [1, 2, 4]",
    );
    expect(() => new nn.LSTMCell(3, 4).forward(ones([2, 3]), [zeros([2, 4]), zeros([1, 4])])).toThrow(
      "LSTMCell: expected a state of [2, 4] for an input [2, 3], got [1, 4]",
    );
    expect(() => new nn.GRUCell(3, 4).forward(ones([2, 2]))).toThrow(ShapeError);
    expect(() => new nn.RNN(3, 4, { nonlinearity: "sigmoid" as never })).toThrow(ArgumentError);
    expect(() => new nn.LSTM(3, 4, { projSize: 4 })).toThrow(/projSize .* below hiddenSize 4, got 4/);
    expect(() => new nn.LSTM(3, 0)).toThrow(/hiddenSize to be a positive integer, got 0/);
  });
});
