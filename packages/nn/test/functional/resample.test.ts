import "../device.js";
import { grad } from "@flambeau/autograd";
import { ArgumentError, arange, DTypeError, ShapeError } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { interpolate, upsampleBilinear, upsampleNearest } from "../../src/functional/index.js";
import { close, values } from "../kit.js";

const image = () => arange(12).square().div(10).reshape([1, 1, 3, 4]);

describe("interpolate", () => {
  it("agrees with PyTorch in every mode", () => {
    const x = image();
    close(
      interpolate(x, [2, 5], { mode: "bilinear" }),
      [0.4, 0.61, 0.95, 1.41, 1.9, 5.2, 6.25, 7.55, 8.97, 10.3],
    );
    close(
      interpolate(x, [2, 5], { mode: "bicubic", alignCorners: true }),
      [0, 0.045703, 0.2125, 0.544922, 0.9, 6.4, 7.514454, 9.012501, 10.676172, 12.1],
    );
    close(
      interpolate(x, { scaleFactor: 1.5 }),
      [
        0, 0, 0.1, 0.4, 0.4, 0.9, 0, 0, 0.1, 0.4, 0.4, 0.9, 1.6, 1.6, 2.5, 3.6, 3.6, 4.9, 6.4, 6.4, 8.1, 10,
        10, 12.1,
      ],
    );
    close(
      interpolate(x, [5, 3], { mode: "nearest-exact" }),
      [0, 0.4, 0.9, 0, 0.4, 0.9, 1.6, 3.6, 4.9, 6.4, 10, 12.1, 6.4, 10, 12.1],
    );
    close(
      interpolate(x, [2, 2], { mode: "bilinear", antialias: true }),
      [0.914286, 1.857143, 5.628572, 8.142858],
    );
    close(interpolate(x, [3, 2], { mode: "area" }), [0.05, 0.65, 2.05, 4.25, 7.25, 11.05]);
  });

  it("has PyTorch's gradient", () => {
    const x = image().requiresGrad_();
    const loss = interpolate(x, [2, 5], { mode: "bilinear" }).square().sum();
    close(
      grad([loss], [x])[0],
      [0.8745, 1.353, 2.193, 3.4845, 3.829, 4.526, 5.758, 7.657001, 10.6125, 12.225001, 15.081, 19.4865],
    );
  });

  it("keeps integers, and a batch of none", () => {
    const x = arange(4).reshape([1, 1, 4]);
    const y = upsampleNearest(x, { scaleFactor: 2 });
    expect(y.dtype).toBe("int32");
    expect(values(y)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(upsampleBilinear(image().narrow(0, 0, 0), 6).shape).toEqual([0, 1, 6, 6]);
  });

  it("refuses what does not fit together", () => {
    const x = image();
    expect(() => interpolate(x)).toThrow(ArgumentError);
    expect(() => interpolate(x, 2, 2)).toThrow(ArgumentError);
    expect(() => interpolate(x, 0)).toThrow(ArgumentError);
    expect(() => interpolate(x, 2, { mode: "linear" })).toThrow(ShapeError);
    expect(() => interpolate(x, 2, { alignCorners: true })).toThrow(ArgumentError);
    expect(() => interpolate(x.int(), 2, { mode: "bilinear" })).toThrow(DTypeError);
  });
});
