import { describe, expect, it } from "vitest";
import {
  arange,
  bartlettWindow,
  blackmanWindow,
  fft,
  hammingWindow,
  hannWindow,
  kaiserWindow,
  type Tensor,
} from "../device.js";

function near(got: Tensor, want: readonly number[]): void {
  expect(got.shape).toEqual([want.length]);
  (got.arraySync() as number[]).forEach((value, i) => {
    expect(value).toBeCloseTo(want[i] as number, 6);
  });
}

describe("windows", () => {
  it("agree with PyTorch's", () => {
    near(hannWindow(6), [0, 0.25, 0.75, 1, 0.75, 0.25]);
    near(hammingWindow(5, false), [0.08, 0.54, 1, 0.54, 0.08]);
    near(blackmanWindow(4), [0, 0.34, 1, 0.34]);
    near(bartlettWindow(4), [0, 0.5, 1, 0.5]);
    near(kaiserWindow(5), [5.2773437e-5, 0.10171971, 0.79293942, 0.79293942, 0.10171971]);
    expect(kaiserWindow(6, { beta: 8 }).arraySync()).toEqual(kaiserWindow(6, true, 8).arraySync());
    near(hannWindow(1), [1]);
    near(hannWindow(0), []);
  });
});

describe("fft order", () => {
  it("is shifted to ascending and back", () => {
    near(fft.fftfreq(5), [0, 0.2, 0.4, -0.4, -0.2]);
    near(fft.rfftfreq(6, { d: 0.5 }), [0, 1 / 3, 2 / 3, 1]);
    near(fft.fftshift(fft.fftfreq(5)), [-0.4, -0.2, 0, 0.2, 0.4]);
    const grid = arange(12).reshape([3, 4]);
    expect(fft.ifftshift(fft.fftshift(grid)).arraySync()).toEqual(grid.arraySync());
    expect(fft.fftshift(grid, [1]).arraySync()).toEqual(grid.roll(2, 1).arraySync());
  });
});
