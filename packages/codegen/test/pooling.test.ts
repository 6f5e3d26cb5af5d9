/** Pooling's shaders know their windows: sound for each way windows can lie, shared between sizes, no wider than needed. */
import type { DeviceBuffer, PoolLaunch } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { type Dispatch, lower, verify } from "../src/index.js";

const traits = { maxLanes: 256, sharedBytes: 16384, maxBuffers: 8 };

interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding?: number;
  readonly dilation?: number;
}

function pool(
  op: "max" | "avg",
  direction: "forward" | "backward",
  input: number,
  window: Window,
): PoolLaunch {
  const { size, stride, padding = 0, dilation = 1 } = window;
  const output = Math.floor((input + 2 * padding - dilation * (size - 1) - 1) / stride) + 1;
  const operand = (side: number, dtype: "float32" | "int32") => {
    const buffer: DeviceBuffer = { bytes: 4 * side * side };
    return {
      buffer,
      dtype,
      shape: [2, 3, side, side],
      strides: [3 * side * side, side * side, side, 1],
      offset: 0,
    };
  };
  const both = (value: number): number[] => [value, value];
  return {
    kernel: {
      kind: "pool",
      op,
      direction,
      dtype: "float32",
      adaptive: false,
      size: both(size),
      stride: both(stride),
      padding: both(padding),
      dilation: both(dilation),
      countIncludePad: true,
      divisor: null,
    },
    x: operand(input, "float32"),
    y: operand(output, "float32"),
    indices: op === "max" ? operand(output, "int32") : null,
  };
}

const dispatchOf = (launch: PoolLaunch): Dispatch => lower(launch, traits).dispatches[0] as Dispatch;

const windows: readonly [string, number, Window][] = [
  ["side by side", 26, { size: 2, stride: 2 }],
  ["with inputs left over", 11, { size: 2, stride: 2 }],
  ["with gaps between them", 12, { size: 2, stride: 3 }],
  ["that reach into padding", 9, { size: 3, stride: 3, padding: 1 }],
  ["that overlap", 13, { size: 3, stride: 2 }],
  ["with holes", 13, { size: 3, stride: 4, dilation: 2 }],
  ["too wide to write out", 30, { size: 6, stride: 6 }],
];

describe.each(windows)("pooling by windows %s", (_, input, window) => {
  it.each([
    ["max", "forward"],
    ["max", "backward"],
    ["avg", "forward"],
    ["avg", "backward"],
  ] as const)("makes a sound shader for %s %s", (op, direction) => {
    const { build, params, buffers } = dispatchOf(pool(op, direction, input, window));
    const shader = build();
    expect(verify(shader, traits)).toEqual([]);
    expect(params.length).toBe(shader.params.length);
    expect(buffers.length).toBe(shader.buffers.length);
  });
});

describe("the gradient of pooling", () => {
  const groups = (elements: number): number => Math.ceil((2 * 3 * elements) / 64);

  it("takes an invocation per output where no input belongs to two windows, else one per input", () => {
    expect(dispatchOf(pool("max", "backward", 26, { size: 2, stride: 2 })).groups).toBe(groups(13 * 13));
    expect(dispatchOf(pool("max", "backward", 27, { size: 3, stride: 2 })).groups).toBe(groups(27 * 27));
  });

  it("shares a shader between sizes whose windows lie alike", () => {
    const [even, larger, odd] = [26, 28, 27].map((input) =>
      dispatchOf(pool("max", "backward", input, { size: 2, stride: 2 })),
    ) as [Dispatch, Dispatch, Dispatch];
    expect(larger.key).toBe(even.key);
    // 27 leaves a line of inputs over, which must be set to zero.
    expect(odd.key).not.toBe(even.key);
  });
});
