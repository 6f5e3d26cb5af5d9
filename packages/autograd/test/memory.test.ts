import "./device.js";
import { checkpoint, type GradNode, savedTensorsHooks } from "@flambeau/autograd";
import { ArgumentError, defaultDevice, keep, rand, scope, type Tensor, tensor, zeros } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { close, leaf } from "./kit.js";

const live = (): number => defaultDevice().backend.stats().allocatedBytes;

describe("memory", () => {
  it("of saved activations is free once backward has consumed the tape, and only then", () => {
    const x = tensor(new Float32Array(1000), { requiresGrad: true });
    const start = live();
    // The scope drops the program's own handles, so that only the tape holds the activations.
    const loss = scope(() => {
      let h = x.exp();
      for (let i = 0; i < 9; i++) h = h.exp().tanh();
      return h.sum();
    });
    const held = live() - start;
    expect(held).toBeGreaterThanOrEqual(10 * 4000);
    loss.backward();
    loss.dispose();
    expect(live() - start).toBe(4000);
    x.grad?.dispose();
    expect(live()).toBe(start);
  });

  it("of gradients on the way is freed: at the end of a long chain no more than two are left", () => {
    const x = tensor(new Float32Array(1000), { requiresGrad: true });
    const loss = scope(() => {
      let h = x.mul(1);
      for (let i = 0; i < 40; i++) h = h.mul(1.01);
      return h.sum();
    });
    const start = live();
    let last: GradNode | null = null;
    for (
      let node = loss.gradFn;
      node !== null && node.edges.length > 0;
      node = node.nextFunctions[0]?.[0] ?? null
    )
      last = node;
    let held = 0;
    last?.registerPrehook(() => {
      held = live() - start;
    });
    loss.backward();
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThanOrEqual(2 * 4000);
  });

  it("of a retained graph stays until it is not", () => {
    const x = tensor(new Float32Array(1000), { requiresGrad: true });
    const loss = scope(() => x.exp().sum());
    const before = live();
    loss.backward(null, { retainGraph: true });
    expect(live()).toBe(before + 4000);
    loss.backward();
    expect(live()).toBe(before);
  });
});

describe("gradients and scopes", () => {
  const step = (x: Tensor): void => x.exp().sum().backward();

  it("a gradient outlives the scope it was made in, and is freed by the one that drops it", () => {
    const x = leaf([0, 0, 0]);
    const start = live();
    scope(() => step(x));
    expect(live()).toBe(start + 12);
    close(x.grad, [1, 1, 1]);
    for (let i = 0; i < 5; i++) {
      scope(() => {
        x.grad = null;
        step(x);
      });
      expect(live()).toBe(start + 12);
    }
    scope(() => {
      x.grad = null;
    });
    expect(live()).toBe(start);
  });

  it("accumulate across scopes", () => {
    const x = leaf([0, 0]);
    scope(() => step(x));
    scope(() => step(x));
    close(x.grad, [2, 2]);
  });

  it("gradients that a program set, inside and outside of scopes, are its own", () => {
    const x = leaf([0, 0]);
    const mine = tensor([3, 4]);
    scope(() => {
      x.grad = mine;
    });
    scope(() => {
      x.grad = tensor([5, 6]);
    });
    close(x.grad, [5, 6]);
    scope(() => {
      x.grad = null;
    });
    close(mine, [3, 4]);
  });

  it("what the program keeps or returns is not freed with its successor", () => {
    const x = leaf([0, 0]);
    scope(() => step(x));
    const kept = keep(x.grad as Tensor);
    const returned = scope(() => {
      x.grad = null;
      step(x);
      return x.grad;
    });
    scope(() => {
      x.grad = null;
      step(x);
    });
    close(kept, [1, 1]);
    close(returned as Tensor | null, [1, 1]);
  });

  it("one dropped in an inner scope is freed there", () => {
    const x = leaf([0, 0]);
    scope(() => {
      step(x);
      const before = live();
      scope(() => {
        x.grad = null;
      });
      expect(live()).toBe(before - 8);
    });
  });

  it("a body that waits is refused, since its tensors would be freed under it", () => {
    expect(() => scope(async () => zeros(2))).toThrow(ArgumentError);
  });

  it("keep takes a tensor out of any scope around it", () => {
    let made: Tensor | undefined;
    scope(() => {
      made = tensor([7]);
      scope(() => keep(made as Tensor));
    });
    close(made as Tensor, [7]);
  });
});

describe("savedTensorsHooks", () => {
  it("decide how values are kept", () => {
    const x = leaf([1, 2]);
    const log: string[] = [];
    const y = savedTensorsHooks(
      (t) => {
        log.push("pack");
        return t.arraySync();
      },
      (array) => {
        log.push("unpack");
        return tensor(array);
      },
      () => x.exp().sum(),
    );
    y.backward();
    expect(log).toEqual(["pack", "unpack"]);
    close(x.grad, [Math.E, Math.exp(2)]);
  });
});

describe("checkpoint", () => {
  const block = (x: Tensor, w: Tensor): Tensor => {
    const h = x.mul(w).tanh();
    return h.mul(rand(h.shape[0] as number).lt(0.5)).exp();
  };

  it("gives the gradients of the plain call, random numbers included, and runs the function twice", () => {
    const [x, w] = [leaf([0.1, 0.2, 0.3, 0.4]), leaf([1, 2, 3, 4])];
    let calls = 0;
    let dropped: unknown;
    const y = checkpoint(
      (a: Tensor, b: Tensor) => {
        calls++;
        const out = block(a, b);
        if (calls === 1) dropped = out.arraySync();
        else expect(out.arraySync()).toEqual(dropped);
        return out;
      },
      x,
      w,
    );
    rand(3);
    y.sum().backward();
    expect(calls).toBe(2);
    // Where the mask is 0 the output is exp(0) = 1 and both gradients are 0; elsewhere exp(t) (1 - t²) w and … x with t = tanh(x w).
    const out = y.arraySync() as number[];
    const expected = out.map((value, i) => {
      const [a, b] = [[0.1, 0.2, 0.3, 0.4][i] as number, [1, 2, 3, 4][i] as number];
      const t = Math.tanh(a * b);
      const slope = value === 1 ? 0 : Math.exp(t) * (1 - t * t);
      return [slope * b, slope * a] as const;
    });
    close(
      x.grad,
      expected.map(([gx]) => gx),
    );
    close(
      w.grad,
      expected.map(([, gw]) => gw),
    );
  });

  it("keeps no activations", () => {
    const x = zeros(1000, { requiresGrad: true });
    const deep = (h: Tensor): Tensor => {
      let out = h;
      for (let i = 0; i < 8; i++) out = out.exp().tanh();
      return out;
    };
    const start = live();
    const y = checkpoint(deep, x);
    expect(live() - start).toBe(4000);
    y.sum().backward();
    const plain = zeros(1000, { requiresGrad: true });
    deep(plain).sum().backward();
    close(x.grad, plain.grad?.arraySync() ?? []);
  });
});
