import "./device.js";
import {
  Function as CustomFunction,
  defineFunction,
  type FunctionContext,
  grad,
  gradcheck,
  gradgradcheck,
  onceDifferentiable,
} from "@flambeau/autograd";
import { AutogradError, ShapeError, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { close, leaf, leaf64 } from "./kit.js";

class ScaledCube extends CustomFunction {
  static override forward(ctx: FunctionContext, x: Tensor, scale: number): Tensor {
    ctx.saveForBackward(x);
    ctx.scale = scale;
    return x.pow(3).mul(scale);
  }
  static override backward(ctx: FunctionContext, g: Tensor): (Tensor | null)[] {
    const [x] = ctx.savedTensors as [Tensor];
    return [g.mul(x.square()).mul(3 * (ctx.scale as number)), null];
  }
}

describe("Function", () => {
  it("runs its own backward, differentiable again", () => {
    const x = leaf64([1, -2]);
    const y = ScaledCube.apply(x, 2);
    expect(y.gradFn?.name).toBe("ScaledCubeBackward");
    expect(gradcheck((v) => ScaledCube.apply(v as Tensor, 2), [x])).toBe(true);
    expect(gradgradcheck((v) => ScaledCube.apply(v as Tensor, 2), [x])).toBe(true);
  });

  it("tells which arguments need a gradient, and gives zeros for outputs nobody used", () => {
    const seen: unknown[] = [];
    const pair = defineFunction({
      name: "pair",
      forward: (_, a: Tensor, b: Tensor) => [a.mul(2), b.mul(3)],
      backward: (ctx, ga, gb) => {
        seen.push(ctx.needsInputGrad, gb?.arraySync());
        return [(ga as Tensor).mul(2), null];
      },
    });
    const a = leaf([1, 2]);
    const [y] = pair(a, tensor([1, 1])) as [Tensor, Tensor];
    y.sum().backward();
    expect(seen).toEqual([
      [true, false],
      [0, 0],
    ]);
    close(a.grad, [2, 2]);
  });

  it("gives results marked so no gradient", () => {
    const f = defineFunction({
      forward: (ctx, x: Tensor) => {
        const [y, sign] = [x.abs(), x.sign()];
        ctx.markNonDifferentiable(sign);
        return [y, sign];
      },
      backward: (_, g) => g,
    });
    const [y, sign] = f(leaf([-1])) as [Tensor, Tensor];
    expect([y.requiresGrad, sign.requiresGrad]).toEqual([true, false]);
  });

  it("refuses the wrong number, shape or place of gradients", () => {
    const returning = (result: () => Tensor | (Tensor | null)[]) =>
      defineFunction({ name: "bad", forward: (_, x: Tensor, __: number) => x.mul(1), backward: result })(
        leaf([1, 2]),
        1,
      ).sum();
    expect(() => returning(() => tensor([1, 2])).backward()).toThrow(
      /return 2 gradients, one per argument of forward, got 1/,
    );
    expect(() => returning(() => [tensor([1]), null]).backward()).toThrow(ShapeError);
    expect(() => returning(() => [null, tensor([1])]).backward()).toThrow(/argument 1, which is no tensor/);
  });

  it("checks what it saved for writes, and frees it", () => {
    const x = leaf([1, 2]).mul(1);
    const y = ScaledCube.apply(x, 1).sum();
    x.add_(1);
    expect(() => y.backward()).toThrow(/ScaledCubeBackward.*version/);
    const z = ScaledCube.apply(leaf([1]), 1).sum();
    z.backward();
    expect(() => z.backward()).toThrow(/retainGraph/);
  });

  it("may say that it has one derivative only", () => {
    const f = defineFunction({
      forward: (ctx, x: Tensor) => {
        ctx.saveForBackward(x);
        return x.square();
      },
      backward: onceDifferentiable((ctx: FunctionContext, g: Tensor) =>
        g.mul(ctx.savedTensors[0] as Tensor).mul(2),
      ),
    });
    const x = leaf([3]);
    const [g] = grad(f(x).sum(), x, { createGraph: true }) as [Tensor];
    close(g, [6]);
    expect(() => grad(g.sum(), x)).toThrow(AutogradError);
  });
});
