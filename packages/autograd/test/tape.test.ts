import "./device.js";
import { backward, grad } from "@flambeau/autograd";
import { AutogradError, matmul, noGrad, ShapeError, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { close, leaf, leaf64 } from "./kit.js";

describe("backward", () => {
  // Numbers of PyTorch 1.13.
  it("agrees with PyTorch on a small network", () => {
    const x = leaf([
      [1, -2, 0.5],
      [0.25, 1.5, -1],
    ]);
    const w = leaf([
      [0.5, -0.25],
      [1, 0.75],
      [-0.5, 2],
    ]);
    const b = leaf([0.1, -0.2]);
    const h = matmul(x, w).add(b).tanh();
    const e = h.exp();
    const loss = e
      .div(e.sum(-1, true))
      .mul(
        tensor([
          [1, 2],
          [3, -1],
        ]),
      )
      .sum();
    loss.backward();
    close(loss, 3.975074291229248);
    close(x.grad, [
      [-0.04504422843456268, 0.050129927694797516, 0.2413499802350998],
      [0.05262593552470207, -0.10193869471549988, -0.3426927328109741],
    ]);
    close(w.grad, [
      [-0.02840719372034073, 0.0707366019487381],
      [0.10156567394733429, -0.4729781150817871],
      [-0.039376191794872284, 0.2218398153781891],
    ]);
    close(b.grad, [-0.011625463142991066, -0.05357774347066879]);
  });

  it("differentiates to third order", () => {
    const x = leaf64([0.5, -1.5]);
    const [g1] = grad(x.pow(4).sin().sum(), x, { createGraph: true }) as [Tensor];
    const [g2] = grad(g1.sum(), x, { createGraph: true }) as [Tensor];
    const [g3] = grad(g2.sum(), x) as [Tensor];
    close(g1, [0.49902375535004956, -4.630528270880303], 1e-12);
    close(g2, [2.978527702639702, 180.4547944404127], 1e-12);
    close(g3, [11.570747259272967, -195.59672541299165], 1e-12);
  });

  it("weights a root of several elements by the gradient it is given", () => {
    const x = leaf([
      [1, 2],
      [3, 4],
    ]);
    x.exp()
      .mul(x.transpose(0, 1))
      .backward(
        tensor([
          [1, 0.5],
          [-1, 2],
        ]),
      );
    close(x.grad, [
      [5.436563491821289, -9.001953125],
      [-36.47654724121094, 545.9815063476562],
    ]);
  });

  it("demands a gradient, of the right shape, for a root of several elements", () => {
    const y = leaf([1, 2]).mul(2);
    expect(() => y.backward()).toThrow(/one element only, got shape \[2\]/);
    expect(() => y.backward(tensor([1]))).toThrow(ShapeError);
  });

  it("refuses a root that nothing made", () => {
    expect(() => tensor([1]).backward()).toThrow(AutogradError);
  });

  it("accumulates over calls and over uses, and does not touch the gradients it is given", () => {
    const x = leaf([1, 2]);
    const weight = tensor([1, 10]);
    x.add(x).backward(weight);
    x.backward(weight);
    close(x.grad, [3, 30]);
    close(weight, [1, 10]);
  });

  it("gives two leaves of a sum gradients of their own", () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    a.add(b).sum().backward();
    noGrad(() => a.grad?.mul_(5));
    close(a.grad, [5, 5]);
    close(b.grad, [1, 1]);
  });

  it("walks a graph far deeper than the JavaScript stack", () => {
    const x = leaf([1]);
    let y = x.mul(1);
    for (let i = 0; i < 4000; i++) y = y.add(x);
    y.sum().backward();
    close(x.grad, [4001]);
  });

  it("goes through a graph once, or again where it was retained", () => {
    const x = leaf([2]);
    const y = x.exp().sum();
    y.backward(null, { retainGraph: true });
    y.backward();
    close(x.grad, [2 * Math.exp(2)]);
    expect(() => y.backward()).toThrow(/pass retainGraph: true the first time/);
  });

  it("accumulates only into the inputs it is told", () => {
    const [a, b] = [leaf([1]), leaf([2])];
    const y = a.mul(b);
    backward(y.mul(3), null, { inputs: [b, y] });
    expect(a.grad).toBeNull();
    close(b.grad, [3]);
    close(y.grad, [3]);
  });

  it("gives float16 leaves float16 gradients, and integers none", () => {
    const x = tensor([1, 2], { dtype: "float16", requiresGrad: true });
    const y = tensor([3, 4], { dtype: "float32", requiresGrad: true });
    const picked = tensor([2, 1], { dtype: "int32" });
    x.mul(y).mul(picked).sum().backward();
    expect([x.grad?.dtype, y.grad?.dtype]).toEqual(["float16", "float32"]);
    close(x.grad, [6, 4]);
    expect(() => {
      picked.requiresGrad = true;
    }).toThrow(/floating-point/);
  });
});

describe("grad", () => {
  it("leaves grad alone, and gives null for unused inputs where that is allowed", () => {
    const [a, b] = [leaf([1, 2]), leaf([3])];
    const y = a.mul(a).sum();
    expect(() => grad(y, [a, b], { retainGraph: true })).toThrow(/number 1 is not/);
    const [ga, gb] = grad(y, [a, b], { allowUnused: true });
    close(ga, [2, 4]);
    expect([gb, a.grad]).toEqual([null, null]);
  });

  it("differentiates with respect to what operations made", () => {
    const x = leaf([1, 2]);
    const y = x.mul(3);
    const [g] = grad(y.mul(y).sum(), y) as [Tensor];
    close(g, [6, 12]);
  });

  it("keeps the graph of gradients that backward accumulates with createGraph", () => {
    const x = leaf([2]);
    x.pow(3).sum().backward({ createGraph: true });
    const first = x.grad as Tensor;
    close(first, [12]);
    const [second] = grad(first.sum(), x) as [Tensor];
    close(second, [12]);
  });

  it("names operations and links them", () => {
    const y = leaf([1]).exp().sum();
    expect(y.gradFn?.name).toBe("SumBackward");
    const exp = y.gradFn?.nextFunctions[0]?.[0];
    expect(exp?.name).toBe("ExpBackward");
    expect(exp?.nextFunctions[0]?.[0]?.name).toBe("AccumulateGrad");
  });
});

describe("values saved for backward", () => {
  it("are checked for writes since, naming operation, shape and versions", () => {
    const x = leaf([1, 2]);
    const y = x.exp();
    const z = y.sum();
    y.mul_(2);
    expect(() => z.add(y.sum()).backward()).toThrow(
      /ExpBackward: .*shape \[2\] and dtype float32.*at version 1, expected version 0/,
    );
  });

  it("are not recorded inside noGrad", () => {
    const x = leaf([1]);
    expect(noGrad(() => x.exp()).requiresGrad).toBe(false);
    expect(x.exp().requiresGrad).toBe(true);
  });
});
