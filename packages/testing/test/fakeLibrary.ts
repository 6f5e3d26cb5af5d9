/** A library of a few float32 operators, right or wrong on purpose, to see that the runner tells them apart. */
import type { Api, TensorLike } from "../src/conformance/api.js";
import type { Json, OpCase, OpFile, TensorJson } from "../src/conformance/format.js";
import type { Outcome } from "../src/conformance/outcome.js";
import { runFile } from "../src/conformance/run.js";

export class FakeError extends Error {}

const arrays: { readonly [dtype: string]: (data: ArrayBuffer) => ArrayLike<number | bigint> } = {
  float32: (data) => new Float32Array(data),
  int32: (data) => new Int32Array(data),
  int64: (data) => new BigInt64Array(data),
};

export class FakeTensor implements TensorLike {
  wantsGrad = false;
  constructor(
    readonly values: number[],
    readonly shape: readonly number[],
    readonly dtype: string,
  ) {}

  bytesSync(): Uint8Array {
    if (this.dtype === "int64") return new Uint8Array(BigInt64Array.from(this.values, BigInt).buffer);
    const array = this.dtype === "int32" ? Int32Array.from(this.values) : Float32Array.from(this.values);
    return new Uint8Array(array.buffer);
  }

  asStrided(shape: readonly number[], strides: readonly number[], offset: number): FakeTensor {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: count }, (_, i) => {
      let position = offset;
      for (let d = shape.length - 1, rest = i; d >= 0; d--) {
        position += (rest % shape[d]!) * strides[d]!;
        rest = Math.floor(rest / shape[d]!);
      }
      return this.values[position]!;
    });
    return new FakeTensor(values, shape, this.dtype);
  }

  requiresGrad_(): FakeTensor {
    this.wantsGrad = true;
    return this;
  }

  clone(): FakeTensor {
    return new FakeTensor([...this.values], this.shape, this.dtype);
  }

  detach(): FakeTensor {
    return this;
  }

  add_(other: FakeTensor): FakeTensor {
    other.values.forEach((value, i) => {
      this.values[i]! += value;
    });
    return this;
  }

  at(...index: readonly unknown[]): FakeTensor {
    return new FakeTensor([this.values[index[0] as number]!], [], this.dtype);
  }
}

type Overrides = { readonly [name: string]: unknown };

export function fakeLibrary(overrides: Overrides = {}): Api {
  return {
    Tensor: FakeTensor,
    FlambeauError: FakeError,
    fromBytes: (bytes, shape, dtype) => {
      const data = bytes.slice().buffer as ArrayBuffer;
      return new FakeTensor(Array.from(arrays[dtype]!(data), Number), shape, dtype);
    },
    slice: (start, stop, step) => ({ start, stop, step }),
    add: (a: FakeTensor, b: FakeTensor) => a.clone().add_(b),
    grad: (
      _: unknown,
      inputs: readonly FakeTensor[],
      options: { readonly gradOutputs: readonly FakeTensor[] },
    ) => inputs.map(() => options.gradOutputs[0]),
    ...overrides,
  } as Api;
}

type TensorValue = TensorJson & { readonly [key: string]: Json };

export const tensor = (values: readonly number[], more: Partial<TensorJson> = {}): TensorValue => {
  const dtype = more.dtype ?? "float32";
  const array = dtype === "int64" ? BigInt64Array.from(values, BigInt) : Float32Array.from(values);
  return {
    $: "tensor",
    dtype,
    shape: [values.length],
    data: Buffer.from(array.buffer).toString("base64"),
    ...more,
  } as TensorValue;
};

/** The outcomes of one case of a made-up file. */
export async function outcomes(
  api: Api,
  test: Partial<OpCase>,
  file: Partial<OpFile> = {},
): Promise<Outcome[]> {
  const content: OpFile = {
    kind: "op",
    name: "add",
    call: { kind: "function", path: "torch.add" },
    method: "add",
    inplace: "add_",
    ...file,
    cases: [{ id: "0", args: [] as Json[], via: ["function"], ...test }],
  };
  const results: Outcome[] = [];
  for await (const outcome of runFile({ api, device: "cpu" }, { area: "ops", file: "ops/add.json", content }))
    results.push(outcome);
  return results;
}

export async function statusOf(api: Api, test: Partial<OpCase>, file: Partial<OpFile> = {}): Promise<string> {
  return (await outcomes(api, test, file)).map((outcome) => outcome.status).join();
}
