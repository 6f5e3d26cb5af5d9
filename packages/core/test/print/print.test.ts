import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { fixed, scientific } from "../../src/tensor/numberFormat.js";
import { arange, formatTensor, formatTensorAsync, setPrintOptions, tensor, zeros } from "../device.js";

afterEach(() => setPrintOptions({ profile: "default" }));

describe("formatTensor, as PyTorch's documentation prints", () => {
  it("floats", () => {
    expect(formatTensor(tensor(1.23456))).toBe("tensor(1.2346)");
    expect(
      formatTensor(
        tensor([
          [0.1, 1.2],
          [2.2, 3.1],
          [4.9, 5.2],
        ]),
      ),
    ).toBe("tensor([[0.1000, 1.2000],\n        [2.2000, 3.1000],\n        [4.9000, 5.2000]])");
    expect(
      formatTensor(
        tensor([
          [1, -1],
          [1, -1],
        ]),
      ),
    ).toBe("tensor([[ 1., -1.],\n        [ 1., -1.]])");
    expect(formatTensor(zeros(2))).toBe("tensor([0., 0.])");
    expect(formatTensor(tensor([1.5, Number.NaN, Number.NEGATIVE_INFINITY]))).toBe(
      "tensor([1.5000,    nan,   -inf])",
    );
  });

  it("scientific where the range is wide", () => {
    expect(formatTensor(tensor([1e-10, 1e-5, 1, 1e5, 1e10]))).toBe(
      "tensor([1.0000e-10, 1.0000e-05, 1.0000e+00, 1.0000e+05, 1.0000e+10])",
    );
    setPrintOptions({ sciMode: false });
    expect(formatTensor(tensor([1e-5, 1.5]))).toBe("tensor([0.0000, 1.5000])");
  });

  it("integers, booleans, other dtypes, empty tensors", () => {
    expect(formatTensor(arange(8, 11))).toBe("tensor([ 8,  9, 10])");
    expect(formatTensor(tensor([true, false]))).toBe("tensor([ true, false])");
    expect(formatTensor(tensor([0.11111], { dtype: "float64" }))).toBe("tensor([0.1111], dtype=float64)");
    expect(formatTensor(tensor([]))).toBe("tensor([])");
    expect(formatTensor(zeros(0, 3))).toBe("tensor([], size=[0, 3])");
  });

  it("wraps lines at 80 characters and parts matrices by empty lines", () => {
    expect(formatTensor(arange(30))).toBe(
      "tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,\n        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29])",
    );
    expect(formatTensor(arange(4).view(2, 1, 2))).toBe("tensor([[[0, 1]],\n\n        [[2, 3]]])");
  });

  it("summarises above the threshold", () => {
    setPrintOptions({ threshold: 5 });
    expect(formatTensor(arange(10).float())).toBe("tensor([0., 1., 2.,  ..., 7., 8., 9.])");
    expect(formatTensor(arange(16).view(8, 2))).toBe(
      "tensor([[ 0,  1],\n        [ 2,  3],\n        [ 4,  5],\n        ...,\n        [10, 11],\n        [12, 13],\n        [14, 15]])",
    );
  });

  it("reaches the console, waits for devices, and survives disposal", async () => {
    const x = tensor([1]);
    expect(inspect({ x })).toBe("{ x: tensor([1.]) }");
    expect(String(x)).toBe("tensor([1.])");
    expect(await formatTensorAsync(x)).toBe("tensor([1.])");
    x.dispose();
    expect(formatTensor(x)).toBe("tensor(<disposed>, shape=[1], dtype=float32)");
  });
});

describe("numbers", () => {
  it("round halves to even, as C does", () => {
    expect([fixed(0.03125, 4), fixed(0.09375, 4), fixed(2.5, 0), fixed(-0.5, 0)]).toEqual([
      "0.0312",
      "0.0938",
      "2",
      "-0",
    ]);
    expect([scientific(100005, 4), scientific(100015, 4), scientific(1e-300, 1)]).toEqual([
      "1.0000e+05",
      "1.0002e+05",
      "1.0e-300",
    ]);
  });
});
