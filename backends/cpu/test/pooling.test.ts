import type { DType, Operand, PoolKernel } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { backend, count, empty, noise, positions, tensor, values, view } from "./support/tensors.js";

type Options = Partial<Omit<PoolKernel, "kind" | "op" | "direction" | "dtype">>;

const kernelOf = (
  op: "max" | "avg",
  direction: "forward" | "backward",
  dtype: DType,
  size: number[],
  o: Options,
): PoolKernel => ({
  kind: "pool",
  op,
  direction,
  dtype,
  adaptive: false,
  size,
  stride: size,
  padding: size.map(() => 0),
  dilation: size.map(() => 1),
  countIncludePad: true,
  divisor: null,
  ...o,
});

function forward(
  op: "max" | "avg",
  x: Operand,
  out: number[],
  size: number[],
  o: Options = {},
): [number[], number[]] {
  const shape = [...x.shape.slice(0, 2), ...out];
  const y = empty(x.dtype, shape);
  const indices = op === "max" ? empty("int32", shape) : null;
  backend.enqueue({ kernel: kernelOf(op, "forward", x.dtype, size, o), x, y, indices });
  return [values(y), indices === null ? [] : values(indices)];
}

function backward(
  op: "max" | "avg",
  shape: number[],
  y: Operand,
  size: number[],
  o: Options = {},
  indices: Operand | null = null,
): number[] {
  const x = tensor(y.dtype, shape, new Array<number>(count(shape)).fill(99));
  backend.enqueue({ kernel: kernelOf(op, "backward", y.dtype, size, o), x, y, indices });
  return values(x);
}

/** Input positions (per spatial dimension) of the window of output `o`, out of range ones included. */
const taps = (
  o: number[],
  size: number[],
  { stride = size, padding = size.map(() => 0), dilation = size.map(() => 1) }: Options,
): number[][] =>
  positions(size).map((k) => k.map((kd, d) => o[d]! * stride[d]! - padding[d]! + kd * dilation[d]!));

describe("pool", () => {
  const grid = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

  it("takes the maximum with its position; the first one of equals, NaN above all", () => {
    const x = tensor("float32", [1, 1, 4, 4], grid);
    expect(forward("max", x, [2, 2], [2, 2])).toEqual([
      [5, 7, 13, 15],
      [5, 7, 13, 15],
    ]);
    const same = tensor("float32", [1, 1, 1, 4], [3, 3, 1, Number.NaN]);
    expect(forward("max", same, [1, 2], [1, 2])).toEqual([
      [3, Number.NaN],
      [0, 3],
    ]);
    const low = tensor("float32", [1, 1, 2], [-Infinity, -Infinity]);
    expect(forward("max", low, [1], [2])).toEqual([[-Infinity], [0]]);
  });

  it.each([
    [2, 2],
    [2, 1],
    [3, 2],
    [3, 1],
  ])("takes windows of %i, %i apart, along rows of every width", (size, stride) => {
    for (const width of [size, 9, 26, 67]) {
      const height = size + 2 * stride;
      const out = [3, Math.floor((width - size) / stride) + 1];
      // Few values, so that many are equal, and some NaN.
      const list = noise(2 * height * width, width).map((v) => (v > 0.95 ? Number.NaN : Math.round(v * 3)));
      const x = tensor("float32", [1, 2, height, width], list);
      const [max, indices] = forward("max", x, out, [size, size], { stride: [stride, stride] });
      let at = 0;
      for (const [c, oy, ox] of positions([2, ...out]) as [number, number, number][]) {
        let [best, where] = [Number.NEGATIVE_INFINITY, -1];
        for (const [i, j] of positions([size, size]) as [number, number][]) {
          const place = (oy * stride + i) * width + ox * stride + j;
          const value = list[c * height * width + place]!;
          if (value > best || Number.isNaN(value)) [best, where] = [value, place];
        }
        expect([max[at], indices[at]]).toEqual([best, where]);
        at++;
      }
    }
  });

  it("agrees with plain loops in one to three dimensions, padded, strided and dilated", () => {
    const cases: { in: number[]; out: number[]; size: number[]; o: Options }[] = [
      { in: [11], out: [5], size: [3], o: { stride: [2], padding: [1], dilation: [2] } },
      { in: [9, 10], out: [5, 4], size: [3, 2], o: { stride: [2, 3], padding: [1, 1], dilation: [1, 2] } },
      {
        in: [5, 6, 7],
        out: [3, 5, 3],
        size: [2, 2, 3],
        o: { stride: [2, 1, 3], padding: [1, 0, 1], dilation: [1, 1, 1] },
      },
    ];
    for (const c of cases) {
      const plane = count(c.in);
      const list = noise(6 * plane).map(Math.fround);
      const shape = [2, 3, ...c.in];
      const [max, indices] = forward("max", tensor("float32", shape, list), c.out, c.size, c.o);
      const [avg] = forward("avg", tensor("float64", shape, list), c.out, c.size, {
        ...c.o,
        countIncludePad: false,
      });
      let at = 0;
      for (let p = 0; p < 6; p++) {
        for (const o of positions(c.out)) {
          const inside = taps(o, c.size, c.o).filter((t) => t.every((i, d) => i >= 0 && i < c.in[d]!));
          const flat = inside.map((t) => t.reduce((sum, i, d) => sum * c.in[d]! + i, 0));
          const best = flat.reduce((a, b) => (list[p * plane + b]! > list[p * plane + a]! ? b : a));
          expect(indices[at]).toBe(best);
          expect(max[at]).toBe(list[p * plane + best]);
          expect(avg[at++]).toBeCloseTo(
            flat.reduce((sum, i) => sum + list[p * plane + i]!, 0) / flat.length,
            12,
          );
        }
      }
    }
  });

  it("divides averages as PyTorch does: with padding, without, by a divisor, and clipped in ceil mode", () => {
    const x = tensor("float32", [1, 1, 5], [1, 2, 3, 4, 5]);
    const o = { stride: [2], padding: [1] };
    expect(forward("avg", x, [3], [3], o)[0]).toEqual([1, 3, 3]);
    expect(forward("avg", x, [3], [3], { ...o, countIncludePad: false })[0]).toEqual([1.5, 3, 4.5]);
    expect(forward("avg", x, [3], [3], { ...o, divisor: 2 })[0]).toEqual([1.5, 4.5, 4.5]);
    // torch.nn.AvgPool1d(2, 2, ceil_mode=True): the last window has one element
    expect(forward("avg", x, [3], [2], { stride: [2] })[0]).toEqual([1.5, 3.5, 5]);
  });

  it("adapts: windows floor(o in / out) .. ceil((o + 1) in / out)", () => {
    const x = tensor("float32", [1, 1, 5], [1, 2, 3, 4, 5]);
    expect(forward("avg", x, [3], [], { adaptive: true })[0]).toEqual([1.5, 3, 4.5]);
    expect(forward("max", x, [2], [], { adaptive: true })).toEqual([
      [3, 5],
      [2, 4],
    ]);
    expect(
      backward("avg", [1, 1, 5], tensor("float32", [1, 1, 3], [2, 3, 4]), [], { adaptive: true }),
    ).toEqual([1, 2, 1, 3, 2]);
  });

  it("sends gradients back: max to where it came from, avg to the whole window, zero elsewhere", () => {
    const indices = tensor("int64", [1, 1, 2, 2], [5, 5, 13, 15]);
    const y = tensor("float32", [1, 1, 2, 2], [1, 2, 3, 4]);
    const expected = grid.map((i) => ({ 5: 3, 13: 3, 15: 4 })[i] ?? 0);
    expect(backward("max", [1, 1, 4, 4], y, [2, 2], {}, indices)).toEqual(expected);
    expect(
      backward("avg", [1, 1, 5], tensor("float32", [1, 1, 3], [3, 3, 6]), [3], { stride: [2], padding: [1] }),
    ).toEqual([1, 2, 1, 3, 2]);
  });

  it("reports a position outside the input", () => {
    const y = tensor("float32", [1, 1, 1], [1]);
    expect(() => backward("max", [1, 1, 2], y, [2], {}, tensor("int32", [1, 1, 1], [2]))).toThrow(
      "maxPool: index 2 is out of range",
    );
  });

  it("reads channels-last memory and pools integers and 16-bit floats", () => {
    const nhwc = tensor("int32", [1, 2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(forward("max", view(nhwc, [1, 3, 2, 2], [12, 1, 6, 3]), [1, 1], [2, 2])[0]).toEqual([9, 10, 11]);
    expect(forward("avg", tensor("float16", [1, 1, 2], [0x3c00, 0x4000]), [1], [2])[0]).toEqual([0x3e00]);
  });
});
