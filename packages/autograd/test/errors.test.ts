/** What differentiation refuses: each error is typed, names the operation and tells what to do. */
import "./device.js";
import {
  backward,
  Function as CustomFunction,
  defineFunction,
  type FunctionContext,
  grad,
  gradcheck,
} from "@flambeau/autograd";
import {
  AutogradError,
  DeviceError,
  DTypeError,
  FlambeauError,
  noGrad,
  open,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { leaf } from "./kit.js";

type Row = readonly [
  what: string,
  call: () => unknown,
  Typed: new (op: string, message: string) => FlambeauError,
  op: string,
  says: RegExp,
];

function throws(rows: readonly Row[]): void {
  it.each(rows)("%s", (_, call, Typed, op, says) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FlambeauError);
    const error = thrown as FlambeauError;
    expect(error.constructor, error.message).toBe(Typed);
    expect(error.op).toBe(op);
    expect(error.message).toMatch(says);
  });
}

const matrix = (): Tensor =>
  leaf([
    [1, 2],
    [3, 4],
  ]);
const other = await open("reference:1");

describe("the root of backward", () => {
  throws([
    [
      "of several elements needs a gradient",
      () => matrix().mul(2).backward(),
      AutogradError,
      "backward",
      /one element only, got shape \[2, 2\]; give one of that shape/,
    ],
    [
      "takes a gradient of its shape",
      () =>
        matrix()
          .mul(2)
          .backward(tensor([1])),
      ShapeError,
      "backward",
      /shape \[2, 2\], got \[1\]/,
    ],
    [
      "takes a gradient of its dtype",
      () =>
        matrix()
          .sum()
          .backward(tensor(1, { dtype: "float64" })),
      DTypeError,
      "backward",
      /dtype float32, got float64/,
    ],
    [
      "must require grad",
      () => tensor([1]).sum().backward(),
      AutogradError,
      "backward",
      /tensor 0 to require grad/,
    ],
    [
      "must not be computed inside noGrad",
      () => noGrad(() => matrix().sum()).backward(),
      AutogradError,
      "backward",
      /tensor 0 to require grad/,
    ],
    [
      "comes with as many gradients",
      () => backward([matrix().sum()], [tensor(1), tensor(1)]),
      AutogradError,
      "backward",
      /got 2 for 1/,
    ],
  ]);
});

describe("the inputs of grad", () => {
  const x = leaf([1, 2]);
  throws([
    [
      "must require grad",
      () => grad(x.sum(), tensor([1])),
      AutogradError,
      "grad",
      /require grad, got one that does not \(number 0\)/,
    ],
    [
      "must be used",
      () => grad(x.sum(), [x, leaf([1])]),
      AutogradError,
      "grad",
      /number 1 is not; pass allowUnused: true/,
    ],
    ["must be given", () => grad(x.sum(), []), AutogradError, "grad", /at least one input, got none/],
  ]);
});

describe("going through a graph again", () => {
  const twice = (loss: Tensor) => () => {
    loss.backward();
    loss.backward();
  };
  throws([
    [
      "needs retainGraph",
      twice(leaf([1, 2]).exp().sum()),
      AutogradError,
      "ExpBackward",
      /freed when backward went.*pass retainGraph: true the first time/,
    ],
    [
      "needs retainGraph, matmul",
      twice(matrix().matmul(matrix()).sum()),
      AutogradError,
      "MatmulBackward",
      /retainGraph/,
    ],
    [
      "also after grad",
      () => {
        const x = leaf([1, 2]);
        const y = x.tanh().sum();
        grad(y, x);
        grad(y, x);
      },
      AutogradError,
      "TanhBackward",
      /retainGraph/,
    ],
  ]);
});

describe("a saved tensor written since", () => {
  const written = (save: (h: Tensor) => Tensor, write: (h: Tensor) => unknown) => () => {
    const h = leaf([1, 2]).mul(1);
    const y = save(h);
    write(h);
    y.sum().backward();
  };
  const moved = (shape: string, version: number) =>
    new RegExp(
      `shape \\${shape.replace("]", "\\]")} and dtype float32.*modified in place.*at version ${version}, expected version 0; clone it`,
    );
  throws([
    [
      "names operation and versions",
      written(
        (h) => h.mul(h),
        (h) => h.add_(1),
      ),
      AutogradError,
      "MulBackward",
      moved("[2]", 1),
    ],
    [
      "counts every write",
      written(
        (h) => h.square(),
        (h) => h.add_(1).mul_(2),
      ),
      AutogradError,
      "SquareBackward",
      moved("[2]", 2),
    ],
    [
      "also through a view",
      written(
        (h) => h.sin(),
        (h) => h.narrow(0, 0, 1).zero_(),
      ),
      AutogradError,
      "SinBackward",
      moved("[2]", 1),
    ],
    [
      "also by set",
      written(
        (h) => h.cos(),
        (h) => h.set(0, 5),
      ),
      AutogradError,
      "CosBackward",
      moved("[2]", 1),
    ],
    [
      "also where it is the output",
      () => {
        const y = leaf([1, 2]).exp();
        const z = y.sum();
        noGrad(() => y.mul_(2));
        z.add(y.sum()).backward();
      },
      AutogradError,
      "ExpBackward",
      moved("[2]", 1),
    ],
  ]);

  it("is no error where the operation does not need it", () => {
    const x = leaf([1, 2]);
    const h = x.mul(1);
    const y = h.add(3);
    h.add_(1);
    y.sum().backward();
    expect(x.grad?.arraySync()).toEqual([1, 1]);
  });
});

describe("writes in place", () => {
  throws([
    [
      "to a leaf",
      () => leaf([1]).mul_(2),
      AutogradError,
      "mul_",
      /leaf that requires grad.*inside noGrad, or on a clone/,
    ],
    [
      "to a view of a leaf",
      () => matrix().select(0, 1).zero_(),
      AutogradError,
      "fill_",
      /view of a leaf that requires grad/,
    ],
    ["by set to a leaf", () => leaf([1, 2]).set(0, 3), AutogradError, "set", /leaf that requires grad/],
  ]);
});

describe("requiresGrad and grad", () => {
  throws([
    [
      "are for floats",
      () => tensor([1], { dtype: "int32", requiresGrad: true }),
      DTypeError,
      "requiresGrad",
      /floating-point.*int32/,
    ],
    [
      "cannot be taken from a result",
      () => leaf([1]).mul(2).requiresGrad_(false),
      AutogradError,
      "requiresGrad_",
      /detach/,
    ],
    [
      "a gradient's shape",
      () => {
        leaf([1, 2]).grad = zeros(3);
      },
      ShapeError,
      "grad",
      /\[2\].*\[3\]/,
    ],
    [
      "a gradient's dtype",
      () => {
        leaf([1, 2]).grad = zeros(2, { dtype: "float64" });
      },
      DTypeError,
      "grad",
      /float32.*float64/,
    ],
    [
      "a gradient's device",
      () => {
        leaf([1, 2]).grad = zeros(2, { device: other });
      },
      DeviceError,
      "grad",
      /on reference, got one on reference:1/,
    ],
    [
      "a hook",
      () => tensor([1]).registerHook(() => undefined),
      AutogradError,
      "registerHook",
      /requires grad, got one that does not/,
    ],
    [
      "retainGrad",
      () => tensor([1]).retainGrad(),
      AutogradError,
      "retainGrad",
      /requires grad, got one that does not/,
    ],
  ]);
});

class Half extends CustomFunction {
  static override forward(_: FunctionContext, x: Tensor): Tensor {
    return x.mul(0.5);
  }
}

describe("a custom Function", () => {
  const returning = (gradient: () => Tensor | (Tensor | null)[]) =>
    defineFunction({ name: "Bend", forward: (_, x: Tensor, __: number) => x.mul(1), backward: gradient });
  const run = (gradient: () => Tensor | (Tensor | null)[]) => () =>
    returning(gradient)(leaf([1, 2]), 1)
      .sum()
      .backward();
  throws([
    [
      "without a backward",
      () =>
        Half.apply(leaf([1]))
          .sum()
          .backward(),
      AutogradError,
      "Half",
      /defines a static backward/,
    ],
    ["with too few gradients", run(() => tensor([1, 2])), AutogradError, "Bend", /return 2 gradients.*got 1/],
    [
      "with a gradient of another shape",
      run(() => [tensor([1]), null]),
      ShapeError,
      "Bend",
      /shape \[2\] for argument 0, got \[1\]/,
    ],
    [
      "that returns no tensor",
      () =>
        defineFunction({ name: "Bend", forward: (_, __: Tensor) => 3 as never, backward: (_, g) => g })(
          leaf([1]),
        ),
      AutogradError,
      "Bend",
      /return tensors, got number/,
    ],
    [
      "with a wrong gradient, by gradcheck",
      () => {
        const wrong = defineFunction({
          name: "Bend",
          forward: (_, x: Tensor) => x.square(),
          backward: (_, g) => g,
        });
        gradcheck((x) => wrong(x as Tensor), [tensor([3], { dtype: "float64", requiresGrad: true })]);
      },
      AutogradError,
      "gradcheck",
      /1 gradient elements differ.*input 0 of shape \[1\], element 0: gradient .*, by differences/,
    ],
  ]);
});
