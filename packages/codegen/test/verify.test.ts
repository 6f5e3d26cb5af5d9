/** Every way a shader can be wrong is told; no shader that a lowering makes is. */
import type { DeviceBuffer, DType, KernelKind, Operand } from "@flambeau/core";
import { dtypeNames } from "@flambeau/core";
import { makeTrial } from "@flambeau/testing";
import { describe, expect, it } from "vitest";
import {
  call,
  deviceFunction,
  f32,
  i32,
  invoke,
  literal,
  lower,
  type Shader,
  ShaderBuilder,
  type Stmt,
  u32,
  verify,
} from "../src/index.js";

const traits = { maxLanes: 256, sharedBytes: 16384, maxBuffers: 8 };

function shaderOf(write: (k: ShaderBuilder) => void): Shader {
  const k = new ShaderBuilder("test", 64);
  write(k);
  return k.finish();
}

const withBody = (...body: Stmt[]): Shader => ({ ...shaderOf(() => {}), body });

describe("verify", () => {
  const wrong: readonly [string, Shader, RegExp][] = [
    [
      "an unknown name",
      withBody({ op: "assign", name: "x", value: f32(1).expr }),
      /x is assigned before it is declared/,
    ],
    [
      "a value assigned",
      withBody({ op: "let", name: "x", value: f32(1).expr }, { op: "assign", name: "x", value: f32(2).expr }),
      /x is assigned but is no variable/,
    ],
    [
      "a variable of another type",
      withBody({ op: "var", name: "x", value: f32(1).expr }, { op: "assign", name: "x", value: i32(2).expr }),
      /x is f32, assigned i32/,
    ],
    [
      "a name declared twice",
      withBody({ op: "let", name: "x", value: f32(1).expr }, { op: "let", name: "x", value: f32(2).expr }),
      /x is declared twice/,
    ],
    [
      "a name used outside its block",
      shaderOf((k) => {
        let inner = f32(0);
        const first = k.shared("f32", 64);
        k.if(k.lane.eq(0), () => {
          inner = k.let(first.at(0));
        });
        first.set(0, inner);
      }),
      /used where it is not known/,
    ],
    [
      "a store to a buffer that is read",
      shaderOf((k) => k.buffer("x", "read").store(0, u32(1))),
      /for read, used for write/,
    ],
    [
      "a plain store to a buffer of atomics",
      {
        ...shaderOf((k) => k.buffer("x", "write").store(0, u32(1))),
        buffers: [{ name: "x", access: "atomic" }],
      },
      /for atomic, used for write/,
    ],
    [
      "a barrier that some invocations miss",
      shaderOf((k) => k.if(k.lane.lt(3), () => k.barrier())),
      /barrier/,
    ],
    [
      "a barrier behind a value read from memory",
      shaderOf((k) => {
        const x = k.buffer("x", "read");
        k.if(x.load(0).eq(0), () => k.barrier());
      }),
      /barrier/,
    ],
    [
      "a barrier in a loop of different lengths",
      shaderOf((k) => k.for(k.lane, 64, () => k.barrier())),
      /barrier/,
    ],
    [
      "an exchange that some invocations miss",
      shaderOf((k) => k.if(k.lane.lt(3), () => void k.let(call("shuffleXor", k.lane, u32(1))))),
      /exchanged where not every invocation comes by/,
    ],
    [
      "a function that gives another type",
      shaderOf((k) => {
        const fn = {
          ...deviceFunction("f", ["f32"], "f32", (_, x) => x),
          body: [{ op: "return", value: null } as const],
        };
        k.let(invoke(fn, f32(1)));
      }),
      /returns nothing, expected f32/,
    ],
    [
      "too much workgroup memory",
      shaderOf((k) => k.shared("i64", 4096)),
      /32768 bytes of workgroup memory, the device has 16384/,
    ],
    [
      "too many buffers",
      shaderOf((k) => Array.from({ length: 9 }, () => k.buffer("x", "read"))),
      /9 buffers/,
    ],
  ];
  it.each(wrong)("reports %s", (_, shader, message) => {
    expect(verify(shader, traits).join("\n")).toMatch(message);
  });

  it("takes a barrier behind a condition that all invocations share", () => {
    const shader = shaderOf((k) => {
      const rows = k.param("rows");
      k.if(k.group.ge(rows), () => k.return());
      k.for(0, rows, () => k.barrier());
    });
    expect(verify(shader, traits)).toEqual([]);
  });
});

describe("building", () => {
  it("refuses values of different types at once", () => {
    expect(() => f32(1).add(i32(1))).toThrow("add takes f32 as argument 2, got i32");
    expect(() => literal("bool", true).add(true)).toThrow("add takes f32 or i32 or u32 or i64, got bool");
    expect(() => f32(1).select(1, 2)).toThrow("expected a typed value");
  });
});

describe("lowerings", () => {
  const kinds: KernelKind[] = [
    "fused",
    "matmul",
    "conv",
    "pool",
    "gather",
    "scatter",
    "scan",
    "sort",
    "nonzero",
  ];
  const dtypes = new Set<DType>(dtypeNames.filter((dtype) => dtype !== "float64"));

  const devices = [
    ["a GPU", traits],
    ["a GPU with subgroups", { ...traits, subgroups: true }],
    ["a processor that stands in for one", { ...traits, emulated: true }],
  ] as const;
  const cases = devices.flatMap(([name, device]) => kinds.map((kind) => [kind, name, device] as const));

  it.each(cases)("make sound shaders of random %s launches on %s", (kind, _, traits) => {
    const seen = new Map<string, string>();
    for (let number = 0; number < 60; number++) {
      const placed = new Map<object, Operand>();
      const launch = makeTrial(kind, 3, number, dtypes).bind((host) => {
        const buffer: DeviceBuffer = { bytes: host.data.length };
        const operand = placed.get(host) ?? { ...host, buffer };
        placed.set(host, operand);
        return operand;
      });
      for (const dispatch of lower(launch, traits).dispatches) {
        const shader = dispatch.build();
        expect(verify(shader, traits)).toEqual([]);
        expect(dispatch.params.length).toBe(shader.params.length);
        expect(dispatch.buffers.length).toBe(shader.buffers.length);
        // One key, one shader: whatever launch it is met in.
        const text = JSON.stringify(shader, (_, value: unknown) =>
          typeof value === "bigint" ? `${value}n` : value,
        );
        expect(seen.get(dispatch.key) ?? text).toBe(text);
        seen.set(dispatch.key, text);
      }
    }
  });
});
