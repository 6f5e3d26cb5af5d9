import "./device.js";
import { grad } from "@flambeau/autograd";
import { AutogradError, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { close, leaf } from "./kit.js";

describe("hooks", () => {
  it("of a tensor see the whole gradient once and may replace it, until removed", () => {
    const x = leaf([1, 2]);
    const y = x.mul(3);
    const seen: unknown[] = [];
    const handle = y.registerHook((g) => {
      seen.push(g.arraySync());
      return g.mul(2);
    });
    const z = y.add(y.mul(y)).sum();
    z.backward(null, { retainGraph: true });
    expect(seen).toEqual([[7, 13]]);
    close(x.grad, [42, 78]);
    handle.remove();
    x.grad = null;
    z.backward();
    close(x.grad, [21, 39]);
  });

  it("of a leaf run before, and after, its gradient is accumulated", () => {
    const x = leaf([1]);
    x.registerHook((g) => g.mul(10));
    const after: number[] = [];
    x.registerPostAccumulateGradHook((p) => void after.push((p.grad as Tensor).itemSync()));
    x.mul(2).add(x).sum().backward();
    x.mul(1).sum().backward();
    expect(after).toEqual([30, 40]);
  });

  it("of a node see gradients on both sides", () => {
    const x = leaf([1, 2]);
    const y = x.mul(5);
    const order: string[] = [];
    y.gradFn?.registerPrehook(([g]) => {
      order.push(`in ${JSON.stringify(g?.arraySync())}`);
      return [(g as Tensor).mul(2)];
    });
    y.gradFn?.registerHook(([gx], [gy]) => {
      order.push(`out ${JSON.stringify(gx?.arraySync())} of ${JSON.stringify(gy?.arraySync())}`);
    });
    y.sum().backward();
    expect(order).toEqual(["in [1,1]", "out [10,10] of [2,2]"]);
    close(x.grad, [10, 10]);
  });

  it("may keep the gradient they see", () => {
    const x = leaf([1, 2]);
    let kept: Tensor | null = null;
    const y = x.exp();
    y.registerHook((g) => {
      kept = g;
    });
    y.mul(tensor([3, 4]))
      .sum()
      .backward();
    close(kept, [3, 4]);
  });

  it("need a tensor that requires grad", () => {
    expect(() => tensor([1]).registerHook(() => undefined)).toThrow(AutogradError);
    expect(() =>
      leaf([1])
        .mul(2)
        .registerPostAccumulateGradHook(() => undefined),
    ).toThrow(/expected a leaf/);
  });
});

describe("retainGrad", () => {
  it("keeps the gradient of what operations made", () => {
    const x = leaf([1, 2]);
    const y = x.mul(x);
    y.retainGrad();
    expect([y.retainsGrad, y.isLeaf, x.isLeaf]).toEqual([true, false, true]);
    y.mul(y).sum().backward();
    close(y.grad, [2, 8]);
    close(x.grad, [4, 32]);
  });
});

describe("detach", () => {
  it("shares memory and cuts history", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const d = y.detach();
    d.add_(1);
    close(y, [3, 5]);
    expect([d.requiresGrad, d.isLeaf, d.gradFn]).toEqual([false, true, null]);
    y.detach_();
    expect(y.requiresGrad).toBe(false);
    expect(() => x.narrow(0, 0, 1).detach_()).toThrow(/view/);
  });

  it("lets requiresGrad be set on leaves only", () => {
    const x = tensor([1]).requiresGrad_();
    const y = x.mul(1);
    expect(() => y.requiresGrad_(false)).toThrow(/detach/);
    expect(x.requiresGrad_(false).requiresGrad).toBe(false);
    expect(() => grad(y, tensor([1]))).toThrow(AutogradError);
  });
});
