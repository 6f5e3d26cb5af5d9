/** What is remembered from one call to the next never changes a result. */

import { grad } from "@flambeau/autograd";
import { full, noGrad, pointwise, rowwise, setDefaultDType, type Tensor, tensor } from "@flambeau/core";
import { afterEach, describe, expect, it } from "vitest";
import "./device.js";

afterEach(() => setDefaultDType("float32"));

const scale = pointwise("scale", (x, y) => x.mul(y).add(1), { dtype: "promote" });
const spread = rowwise("spread", (row, x, k) => x.sub(row.mean(x)).mul(k));
const ramp = (...shape: number[]): Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  return tensor(Array.from({ length: n }, (_, i) => i - 2)).reshape(shape);
};

const filled = (n: number, value: number): Tensor => full([n], value, { dtype: "float32" });

describe("calls of one function, one after another", () => {
  it("take each call's own numbers", () => {
    const x = ramp(3).requiresGrad_();
    for (const k of [2, 5, 0.5, -1]) {
      const y = scale(x, k);
      expect(y.arraySync()).toEqual([-2 * k + 1, -k + 1, 1]);
      expect(grad(y.sum(), x)[0]?.arraySync()).toEqual([k, k, k]);
    }
  });

  it("tell dtypes of tensors and sorts of numbers apart", () => {
    const whole = tensor(Int32Array.of(1, 2));
    expect(scale(whole, 2).dtype).toBe("int32");
    expect(scale(whole, 2.5).dtype).toBe("float32");
    expect(scale(whole, 3).arraySync()).toEqual([4, 7]);
    expect(scale(whole.to("int64"), 2).dtype).toBe("int64");
    setDefaultDType("float64");
    expect(scale(whole, 2.5).dtype).toBe("float64");
  });

  it("tell shapes, broadcasting and strides apart", () => {
    const a = ramp(2, 3).requiresGrad_();
    const b = ramp(3, 2).requiresGrad_();
    for (let again = 0; again < 3; again++) {
      expect(scale(a, a).arraySync()).toEqual([
        [5, 2, 1],
        [2, 5, 10],
      ]);
      expect(scale(a, b.t()).arraySync()).toEqual([
        [5, 1, 1],
        [0, 3, 10],
      ]);
      expect(scale(a, ramp(3)).arraySync()).toEqual([
        [5, 2, 1],
        [-1, -1, 1],
      ]);
      expect(scale(ramp(2, 1), a).arraySync()).toEqual([
        [5, 3, 1],
        [0, -1, -2],
      ]);
    }
  });

  it("tell folded dimensions and what is kept apart", () => {
    const x = ramp(2, 2).requiresGrad_();
    for (const k of [1, 3]) {
      expect(spread(x, k, { dim: 1 }).arraySync()).toEqual([
        [-k / 2, k / 2],
        [-k / 2, k / 2],
      ]);
      expect(spread(x, k, { dim: 0 }).arraySync()).toEqual([
        [-k, -k],
        [k, k],
      ]);
      expect(x.sum(1, { keepdim: true }).shape).toEqual([2, 1]);
      expect(x.sum(1).shape).toEqual([2]);
    }
  });

  it("refuse the arguments they would have refused first", () => {
    scale(ramp(2), 1);
    expect(() => scale(ramp(2), "1" as unknown as number)).toThrow("expected a tensor or a number");
    expect(() => scale(ramp(2), null as unknown as number)).toThrow("expected a tensor or a number");
    expect(() => scale(ramp(2), ramp(3))).toThrow("broadcast");
    expect(() => scale(2, 3)).toThrow("at least one tensor");
  });

  it("write each call's own tensors", () => {
    const [p, q] = [filled(3, 1), filled(3, 2)];
    noGrad(() => {
      for (const k of [2, 3]) {
        scale.into([p], p, k);
        scale.into([q], q, ramp(3));
      }
    });
    expect(p.arraySync()).toEqual([10, 10, 10]);
    expect(q.arraySync()).toEqual([7, 2, 1]);
  });

  it("ask for the gradients of each call", () => {
    const [x, y] = [ramp(2).requiresGrad_(), filled(2, 3).requiresGrad_()];
    const product = (): Tensor => scale(x, y).sum();
    expect(grad(product(), [x, y]).map((g) => g.arraySync())).toEqual([
      [3, 3],
      [-2, -1],
    ]);
    expect(grad(product(), [y]).map((g) => g.arraySync())).toEqual([[-2, -1]]);
    expect(grad(scale(x.detach(), y).sum(), [y]).map((g) => g.arraySync())).toEqual([[-2, -1]]);
    expect(grad(product(), [x]).map((g) => g.arraySync())).toEqual([[3, 3]]);
  });
});

describe("the gradient of a transposed weight", () => {
  it("lies in memory as the weight does, and is what it was", () => {
    const w = ramp(2, 3).requiresGrad_();
    const x = ramp(4, 3);
    const g = ramp(4, 2);
    x.matmul(w.t()).backward(g);
    const got = w.grad as Tensor;
    expect(got.isContiguous()).toBe(true);
    const rows = g.arraySync() as number[][];
    const inputs = x.arraySync() as number[][];
    const want = [0, 1].map((o) =>
      [0, 1, 2].map((i) =>
        rows.reduce((sum, row, n) => sum + (row[o] as number) * (inputs[n]?.[i] as number), 0),
      ),
    );
    expect(got.arraySync()).toEqual(want);
  });
});
