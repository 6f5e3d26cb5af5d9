import "./device.js";
import { AutogradError, noGrad, tensor, zeros } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { close, leaf } from "./kit.js";

// Numbers of PyTorch 1.13.
describe("writes in place", () => {
  it("to a result carry its history on, also where the product needs what was overwritten", () => {
    const [a, c] = [leaf([1, 2, 3]), leaf([2, 3, 4])];
    const y = a.mul(2);
    y.mul_(c);
    y.add_(a);
    y.mul(y).sum().backward();
    close(a.grad, [50, 196, 486]);
    close(c.grad, [20, 112, 324]);
  });

  it("through a view reach its base", () => {
    const [a, v] = [
      leaf([
        [1, 2],
        [3, 4],
      ]),
      leaf([5, 6]),
    ];
    const y = a.mul(a);
    y.select(0, 0).mul_(v);
    y.mul(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    )
      .sum()
      .backward();
    close(a.grad, [
      [10, 48],
      [18, 32],
    ]);
    close(v.grad, [1, 8]);
  });

  it("through a transposed, narrowed view broadcast the value", () => {
    const [a, k] = [
      leaf([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      leaf([2, 3]),
    ];
    const y = a.mul(a);
    y.transpose(0, 1).narrow(0, 1, 2).mul_(k);
    y.log().sum().backward();
    close(a.grad, [
      [2, 1, 0.6666666865348816],
      [0.5, 0.4000000059604645, 0.3333333432674408],
    ]);
    close(k.grad, [1, 0.6666666865348816]);
  });

  it("to a base are seen by views made before", () => {
    const a = leaf([1, 2, 3, 4]);
    const y = a.mul(a);
    const s = y.narrow(0, 1, 2);
    y.mul_(a);
    s.mul(tensor([10, 100]))
      .sum()
      .backward();
    close(a.grad, [0, 120, 2700, 0]);
  });

  it("through one view are seen by another", () => {
    const a = leaf([1, 2, 3, 4]);
    const y = a.mul(a);
    const s = y.narrow(0, 1, 2);
    const t = y.reshape(2, 2).select(1, 0);
    s.mul_(3);
    expect(y.gradFn?.name).toBe("CopySlicesBackward");
    expect(t.gradFn?.name).toBe("AsStridedBackward");
    t.mul(t).sum().backward();
    close(a.grad, [4, 0, 972, 0]);
  });

  it("make a plain buffer part of the graph, and views of it too", () => {
    const z = zeros(2, 2);
    const before = z.select(0, 1);
    const u = leaf([1, 2]);
    z.select(0, 1).copy_(u.mul(u));
    z.select(1, 0).add_(u);
    expect([z.requiresGrad, before.requiresGrad]).toEqual([true, true]);
    close(z, [
      [1, 0],
      [3, 4],
    ]);
    z.mul(z).sum().backward();
    close(u.grad, [14, 38]);
  });

  it("of a constant cut the gradient off but leave the tensor part of the graph", () => {
    const a = leaf([1, 2]);
    const y = a.mul(3);
    y.zero_();
    y.sum().backward();
    close(a.grad, [0, 0]);
  });

  it("to a leaf that requires grad, or a view of one, are refused unless unrecorded", () => {
    const a = leaf([1, 2]);
    expect(() => a.add_(1)).toThrow(AutogradError);
    expect(() => a.add_(1)).toThrow(/leaf that requires grad/);
    expect(() => a.narrow(0, 0, 1).add_(1)).toThrow(/view of a leaf/);
    noGrad(() => a.add_(1));
    close(a, [2, 3]);
    a.mul(a).sum().backward();
    close(a.grad, [4, 6]);
  });

  it("leave a view taken inside noGrad a constant", () => {
    const a = leaf([1, 2]);
    const y = a.mul(2);
    const frozen = noGrad(() => y.narrow(0, 0, 1));
    expect(frozen.requiresGrad).toBe(false);
    expect(y.detach().requiresGrad).toBe(false);
  });
});
