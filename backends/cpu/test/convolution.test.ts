import type { ConvKernel, Operand } from "@flambeau/core";
import { expect, it } from "vitest";
import { backend, element, empty, noise, positions, tensor, values } from "./support/tensors.js";

const shapes = { x: [2, 4, 5, 6], w: [6, 2, 3, 2], y: [2, 6, 3, 6] };
const geometry = { stride: [2, 1], padding: [1, 1], dilation: [1, 2], groups: 2 };
const ints = (shape: readonly number[], seed: number): number[] =>
  noise(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ).map((v) => Math.round(v * 4));

function run(
  direction: ConvKernel["direction"],
  x: Operand,
  w: Operand,
  y: Operand,
  bias: Operand | null,
): void {
  backend.enqueue({ kernel: { kind: "conv", direction, dtype: "float32", ...geometry }, x, w, y, bias });
}

/** Every product of the convolution: position in y, in x and in w. */
function* products(): Generator<[number[], number[], number[]]> {
  for (const y of positions(shapes.y)) {
    for (const [c, i, j] of positions(shapes.w.slice(1)) as [number, number, number][]) {
      const row = y[2]! * 2 - 1 + i;
      const column = y[3]! - 1 + j * 2;
      if (row < 0 || row >= 5 || column < 0 || column >= 6) continue;
      const group = Math.floor(y[1]! / 3);
      yield [y, [y[0]!, group * 2 + c, row, column], [y[1]!, c, i, j]];
    }
  }
}

it("runs grouped, strided, padded and dilated convolutions in all three directions", () => {
  const lists = { x: ints(shapes.x, 1), w: ints(shapes.w, 2), y: ints(shapes.y, 3) };
  const bias = [1, 2, 3, 4, 5, 6];
  const [x, w, y] = (["x", "w", "y"] as const).map((name) =>
    tensor("float32", shapes[name], lists[name]),
  ) as [Operand, Operand, Operand];
  const want = {
    y: new Map(positions(shapes.y).map((p) => [p.join(), bias[p[1]!]!])),
    x: new Map(positions(shapes.x).map((p) => [p.join(), bias[p[1]!]!])),
    w: new Map(positions(shapes.w).map((p) => [p.join(), 0])),
  };
  const add = (map: Map<string, number>, at: number[], value: number): void => {
    map.set(at.join(), map.get(at.join())! + value);
  };
  for (const [py, px, pw] of products()) {
    const [vx, vw, vy] = [
      element(lists.x, shapes.x, px),
      element(lists.w, shapes.w, pw),
      element(lists.y, shapes.y, py),
    ];
    add(want.y, py, vx * vw);
    add(want.x, px, vy * vw);
    add(want.w, pw, vx * vy);
  }
  const [yOut, xOut, wOut] = [shapes.y, shapes.x, shapes.w].map((shape) => empty("float32", shape)) as [
    Operand,
    Operand,
    Operand,
  ];
  run("forward", x, w, yOut, tensor("float32", [6], bias));
  run("inputGrad", xOut, w, y, tensor("float32", [4], bias.slice(0, 4)));
  run("weightGrad", x, wOut, y, null);
  const plain = (list: Iterable<number>): number[] => [...list].map((v) => v + 0); // -0 counts as 0
  expect(plain(values(yOut))).toEqual(plain(want.y.values()));
  expect(plain(values(xOut))).toEqual(plain(want.x.values()));
  expect(plain(values(wOut))).toEqual(plain(want.w.values()));
});
