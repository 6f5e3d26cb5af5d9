import { uniformAt as rand, bitsAt as randBits } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { pointwise } from "./support/fused.js";
import { tensor, values, view } from "./support/tensors.js";

describe("random numbers", () => {
  // Known answers of the Random123 library's philox4x32-10: counter 0, key 0; then counter ffffffff..., key ffffffff....
  const zeros = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];

  it("are the published Philox words", () => {
    const bits = values(pointwise(() => randBits(0, 0, 0), [], [4], "int32")[0]!);
    expect(bits).toEqual(zeros.map((word) => word >>> 1));
    const floats = values(pointwise(() => rand(0, 0, 0), [], [4], "float32")[0]!);
    expect(floats).toEqual(zeros.map((word) => (word >>> 8) * 2 ** -24));
    const doubles = values(pointwise(() => rand(0, 0, 0), [], [2], "float64")[0]!);
    const pair = (hi: number, lo: number): number => (hi * 2 ** 21 + (lo >>> 11)) * 2 ** -53;
    expect(doubles).toEqual([pair(zeros[0]!, zeros[1]!), pair(zeros[2]!, zeros[3]!)]);
  });

  it("depend on the logical position alone", () => {
    const shape = [67, 41];
    const plain = values(pointwise(() => rand(7, 3, 1), [], shape, "float32")[0]!);
    const turned = view(tensor("float32", [41, 67], new Array(41 * 67).fill(0)), shape, [1, 67]);
    pointwise(() => rand(7, 3, 1), [], shape, "float32", { out: [turned] });
    expect(values(turned)).toEqual(plain);
    const flat = values(pointwise(() => rand(7, 3, 1), [], [67 * 41], "float32")[0]!);
    expect(flat).toEqual(plain);
  });

  it("use all 53 bits of seed and offset and differ between streams", () => {
    const draw = (seed: number, offset: number, stream: number): number[] =>
      values(
        pointwise((s, o) => rand(s, o, stream), [seed, offset], [8], "float32", {
          dtypes: ["int64", "int64"],
        })[0]!,
      );
    const lists = [draw(1, 0, 0), draw(1 + 2 ** 40, 0, 0), draw(1, 2 ** 40, 0), draw(1, 1, 0), draw(1, 0, 1)];
    expect(new Set(lists.map(String)).size).toBe(5);
  });

  it("are uniform", () => {
    const list = values(pointwise(() => rand(42, 0, 0), [], [100_000], "float32")[0]!);
    const mean = list.reduce((a, b) => a + b, 0) / list.length;
    const variance = list.reduce((a, b) => a + (b - mean) ** 2, 0) / list.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
    expect(Math.min(...list.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(list.every((x) => x < 1)).toBe(true);
  });
});
