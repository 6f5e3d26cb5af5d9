import type { ConvKernel, PoolKernel } from "@flambeau/core";
import { IndexError } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { ReferenceBackend } from "../src/reference/backend.js";
import { blank, contents, operand } from "./launches.js";

const backend = new ReferenceBackend(0);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("matmul", () => {
  it("multiplies matrices and adds a broadcast bias", () => {
    const a = operand(backend, "float32", [2, 3], [1, 2, 3, 4, 5, 6]);
    const b = operand(backend, "float32", [3, 2], [7, 8, 9, 10, 11, 12]);
    const bias = { ...operand(backend, "float32", [2, 2], [1, 2]), strides: [0, 1] };
    const out = blank(backend, "float32", [2, 2]);
    backend.enqueue({ kernel: { kind: "matmul", dtype: "float32" }, a, b, bias, out });
    expect(contents(backend, out)).toEqual([59, 66, 140, 156]);
  });

  it("wraps int32 products exactly", () => {
    const a = operand(backend, "int32", [1, 1], [123456789]);
    const out = blank(backend, "int32", [1, 1]);
    backend.enqueue({ kernel: { kind: "matmul", dtype: "int32" }, a, b: a, bias: null, out });
    expect(contents(backend, out)).toEqual([Number(BigInt.asIntN(32, 123456789n ** 2n))]);
  });
});

describe("conv", () => {
  const kernel: ConvKernel = {
    kind: "conv",
    direction: "forward",
    dtype: "float64",
    stride: [2],
    padding: [1],
    dilation: [1],
    groups: 1,
  };
  // torch.nn.functional.conv1d([[[1,2,3,4,5]]], [[[1,10,100]]], stride=2, padding=1) → [210, 432, 54]
  const x = operand(backend, "float64", [1, 1, 5], [1, 2, 3, 4, 5]);
  const w = operand(backend, "float64", [1, 1, 3], [1, 10, 100]);

  it("correlates forward", () => {
    const y = blank(backend, "float64", [1, 1, 3]);
    backend.enqueue({ kernel, x, w, y, bias: null });
    expect(contents(backend, y)).toEqual([210, 432, 54]);
  });

  it("carries gradients to input and weight", () => {
    const y = operand(backend, "float64", [1, 1, 3], [1, 2, 4]);
    const dx = blank(backend, "float64", [1, 1, 5]);
    backend.enqueue({ kernel: { ...kernel, direction: "inputGrad" }, x: dx, w, y, bias: null });
    expect(contents(backend, dx)).toEqual([10, 102, 20, 204, 40]);
    const dw = blank(backend, "float64", [1, 1, 3]);
    backend.enqueue({ kernel: { ...kernel, direction: "weightGrad" }, x, w: dw, y, bias: null });
    expect(contents(backend, dw)).toEqual([20, 27, 10]);
  });

  it("keeps groups apart", () => {
    const pairs = operand(backend, "float64", [1, 2, 2], [1, 2, 3, 4]);
    const taps = operand(backend, "float64", [2, 1, 1], [10, 100]);
    const y = blank(backend, "float64", [1, 2, 2]);
    backend.enqueue({
      kernel: { ...kernel, stride: [1], padding: [0], groups: 2 },
      x: pairs,
      w: taps,
      y,
      bias: null,
    });
    expect(contents(backend, y)).toEqual([10, 20, 300, 400]);
  });
});

describe("pool", () => {
  const kernel: PoolKernel = {
    kind: "pool",
    op: "avg",
    direction: "forward",
    dtype: "float64",
    adaptive: false,
    size: [3],
    stride: [2],
    padding: [1],
    dilation: [1],
    countIncludePad: true,
    divisor: null,
  };
  const x = operand(backend, "float64", [1, 1, 6], [1, 2, 3, 4, 5, 6]);

  // torch.nn.functional.avg_pool1d(x, 3, 2, 1, ceil_mode=True): the last window is clipped to the padded input.
  it.each([
    { countIncludePad: true, want: [1, 3, 5, 3] },
    { countIncludePad: false, want: [1.5, 3, 5, 6] },
  ])("averages with padding counted: $countIncludePad", ({ countIncludePad, want }) => {
    const y = blank(backend, "float64", [1, 1, 4]);
    backend.enqueue({ kernel: { ...kernel, countIncludePad }, x, y, indices: null });
    expect(contents(backend, y)).toEqual(want);
  });

  it("takes the first maximum and scatters its gradient", () => {
    const max: PoolKernel = { ...kernel, op: "max" };
    const ties = operand(backend, "float64", [1, 1, 6], [1, 5, 5, NaN, 2, 2]);
    const y = blank(backend, "float64", [1, 1, 3]);
    const indices = blank(backend, "int64", [1, 1, 3]);
    backend.enqueue({ kernel: max, x: ties, y, indices });
    expect(contents(backend, y)).toEqual([5, NaN, NaN]);
    expect(contents(backend, indices)).toEqual([1n, 3n, 3n]);
    const dx = blank(backend, "float64", [1, 1, 6]);
    const dy = operand(backend, "float64", [1, 1, 3], [1, 2, 4]);
    backend.enqueue({ kernel: { ...max, direction: "backward" }, x: dx, y: dy, indices });
    expect(contents(backend, dx)).toEqual([0, 1, 0, 6, 0, 0]);
  });

  it("divides adaptive windows evenly", () => {
    const y = blank(backend, "float64", [1, 1, 4]);
    backend.enqueue({ kernel: { ...kernel, adaptive: true }, x, y, indices: null });
    expect(contents(backend, y)).toEqual([1.5, 2.5, 4.5, 5.5]);
  });
});

describe("gather and scatter", () => {
  const coordinates = [{ axis: 0 }, { index: 0 }];

  it("reads by index, negative ones from the end", () => {
    const x = operand(backend, "float32", [2, 3], range(6));
    const index = operand(backend, "int64", [2, 2], [0, -1, 2, 1]);
    const out = blank(backend, "float32", [2, 2]);
    backend.enqueue({
      kernel: { kind: "gather", op: "gather", dtype: "float32", coordinates, wrap: true },
      x,
      indices: [index],
      out,
    });
    expect(contents(backend, out)).toEqual([0, 2, 5, 4]);
  });

  it("records an index out of range and throws it at the next read", () => {
    const x = operand(backend, "float32", [2, 3], range(6));
    const index = operand(backend, "int32", [2, 1], [0, 3]);
    const out = blank(backend, "float32", [2, 1]);
    backend.enqueue({
      kernel: { kind: "gather", op: "take", dtype: "float32", coordinates, wrap: true },
      x,
      indices: [index],
      out,
    });
    expect(() => contents(backend, out)).toThrow(IndexError);
    expect(() => contents(backend, x)).not.toThrow();
  });

  it.each([
    { reduce: "set", want: [3, 0, 2] },
    { reduce: "add", want: [14, 10, 12] },
    { reduce: "mul", want: [30, 10, 20] },
    { reduce: "max", want: [10, 10, 10] },
    { reduce: "min", want: [1, 10, 2] },
  ] as const)("scatters with $reduce", ({ reduce, want }) => {
    const initial = reduce === "set" ? 0 : 10;
    const out = operand(backend, "float32", [3], [initial, initial, initial]);
    const src = operand(backend, "float32", [3], [1, 2, 3]);
    const index = operand(backend, "int32", [3], [0, 2, 0]);
    backend.enqueue({
      kernel: {
        kind: "scatter",
        op: "scatter",
        dtype: "float32",
        reduce,
        coordinates: [{ index: 0 }],
        wrap: false,
      },
      src,
      indices: [index],
      out,
    });
    expect(contents(backend, out)).toEqual(want);
  });
});

describe("scan", () => {
  const values = operand(backend, "float64", [5], [3, 1, 3, NaN, 4]);

  // torch.cummax([3, 1, 3, nan, 4]) → values [3, 3, 3, nan, nan], indices [0, 0, 2, 3, 3]
  it("keeps the latest maximum and lets NaN stay", () => {
    const out = blank(backend, "float64", [5]);
    const indices = blank(backend, "int32", [5]);
    backend.enqueue({
      kernel: { kind: "scan", op: "max", axis: 0, reverse: false, dtype: "float64" },
      x: values,
      out,
      indices,
    });
    expect(contents(backend, out)).toEqual([3, 3, 3, NaN, NaN]);
    expect(contents(backend, indices)).toEqual([0, 0, 2, 3, 3]);
  });

  it("sums in the dtype of the result, in either direction", () => {
    const x = operand(backend, "uint8", [3], [200, 100, 7]);
    const out = blank(backend, "int64", [3]);
    backend.enqueue({
      kernel: { kind: "scan", op: "sum", axis: 0, reverse: true, dtype: "int64" },
      x,
      out,
      indices: null,
    });
    expect(contents(backend, out)).toEqual([307n, 107n, 7n]);
  });
});

describe("sort", () => {
  it.each([
    { descending: false, values: [1, 2, 2, NaN], indices: [3, 0, 2, 1] },
    { descending: true, values: [NaN, 2, 2, 1], indices: [1, 0, 2, 3] },
  ])("is stable and puts NaN last (descending: $descending)", ({ descending, ...want }) => {
    const x = operand(backend, "float32", [4], [2, NaN, 2, 1]);
    const values = blank(backend, "float32", [4]);
    const indices = blank(backend, "int32", [4]);
    backend.enqueue({ kernel: { kind: "sort", descending, k: null, dtype: "float32" }, x, values, indices });
    expect(contents(backend, values)).toEqual(want.values);
    expect(contents(backend, indices)).toEqual(want.indices);
  });
});

describe("nonzero", () => {
  it("counts, then lists coordinates", () => {
    const x = operand(backend, "bool", [2, 2], [0, 1, 1, 0]);
    const count = blank(backend, "int32", [1]);
    backend.enqueue({ kernel: { kind: "nonzero", stage: "count", dtype: "bool" }, x, out: count });
    expect(contents(backend, count)).toEqual([2]);
    const found = blank(backend, "int64", [2, 2]);
    backend.enqueue({ kernel: { kind: "nonzero", stage: "fill", dtype: "bool" }, x, out: found });
    expect(contents(backend, found)).toEqual([0n, 1n, 1n, 0n]);
  });
});

describe("memory", () => {
  it("counts live buffers and refuses a freed one", () => {
    const own = new ReferenceBackend(0);
    const before = own.stats();
    const x = operand(own, "float32", [2], [1, 2]);
    expect(own.stats()).toMatchObject({ liveBuffers: before.liveBuffers + 1, allocatedBytes: 8 });
    own.free(x.buffer);
    expect(own.stats()).toMatchObject({
      liveBuffers: before.liveBuffers,
      allocatedBytes: 0,
      peakAllocatedBytes: 8,
    });
    expect(() => own.readSync(x.buffer, 0, 8)).toThrow("freed");
  });
});
