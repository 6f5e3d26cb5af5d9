/** Module, optimizer and scheduler cases against hand-made classes, right and wrong. */
import { describe, expect, it } from "vitest";
import type { Api } from "../src/conformance/api.js";
import type { CaseFile } from "../src/conformance/format.js";
import type { Outcome } from "../src/conformance/outcome.js";
import { runFile } from "../src/conformance/run.js";
import { FakeTensor, fakeLibrary, tensor } from "./fakeLibrary.js";

async function only(api: Api, content: CaseFile): Promise<Outcome> {
  for await (const outcome of runFile({ api, device: "cpu" }, { area: "x", file: "x/y.json", content }))
    return outcome;
  throw new Error("no outcome");
}

describe("modules", () => {
  class Scale {
    weight = new FakeTensor([0], [1], "float32");
    count = 0;
    training = true;
    constructor(readonly options: { readonly broken?: boolean } = {}) {}
    loadStateDict(state: Record<string, FakeTensor>) {
      this.weight = state.weight!;
    }
    train() {
      this.training = true;
    }
    eval() {
      this.training = false;
    }
    namedParameters(): [string, FakeTensor][] {
      return [["weight", this.weight]];
    }
    stateDict() {
      return { weight: this.weight, count: new FakeTensor([this.count], [1], "float32") };
    }
    forward(x: FakeTensor) {
      if (this.training) this.count += this.options.broken ? 2 : 1;
      return new FakeTensor([x.values[0]! * this.weight.values[0]!], [1], "float32");
    }
  }
  const grad = {
    cotangents: [tensor([2])],
    inputs: [],
    params: { weight: tensor([2]) },
  };
  const file = (kwargs: { broken: boolean }, out = tensor([6])): CaseFile => ({
    kind: "nn",
    name: "Scale",
    class: "torch.nn.Scale",
    cases: [
      {
        id: "0",
        constructor: { args: [], kwargs },
        state: { weight: tensor([3]) },
        parameters: ["weight"],
        args: [tensor([2])],
        runs: [
          { modes: ["train"], out, stateAfter: { count: tensor([1]) }, grad },
          { modes: ["eval"], out, stateAfter: { count: tensor([0]) } },
        ],
      },
    ],
  });
  const api = fakeLibrary({ nn: { Scale } });

  it("load their state and are compared in each mode", async () => {
    expect(await only(api, file({ broken: false }))).toMatchObject({ status: "passed", message: "" });
  });

  it("fail on outputs, state and parameters' gradients", async () => {
    expect((await only(api, file({ broken: false }, tensor([7])))).message).toMatch(
      /^train: out: element 0 is 6/,
    );
    expect((await only(api, file({ broken: true }))).message).toMatch(/^train: state count/);
    const wrong = fakeLibrary({ nn: { Scale }, grad: () => [new FakeTensor([5], [1], "float32")] });
    expect((await only(wrong, file({ broken: false }))).message).toMatch(/^train: gradient of weight/);
  });
});

/** Plain gradient descent over groups. */
class Descent {
  readonly paramGroups: {
    params: (FakeTensor & { grad?: FakeTensor | null })[];
    lr: number;
    momentum: number;
  }[];
  constructor(
    params: FakeTensor[] | { params: FakeTensor[]; lr?: number }[],
    options: { lr: number; momentum?: number },
  ) {
    const groups =
      params[0] instanceof FakeTensor
        ? [{ params: params as FakeTensor[] }]
        : (params as { params: FakeTensor[] }[]);
    this.paramGroups = groups.map((group) => ({ lr: options.lr, momentum: options.momentum ?? 0, ...group }));
  }
  step() {
    for (const { params, lr } of this.paramGroups)
      for (const p of params) if (p.grad) p.values[0]! -= lr * p.grad.values[0]!;
  }
}

describe("optimizers", () => {
  const file = (second: number): CaseFile => ({
    kind: "optim",
    name: "SGD",
    class: "torch.optim.SGD",
    cases: [
      {
        id: "0",
        options: { lr: 0.5 },
        groups: [
          { params: [tensor([1])], options: {} },
          { params: [tensor([1])], options: { lr: 0.25 } },
        ],
        grads: [
          [tensor([1]), tensor([1])],
          [null, tensor([1])],
        ],
        after: [
          [tensor([0.5]), tensor([0.75])],
          [tensor([0.5]), tensor([second])],
        ],
      },
    ],
  });
  const api = fakeLibrary({ optim: { SGD: Descent } });

  it("are compared after every step", async () => {
    expect((await only(api, file(0.5))).status).toBe("passed");
    expect((await only(api, file(0.6))).message).toMatch(/^parameter 1 after step 2/);
  });
});

describe("schedulers", () => {
  class Halving {
    constructor(
      readonly optimizer: Descent,
      readonly stepSize: number,
    ) {}
    step() {
      for (const group of this.optimizer.paramGroups) group.lr /= this.stepSize;
    }
  }
  const file = (lrs: number[][]): CaseFile => ({
    kind: "lr_scheduler",
    name: "StepLR",
    class: "torch.optim.lr_scheduler.StepLR",
    cases: [{ id: "0", groups: [{ lr: 1 }, { lr: 4 }], momentum: 0.9, options: { step_size: 2 }, lrs }],
  });
  const api = fakeLibrary({ optim: { SGD: Descent, lrScheduler: { StepLR: Halving } } });

  it("are compared after every step, required options by position", async () => {
    expect(
      await only(
        api,
        file([
          [1, 4],
          [0.5, 2],
          [0.25, 1],
        ]),
      ),
    ).toMatchObject({ status: "passed", message: "" });
    expect(
      (
        await only(
          api,
          file([
            [1, 4],
            [0.5, 2.1],
          ]),
        )
      ).message,
    ).toMatch(/^learning rate of group 1 after 1 steps/);
  });
});
