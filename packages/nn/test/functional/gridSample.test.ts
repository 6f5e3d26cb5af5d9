import "../device.js";
import { grad } from "@flambeau/autograd";
import { ArgumentError, arange, ShapeError, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { affineGrid, type GridMode, type GridPadding, gridSample } from "../../src/functional/index.js";
import { close } from "../kit.js";

const image = () => arange(12).square().div(10).reshape([1, 1, 3, 4]);
const grid = () => tensor([-1.2, 0.3, 0.1, -0.4, 0.9, 1.5]).reshape([1, 1, 3, 2]);

const expected: readonly (readonly [GridMode, GridPadding, readonly number[]])[] = [
  ["bilinear", "zeros", [0.376, 1.494, 0]],
  ["bilinear", "border", [3.76, 1.494, 12.1]],
  ["bilinear", "reflection", [3.76, 1.494, 10.3]],
  ["bicubic", "zeros", [0.353134, 0.98896, -0.944539]],
  ["bicubic", "border", [3.884629, 0.960243, 12.331529]],
  ["bicubic", "reflection", [3.803423, 0.960243, 10.916011]],
];

describe("gridSample", () => {
  it.each(expected)("agrees with PyTorch for %s and %s", (mode, paddingMode, values) => {
    close(gridSample(image(), grid(), { mode, paddingMode, alignCorners: false }), values, 1e-5);
  });

  it("has PyTorch's gradient for the grid, 0 where a limit was met", () => {
    const g = grid().requiresGrad_();
    const sum = gridSample(image(), g, "bilinear", "reflection", false).sum();
    close(grad([sum], [g])[0], [0, 7.2, 1.24, 4.44, 0, -10.8], 1e-5);
  });

  it("gives the image back through the identity's grid", () => {
    const theta = tensor([
      [1, 0, 0],
      [0, 1, 0],
    ]).unsqueeze(0);
    for (const alignCorners of [true, false]) {
      const identity = affineGrid(theta, [1, 1, 3, 4], alignCorners);
      close(gridSample(image(), identity, { alignCorners }), image().arraySync(), 1e-5);
    }
  });

  it("maps a grid by an affine map", () => {
    const theta = tensor([
      [1, 0, 0.5],
      [0, 2, 0],
    ]).unsqueeze(0);
    close(affineGrid(theta, [1, 1, 2, 2]), [0, -1, 1, -1, 0, 1, 1, 1]);
  });

  it("refuses other ranks and names", () => {
    expect(() => gridSample(image(), grid().squeeze(0))).toThrow(ShapeError);
    expect(() => gridSample(image(), grid(), "cubic" as GridMode)).toThrow(ArgumentError);
    expect(() => affineGrid(grid(), [1, 1, 2, 2])).toThrow(ShapeError);
  });
});
