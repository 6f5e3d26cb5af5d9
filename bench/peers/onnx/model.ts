/** The benchmarks' forward programs as ONNX models. Field numbers are those of onnx.proto, version 1.16. */
import type { Program } from "../peer.js";
import { message } from "./protobuf.js";

interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface Graph {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** In order; the last one gives the result "y". */
  readonly nodes: readonly OnnxNode[];
}

type Sizes = Readonly<Record<string, number>>;
const size = (sizes: Sizes, name: string): number => sizes[name] as number;

const graphs: Readonly<Record<string, (sizes: Sizes) => Graph>> = {
  matmul: (s) => ({
    inputs: { a: [size(s, "n"), size(s, "n")], b: [size(s, "n"), size(s, "n")] },
    nodes: [{ op: "MatMul", inputs: ["a", "b"], output: "y" }],
  }),
  conv2d: (s) => {
    const [channels, side] = [size(s, "channels"), size(s, "side")];
    return {
      inputs: {
        x: [size(s, "batch"), channels, side, side],
        w: [channels, channels, 3, 3],
        b: [channels],
      },
      nodes: [{ op: "Conv", inputs: ["x", "w", "b"], output: "y", attributes: { pads: [1, 1, 1, 1] } }],
    };
  },
  gelu: (s) => ({
    inputs: { x: [size(s, "n")], w: [size(s, "n")], b: [size(s, "n")] },
    nodes: [
      { op: "Mul", inputs: ["x", "w"], output: "p" },
      { op: "Add", inputs: ["p", "b"], output: "q" },
      { op: "Gelu", inputs: ["q"], output: "y" },
    ],
  }),
  softmax: (s) => ({
    inputs: { x: [size(s, "rows"), size(s, "columns")] },
    nodes: [{ op: "Softmax", inputs: ["x"], output: "y", attributes: { axis: -1 } }],
  }),
  layerNorm: (s) => ({
    inputs: { x: [size(s, "rows"), size(s, "columns")], w: [size(s, "columns")], b: [size(s, "columns")] },
    nodes: [{ op: "LayerNormalization", inputs: ["x", "w", "b"], output: "y", attributes: { axis: -1 } }],
  }),
  add: (s) => ({
    inputs: { a: [size(s, "n")], b: [size(s, "n")] },
    nodes: [{ op: "Add", inputs: ["a", "b"], output: "y" }],
  }),
};

/** The graph of a program; null for one that trains, or is not about tensors. */
export function graphOf({ name, ...sizes }: Program): Graph | null {
  return graphs[name]?.(sizes as Sizes) ?? null;
}

const irVersion = 9;
const opset = 20;
const float = 1;
const attributeTypes = { int: 2, ints: 7 };

function attribute(name: string, value: number | readonly number[]): Uint8Array {
  return typeof value === "number"
    ? message([1, name], [3, value], [20, attributeTypes.int])
    : message([1, name], [8, value], [20, attributeTypes.ints]);
}

function valueInfo(name: string, shape: readonly number[] | null): Uint8Array {
  const dims = shape === null ? [] : ([[2, message([1, shape.map((n) => message([1, n]))])]] as const);
  return message([1, name], [2, message([1, message([1, float], ...dims)])]);
}

/** The bytes of an ONNX model. */
export function modelOf({ inputs, nodes }: Graph): Uint8Array {
  const graph = message(
    [
      1,
      nodes.map(({ op, inputs: from, output, attributes = {} }) =>
        message(
          [1, from],
          [2, output],
          [4, op],
          [5, Object.entries(attributes).map(([name, value]) => attribute(name, value))],
        ),
      ),
    ],
    [2, "benchmark"],
    [11, Object.entries(inputs).map(([name, shape]) => valueInfo(name, shape))],
    [12, valueInfo("y", null)],
  );
  return message([1, irVersion], [7, graph], [8, message([1, ""], [2, opset])]);
}
