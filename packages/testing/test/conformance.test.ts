import { describe, expect, it } from "vitest";
import { FakeError, FakeTensor, fakeLibrary, outcomes, statusOf, tensor } from "./fakeLibrary.js";

const [a, b] = [tensor([1, 2]), tensor([10, 20])];
const sum = { args: [a, b], out: tensor([11, 22]) };
const giving = (result: unknown) => fakeLibrary({ add: () => result });
const plain = (values: number[], shape = [values.length], dtype = "float32") =>
  new FakeTensor(values, shape, dtype);

describe("values", () => {
  it("passes what is equal", async () => expect(await statusOf(fakeLibrary(), sum)).toBe("passed"));

  it.each([
    { name: "a wrong value", result: plain([11, 22.001]) },
    { name: "NaN", result: plain([11, NaN]) },
    { name: "infinity", result: plain([11, Infinity]) },
    { name: "a wrong shape", result: plain([11, 22], [2, 1]) },
    { name: "too few elements", result: plain([11], [1]) },
    { name: "a wrong dtype", result: plain([11, 22], [2], "int32") },
    { name: "a number", result: 11 },
    { name: "nothing", result: undefined },
    { name: "two tensors", result: [plain([11, 22]), plain([11, 22])] },
  ])("fails on $name", async ({ result }) => expect(await statusOf(giving(result), sum)).toBe("failed"));

  it("allows what the tolerance allows and no more", async () => {
    const near = giving(plain([11 * (1 + 0.9e-5), 22]));
    const far = giving(plain([11 * (1 + 2e-5), 22]));
    expect(await statusOf(near, sum)).toBe("passed");
    expect(await statusOf(far, sum)).toBe("failed");
    expect(await statusOf(far, { ...sum, tol: { out: [1e-3, 0] } })).toBe("passed");
  });

  it("takes NaN for NaN and infinity for the same infinity", async () => {
    const want = { args: [a, b], out: tensor([NaN, Infinity]) };
    expect(await statusOf(giving(plain([NaN, Infinity])), want)).toBe("passed");
    expect(await statusOf(giving(plain([0, Infinity])), want)).toBe("failed");
    expect(await statusOf(giving(plain([NaN, -Infinity])), want)).toBe("failed");
  });

  it("takes int32 for int64 unless an input was int64", async () => {
    const out = tensor([1, 2], { dtype: "int64" });
    const narrow = giving(plain([1, 2], [2], "int32"));
    expect(await statusOf(narrow, { args: [a], out })).toBe("passed");
    expect(await statusOf(narrow, { args: [tensor([1], { dtype: "int64" })], out })).toBe("failed");
    expect(await statusOf(giving(plain([1, 3], [2], "int32")), { args: [a], out })).toBe("failed");
  });

  it("compares several outputs by position and by name", async () => {
    const test = { args: [a], out: { $: "tuple", v: [a, b], fields: ["values", "indices"] } };
    expect(await statusOf(giving({ indices: plain([10, 20]), values: plain([1, 2]) }), test)).toBe("passed");
    expect(await statusOf(giving([plain([10, 20]), plain([1, 2])]), test)).toBe("failed");
  });

  it("compares dtype and shape alone where only they count", async () => {
    const test = { args: [a], out: tensor([0, 0], { data: undefined }), compare: "meta" as const };
    expect(await statusOf(giving(plain([5, 6])), test)).toBe("passed");
    expect(await statusOf(giving(plain([5])), test)).toBe("failed");
  });

  it("compares plain values", async () => {
    expect(await statusOf(giving(true), { args: [a], out: true })).toBe("passed");
    expect(await statusOf(giving(false), { args: [a], out: true })).toBe("failed");
    expect(await statusOf(giving("int32"), { args: [a], out: { $: "dtype", v: "int32" } })).toBe("passed");
    expect(await statusOf(giving(2.5), { args: [a], out: { $: "float", v: "2.0" } })).toBe("failed");
  });
});

describe("spellings", () => {
  it("runs each on its own, in place on a copy", async () => {
    const results = await outcomes(fakeLibrary(), { ...sum, via: ["function", "method", "inplace"] });
    expect(results.map(({ via, status }) => `${via} ${status}`)).toEqual([
      "function passed",
      "method not offered",
      "inplace passed",
    ]);
    expect(results[1]!.message).toBe("not implemented yet: Tensor.add");
  });

  it("passes keyword arguments as one options object and tuples as arrays", async () => {
    const seen: unknown[] = [];
    const api = fakeLibrary({
      add: (...args: unknown[]) => {
        seen.push(...args.slice(1));
        return plain([1, 2]);
      },
    });
    const kwargs = { keep_dim: true, size: { $: "tuple", v: [1, { $: "float", v: "-inf" }] } };
    expect(await statusOf(api, { args: [a, null], kwargs, out: a })).toBe("passed");
    expect(seen).toEqual([null, { keepDim: true, size: [1, -Infinity] }]);
  });

  it("indexes with at()", async () => {
    const file = { call: { kind: "method" as const, path: "__getitem__" }, method: "__getitem__" };
    const test = { args: [a, 1], out: tensor([2], { shape: [] }), via: ["method"] };
    expect(await statusOf(fakeLibrary(), test, file)).toBe("passed");
  });

  it("scatters non-contiguous arguments into place", async () => {
    const columns = tensor([1, 2, 3, 4], { shape: [2, 2], stride: [1, 3], offset: 2 });
    const test = { args: [columns, tensor([0, 0, 0, 0])], out: tensor([1, 2, 3, 4], { shape: [2, 2] }) };
    expect(await statusOf(fakeLibrary(), test)).toBe("passed");
  });
});

describe("gradients", () => {
  const leaf = { ...a, requiresGrad: true };
  const grad = { cotangents: [tensor([3, 4])], inputs: [{ path: "args.0", grad: tensor([3, 4]) }] };

  it("compares each leaf", async () => {
    const test = { args: [leaf, b], out: sum.out, grad };
    expect(await statusOf(fakeLibrary(), test)).toBe("passed");
    expect(await statusOf(fakeLibrary({ grad: () => [plain([3, 5])] }), test)).toBe("failed");
    expect(await statusOf(fakeLibrary({ grad: () => [null] }), test)).toBe("failed");
  });

  it("takes none for zero and zero for none", async () => {
    const none = { ...grad, inputs: [{ path: "args.0", grad: null }] };
    const test = { args: [leaf, b], out: sum.out, grad: none };
    expect(await statusOf(fakeLibrary({ grad: () => [null] }), test)).toBe("passed");
    expect(await statusOf(fakeLibrary({ grad: () => [plain([0, 0])] }), test)).toBe("passed");
    expect(await statusOf(fakeLibrary(), test)).toBe("failed");
  });
});

describe("errors", () => {
  const refuse = (error: Error) =>
    fakeLibrary({
      add: () => {
        throw error;
      },
    });
  const test = { args: [a, b], error: { type: "RuntimeError", message: "no" } };

  it("passes a typed error only", async () => {
    expect(await statusOf(refuse(new FakeError("no")), test)).toBe("passed");
    expect(await statusOf(refuse(new TypeError("x is not a function")), test)).toBe("failed");
    expect(await statusOf(fakeLibrary(), test)).toBe("failed");
  });

  it("leaves Python's type errors to the types", async () => {
    const typing = { ...test, error: { type: "TypeError", message: "no" } };
    expect(await statusOf(refuse(new FakeError("no")), typing)).toBe("passed");
    expect(await statusOf(fakeLibrary(), typing)).toBe("not offered");
  });

  it("fails a case that throws where a result was expected", async () => {
    expect(await statusOf(refuse(new FakeError("no")), sum)).toBe("failed");
  });
});

describe("indices", () => {
  const file = { name: "sort", call: { kind: "function" as const, path: "torch.add" } };
  const input = tensor([5, 7, 5]);
  const test = { args: [input], out: tensor([0, 2, 1], { dtype: "int64" }), indices: [""] };

  it("may differ where values tie only", async () => {
    expect(await statusOf(giving(plain([2, 0, 1], [3], "int32")), test, file)).toBe("passed");
    expect(await statusOf(giving(plain([0, 1, 2], [3], "int32")), test, file)).toBe("failed");
    expect(await statusOf(giving(plain([0, 9, 1], [3], "int32")), test, file)).toBe("failed");
  });
});

describe("decompositions", () => {
  const A = tensor([2, 0, 0, 3], { shape: [2, 2] });
  const file = { name: "linalg.qr", call: { kind: "function" as const, path: "torch.add" } };
  const test = { args: [A], out: { $: "tuple", v: [A, A] }, compare: "gauge" as const, gauge: ["0", "1"] };
  const square = (...values: number[]) => plain(values, [2, 2]);

  it("are free in sign but must multiply out", async () => {
    const flipped = [square(-1, 0, 0, 1), square(-2, 0, 0, 3)];
    expect(await statusOf(giving(flipped), test, file)).toBe("passed");
    expect(await statusOf(giving([square(1, 0, 0, 1), square(-2, 0, 0, 3)]), test, file)).toBe("failed");
    expect(await statusOf(giving([square(2, 0, 0, 3), square(1, 0, 0, 1)]), test, file)).toBe("failed");
  });
});

describe("not offered", () => {
  it.each([
    { name: "complex tensors", test: { args: [tensor([1], { dtype: "complex64" })], out: a } },
    { name: "out=", test: { args: [a], kwargs: { out: a }, out: a } },
    {
      name: "an integer tensor and 2.0",
      test: { args: [tensor([1], { dtype: "int64" }), { $: "float", v: "2.0" }], out: a },
    },
  ])("names the reason for $name", async ({ test }) => {
    const [outcome] = await outcomes(fakeLibrary(), test);
    expect(outcome!.status).toBe("not offered");
    expect(outcome!.message).not.toBe("");
  });

  it("runs a float tensor with 2.0", async () => {
    expect(await statusOf(giving(plain([1, 2])), { args: [a, { $: "float", v: "2.0" }], out: a })).toBe(
      "passed",
    );
  });

  it("names a missing function", async () => {
    const [outcome] = await outcomes(fakeLibrary(), sum, {
      call: { kind: "function", path: "torch.nn.functional.max_pool2d" },
    });
    expect(outcome).toMatchObject({
      status: "not offered",
      message: "not implemented yet: nn.functional.maxPool2d",
    });
  });
});
