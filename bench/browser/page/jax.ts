/** The programs in jax-js, each compiled by `jit`. Functions consume their arguments; `ref` keeps one for later. */
import { defaultDevice, init, jit, lax, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import {
  adam,
  batch,
  classes,
  columns,
  dropped,
  epsilon,
  initial,
  type LayerName,
  labels,
  layers,
  network,
  numbers,
  pixels,
  rows,
  side,
} from "./inputs.js";
import type { Library, Run } from "./library.js";

/** Reads the first number of what `forward` computes. */
const reading =
  (forward: () => np.Array): Run =>
  async () => {
    const [value] = await forward().ravel().slice([0, 1]).data();
    return value as number;
  };

const matrix = (m: number, n: number, seed = 0): np.Array =>
  np.array(numbers(m * n, -2, 2, seed)).reshape([m, n]);

type Params = Record<string, np.Array>;

function parameters(): Params {
  const made: Params = {};
  for (const [i, name] of layers.entries()) {
    const { shape, fanIn } = network[name];
    const count = shape.reduce<number>((product, size) => product * size, 1);
    made[weight(name)] = np.array(initial(count, fanIn, i / 7)).reshape([...shape]);
    const width = shape.length === 4 ? shape[0] : shape[1];
    made[bias(name)] = np
      .array(initial(width, fanIn, i / 5))
      .reshape(shape.length === 4 ? [width, 1, 1] : [width]);
  }
  return made;
}
const weight = (name: LayerName): string => `${name}.w`;
const bias = (name: LayerName): string => `${name}.b`;

function loss(params: Params, x: np.Array, y: np.Array, key: np.Array): np.Array {
  const of = (name: string): np.Array => params[name] as np.Array;
  const convolved = (input: np.Array, name: LayerName): np.Array => {
    const z = lax.convGeneralDilated(input, of(weight(name)), [1, 1], "VALID").add(of(bias(name)));
    return nn.relu(lax.reduceWindow(z, np.max, [2, 2], [2, 2]));
  };
  const [first, second] = random.split(key, 2) as unknown as [np.Array, np.Array];
  const dropout = (input: np.Array, from: np.Array): np.Array =>
    np.where(random.bernoulli(from, 1 - dropped, input.shape), input.div(1 - dropped), 0);
  const linear = (input: np.Array, name: LayerName): np.Array =>
    np.dot(input, of(weight(name))).add(of(bias(name)));
  const features = convolved(convolved(x, "conv1"), "conv2").reshape([batch, 1600]);
  const hidden = nn.relu(linear(dropout(features, first), "fc1"));
  const scores = nn.logSoftmax(linear(dropout(hidden, second), "fc2"));
  return scores
    .mul(nn.oneHot(y, classes))
    .sum()
    .mul(-1 / batch);
}

/** The loss with its gradients, and the update, each under `jit`: faster than both as one program. */
const lossAndGrads = jit((params: Params, x: np.Array, y: np.Array, key: np.Array) => {
  const [value, grads] = valueAndGrad(loss)(params, x, y, key) as [np.Array, Params];
  return { value, grads };
});

const update = jit((params: Params, grads: Params, mean: Params, square: Params, corrections: Params) => {
  const [first, second] = [corrections.first as np.Array, corrections.second as np.Array];
  const updated: { params: Params; mean: Params; square: Params } = { params: {}, mean: {}, square: {} };
  for (const name of Object.keys(params)) {
    const g = grads[name] as np.Array;
    const m = (mean[name] as np.Array).mul(adam.beta1).add(g.ref.mul(1 - adam.beta1));
    const v = (square[name] as np.Array).mul(adam.beta2).add(np.square(g).mul(1 - adam.beta2));
    const root = np.sqrt(v.ref.div(second.ref)).add(adam.epsilon);
    const change = m.ref.div(first.ref).div(root).mul(adam.lr);
    updated.params[name] = (params[name] as np.Array).sub(change);
    updated.mean[name] = m;
    updated.square[name] = v;
  }
  tree.dispose(corrections);
  return updated;
});

async function mnist(): Promise<Run> {
  const x = np.array(numbers(batch * pixels ** 2, 0, 1)).reshape([batch, 1, pixels, pixels]);
  const y = np.array(labels());
  let params = parameters();
  let mean = tree.map((p: np.Array) => np.zerosLike(p), tree.ref(params)) as Params;
  let square = tree.map((p: np.Array) => np.zerosLike(p), tree.ref(params)) as Params;
  let steps = 0;
  return async () => {
    steps++;
    const corrections = {
      first: np.array(1 - adam.beta1 ** steps),
      second: np.array(1 - adam.beta2 ** steps),
    };
    const { value, grads } = lossAndGrads(tree.ref(params), x.ref, y.ref, random.key(steps));
    ({ params, mean, square } = update(params, grads, mean, square, corrections));
    return (await value.jsAsync()) as number;
  };
}

export async function open(): Promise<Library> {
  const devices = await init("webgpu");
  if (!devices.includes("webgpu")) throw new Error("jax-js found no WebGPU device");
  defaultDevice("webgpu");
  return {
    version: "0.1.25",
    programs: {
      matmul: async () => {
        const [a, b] = [matrix(side, side), matrix(side, side, 0.5)];
        const product = jit((x: np.Array, y: np.Array) => np.matmul(x, y));
        return reading(() => product(a.ref, b.ref));
      },
      softmax: async () => {
        const x = matrix(rows, columns);
        const softmax = jit((x: np.Array) => nn.softmax(x));
        return reading(() => softmax(x.ref));
      },
      layerNorm: async () => {
        const x = matrix(rows, columns);
        const [w, b] = [np.array(numbers(columns)), np.array(numbers(columns, -2, 2, 0.5))];
        const norm = jit((x: np.Array, w: np.Array, b: np.Array) =>
          nn.standardize(x, -1, { epsilon }).mul(w).add(b),
        );
        return reading(() => norm(x.ref, w.ref, b.ref));
      },
      mnist,
    },
  };
}
