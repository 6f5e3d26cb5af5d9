/** Products in every tile: sound shaders, keys without sizes, depths cut where few tiles would leave a device idle. */
import type { ConvLaunch, DeviceBuffer, DType, MatmulLaunch, Operand } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { type DeviceTraits, lower, type Plan, Tuner, tunerOf, verify } from "../src/index.js";

const gpu = (): DeviceTraits => ({ maxLanes: 256, sharedBytes: 16384, maxBuffers: 8 });
const emulated = (): DeviceTraits => ({ ...gpu(), emulated: true });

function operand(shape: readonly number[], dtype: DType = "float32"): Operand {
  const strides = shape.map((_, d) => shape.slice(d + 1).reduce((count, size) => count * size, 1));
  const buffer: DeviceBuffer = { bytes: 4 };
  return { buffer, dtype, shape, strides, offset: 0 };
}

const matmul = (m: number, n: number, k: number, dtype: DType = "float32"): MatmulLaunch => ({
  kernel: { kind: "matmul", dtype },
  a: operand([m, k], dtype),
  b: operand([k, n], dtype),
  bias: operand([m, n], dtype),
  out: operand([m, n], dtype),
});

function conv(direction: ConvLaunch["kernel"]["direction"], size: number, stride = 1): ConvLaunch {
  const output = Math.floor((size + 2 - 3) / stride) + 1;
  return {
    kernel: {
      kind: "conv",
      direction,
      dtype: "float32",
      stride: [stride, stride],
      padding: [1, 1],
      dilation: [1, 1],
      groups: 1,
    },
    x: operand([2, 32, size, size]),
    w: operand([48, 32, 3, 3]),
    y: operand([2, 48, output, output]),
    bias: null,
  };
}

/** Lowers a launch with each of its candidate tiles. */
function inEveryTile(launch: MatmulLaunch | ConvLaunch, traits: DeviceTraits): Plan[] {
  const tuner = tunerOf(traits);
  tuner.exploring = true;
  const plans = new Map<string, Plan>();
  for (;;) {
    const plan = lower(launch, traits);
    const { key, candidate } = plan.choice as NonNullable<Plan["choice"]>;
    if (plans.has(candidate)) return [...plans.values()];
    plans.set(candidate, plan);
    tuner.record(key, candidate, 1);
  }
}

const launches: readonly [string, MatmulLaunch | ConvLaunch][] = [
  ["a large product", matmul(2048, 2048, 300)],
  ["a middling product", matmul(100, 130, 70)],
  ["a product with few rows", matmul(4, 300, 40)],
  ["a product with few columns", matmul(300, 4, 40)],
  ["a row times a matrix", matmul(1, 300, 4000)],
  ["a matrix times a column", matmul(300, 1, 4000)],
  ["a dot product", matmul(1, 1, 5000)],
  ["a product of shallow factors", matmul(300, 300, 2)],
  ["an empty sum", matmul(30, 30, 0)],
  ["a product of 64-bit integers", matmul(40, 40, 40, "int64")],
  ["a product of 16-bit floats", matmul(40, 40, 40, "bfloat16")],
  ["a convolution", conv("forward", 28)],
  ["the gradient of a convolution's input", conv("inputGrad", 28, 2)],
  ["the gradient of a convolution's weight", conv("weightGrad", 28)],
];

describe.each([
  ["on a GPU", gpu],
  ["on a processor", emulated],
])("products %s", (_, traits) => {
  it.each(launches)("make sound shaders for %s in every tile", (_, launch) => {
    const device = traits();
    for (const { dispatches } of inEveryTile(launch, device)) {
      for (const { build, params, buffers } of dispatches) {
        const shader = build();
        expect(verify(shader, device)).toEqual([]);
        expect(params.length).toBe(shader.params.length);
        expect(buffers.length).toBe(shader.buffers.length);
      }
    }
  });

  it("share a shader between sizes of one tile", () => {
    const device = traits();
    const keys = [matmul(200, 200, 70), matmul(220, 210, 90)].map((launch) =>
      lower(launch, device).dispatches.map(({ key }) => key),
    );
    expect(keys[0]).toEqual(keys[1]);
    const layers = [conv("forward", 28), conv("forward", 30, 2)].map((launch) => lower(launch, device));
    expect(layers[0]?.dispatches[0]?.key).toBe(layers[1]?.dispatches[0]?.key);
  });

  it("cut a deep sum of few elements into parts that a second dispatch adds up", () => {
    const { dispatches, scratch } = lower(matmul(32, 32, 100_000), traits());
    expect(dispatches.length).toBe(2);
    const parts = (scratch[0] as number) / (32 * 32 * 4);
    expect(Number.isInteger(parts) && parts > 1).toBe(true);
    expect(dispatches[0]?.buffers).toContainEqual({ scratch: 0 });
    expect(dispatches[1]?.buffers[0]).toEqual({ scratch: 0 });
  });

  it("run nothing for an empty result", () => {
    expect(lower(matmul(0, 5, 5), traits()).dispatches).toEqual([]);
  });
});

describe("Tuner", () => {
  it("takes the default until it was told of something faster", () => {
    const tuner = new Tuner();
    expect(tuner.choose("key", ["a", "b"])).toBe("a");
    tuner.record("key", "a", 3);
    tuner.record("key", "b", 2);
    expect(tuner.choose("key", ["a", "b"])).toBe("b");
    expect(tuner.choose("other", ["a", "b"])).toBe("a");
    tuner.record("key", "a", 1);
    tuner.record("key", "a", 9);
    expect(tuner.choose("key", ["a", "b"])).toBe("a");
  });

  it("tries what it has no time for while it explores", () => {
    const tuner = new Tuner();
    tuner.exploring = true;
    tuner.record("key", "a", 1);
    expect(tuner.choose("key", ["a", "b"])).toBe("b");
    tuner.record("key", "b", 2);
    expect(tuner.choose("key", ["a", "b"])).toBe("a");
  });

  it("is one for each device", () => {
    const [one, two] = [gpu(), gpu()];
    expect(tunerOf(one)).toBe(tunerOf(one));
    expect(tunerOf(one)).not.toBe(tunerOf(two));
  });
});
