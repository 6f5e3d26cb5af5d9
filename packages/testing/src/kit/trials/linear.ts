/** Random matrix products, convolutions and poolings. */
import type { ConvKernel, PoolKernel } from "@flambeau/core";
import { coarse, randomOperand } from "../hostOperand.js";
import type { Seeded } from "../seeded.js";
import type { TrialMaker } from "../trial.js";
import { dtypesOf, indexDTypes, someSize } from "../trial.js";

export const matmulTrial: TrialMaker = (random, dtypes) => {
  const dtype = random.pick(dtypesOf(dtypes, "f", "i"));
  const batch = Array.from({ length: random.int(0, 2) }, () => random.int(1, 3));
  const [m, n, k] = [someSize(random), someSize(random), someSize(random)];
  const value = coarse(random);
  const a = randomOperand(random, dtype, [...batch, m, k], value, { broadcast: true });
  const b = randomOperand(random, dtype, [...batch, k, n], value, { broadcast: true });
  const bias = random.chance(0.5)
    ? randomOperand(random, dtype, [...batch, m, n], value, { broadcast: true })
    : null;
  const out = randomOperand(random, dtype, [...batch, m, n], value);
  return {
    kind: "matmul",
    title: `matmul ${dtype} [${batch}] ${m}x${k}x${n}`,
    bind: (place) => ({
      kernel: { kind: "matmul", dtype },
      a: place(a),
      b: place(b),
      bias: bias && place(bias),
      out: place(out),
    }),
  };
};

const many = (random: Seeded, count: number, low: number, high: number): number[] =>
  Array.from({ length: count }, () => random.int(low, high));

export const convTrial: TrialMaker = (random, dtypes) => {
  const dtype = random.pick(dtypesOf(dtypes, "f"));
  const dims = random.int(1, 3);
  const groups = random.int(1, 3);
  const [inner, outer, batch] = [random.int(1, 3), random.int(1, 3), random.int(1, 3)];
  const taps = many(random, dims, 1, 3);
  const stride = many(random, dims, 1, 2);
  const padding = many(random, dims, 0, 2);
  const dilation = many(random, dims, 1, 2);
  const outSizes = many(random, dims, 1, dims === 1 ? 20 : 5);
  // The least input that gives this output, and some that leave a rest no window reaches.
  const inSizes = outSizes.map((o, d) =>
    Math.max(
      1,
      (o - 1) * stride[d]! +
        dilation[d]! * (taps[d]! - 1) +
        1 -
        2 * padding[d]! +
        random.int(0, stride[d]! - 1),
    ),
  );
  const fitted = inSizes.map((size, d) =>
    Math.floor((size + 2 * padding[d]! - dilation[d]! * (taps[d]! - 1) - 1) / stride[d]! + 1),
  );
  const direction = random.pick(["forward", "inputGrad", "weightGrad"] as const);
  const value = coarse(random);
  const shapes = {
    x: [batch, groups * inner, ...inSizes],
    w: [groups * outer, inner, ...taps],
    y: [batch, groups * outer, ...fitted],
  };
  const x = randomOperand(random, dtype, shapes.x, value);
  const w = randomOperand(random, dtype, shapes.w, value);
  const y = randomOperand(random, dtype, shapes.y, value);
  const channels = { forward: groups * outer, inputGrad: groups * inner, weightGrad: null }[direction];
  const bias =
    channels !== null && random.chance(0.5) ? randomOperand(random, dtype, [channels], value) : null;
  const kernel: ConvKernel = { kind: "conv", direction, dtype, stride, padding, dilation, groups };
  return {
    kind: "conv",
    title: `conv ${direction} ${dtype} x [${shapes.x}] w [${shapes.w}] stride ${stride} padding ${padding} dilation ${dilation} groups ${groups}`,
    bind: (place) => ({ kernel, x: place(x), w: place(w), y: place(y), bias: bias && place(bias) }),
  };
};

export const poolTrial: TrialMaker = (random, dtypes) => {
  const dtype = random.pick(dtypesOf(dtypes, "f"));
  const dims = random.int(1, 3);
  const op = random.pick(["max", "avg"] as const);
  const adaptive = op === "avg" && random.chance(0.3);
  const size = many(random, dims, 1, 3);
  const stride = many(random, dims, 1, 3);
  const padding = size.map((s) => random.int(0, Math.floor(s / 2)));
  const dilation = op === "max" ? many(random, dims, 1, 2) : size.map(() => 1);
  const inSizes = size.map((s, d) => dilation[d]! * (s - 1) + 1 + random.int(0, dims === 1 ? 20 : 3));
  const outSizes = adaptive
    ? inSizes.map((i) => random.int(1, i))
    : inSizes.map(
        (i, d) => Math.floor((i + 2 * padding[d]! - dilation[d]! * (size[d]! - 1) - 1) / stride[d]!) + 1,
      );
  const lead = [random.int(1, 2), random.int(1, 3)];
  const direction = op === "avg" && random.chance(0.5) ? "backward" : "forward";
  const kernel: PoolKernel = {
    kind: "pool",
    op,
    direction,
    dtype,
    adaptive,
    size,
    stride,
    padding,
    dilation,
    countIncludePad: random.chance(0.5),
    divisor: op === "avg" && !adaptive && random.chance(0.2) ? random.int(1, 5) : null,
  };
  const value = coarse(random);
  const x = randomOperand(random, dtype, [...lead, ...inSizes], value);
  const y = randomOperand(random, dtype, [...lead, ...outSizes], value);
  const indices =
    op === "max" ? randomOperand(random, random.pick(indexDTypes(dtypes)), y.shape, value) : null;
  return {
    kind: "pool",
    title: `pool ${op} ${direction} ${dtype} x [${x.shape}] size ${size} stride ${stride} padding ${padding} dilation ${dilation}${adaptive ? " adaptive" : ""}`,
    bind: (place) => ({ kernel, x: place(x), y: place(y), indices: indices && place(indices) }),
  };
};
