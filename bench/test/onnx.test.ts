import { describe, expect, it } from "vitest";
import { graphOf, modelOf } from "../peers/onnx/model.js";
import { message } from "../peers/onnx/protobuf.js";

describe("protobuf", () => {
  // The examples of https://protobuf.dev/programming-guides/encoding/.
  it("encodes varints, strings, nested messages and repeated fields as documented", () => {
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
    expect(hex(message([1, 150]))).toBe("089601");
    expect(hex(message([2, "testing"]))).toBe("120774657374696e67");
    expect(hex(message([3, message([1, 150])]))).toBe("1a03089601");
    expect(hex(message([1, -2]))).toBe("08feffffffffffffffff01");
    expect(hex(message([5, [1, 2, 3]]))).toBe("280128022803");
  });
});

describe("ONNX models", () => {
  it("exist for forward programs alone", () => {
    expect(graphOf({ name: "matmul", n: 4 })?.inputs).toEqual({ a: [4, 4], b: [4, 4] });
    expect(graphOf({ name: "mnist", batch: 64 })).toBeNull();
  });

  it("name their operators, inputs and the version of the operator set", () => {
    const graph = graphOf({ name: "layerNorm", rows: 2, columns: 300 });
    const bytes = Buffer.from(modelOf(graph as NonNullable<typeof graph>));
    expect(bytes.includes("LayerNormalization")).toBe(true);
    // A dimension of 300 in a shape: field 1 of a message, field 1 of a dimension.
    expect(bytes.includes(Buffer.from("0a0308ac02", "hex"))).toBe(true);
    expect(bytes.subarray(-6).toString("hex")).toBe("42040a001014");
  });
});
