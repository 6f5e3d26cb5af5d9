import { debugOptions, describeLaunch } from "@flambeau/core/internal";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("FLAMBEAU_DEBUG", () => {
  it("holds a level, sync, or both", () => {
    expect(debugOptions("")).toEqual({ sync: false, level: 0 });
    expect(debugOptions("2")).toEqual({ sync: false, level: 2 });
    expect(debugOptions("sync")).toEqual({ sync: true, level: 0 });
    expect(debugOptions("sync,3")).toEqual({ sync: true, level: 3 });
  });

  it("comes from the environment, or from the global object where there is none", () => {
    vi.stubEnv("FLAMBEAU_DEBUG", "4");
    expect(debugOptions().level).toBe(4);
    vi.stubGlobal("process", undefined);
    expect(debugOptions().level).toBe(0);
    vi.stubGlobal("FLAMBEAU_DEBUG", 1);
    expect(debugOptions().level).toBe(1);
  });
});

it("a launch is described by kind, name and shapes", () => {
  const operand = (shape: number[]) => {
    return { buffer: { bytes: 64 }, dtype: "float32", shape, strides: [4, 1], offset: 0 } as const;
  };
  const kernel = { kind: "matmul", dtype: "float32" } as const;
  const launch = { kernel, a: operand([2, 3]), b: operand([3, 4]), bias: null, out: operand([2, 4]) };
  expect(describeLaunch(launch)).toBe("matmul a float32[2, 3] b float32[3, 4] out float32[2, 4]");
});
