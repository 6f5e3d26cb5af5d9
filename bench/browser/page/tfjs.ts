/** The programs in TensorFlow.js: its core, with the WebGPU backend. */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-backend-webgpu";
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
  (forward: () => tf.Tensor): Run =>
  async () => {
    const first = tf.tidy(() => tf.slice(tf.reshape(forward(), [-1]), 0, 1));
    const [value] = await first.data();
    first.dispose();
    return value as number;
  };

const matrix = (m: number, n: number, seed = 0): tf.Tensor2D =>
  tf.tensor2d(numbers(m * n, -2, 2, seed), [m, n]);

/** As its documentation has networks: images last by channels, filters by height and width first. */
function parameters(): Record<LayerName, { w: tf.Variable; b: tf.Variable }> {
  const made = layers.map((name, i) => {
    const { shape, fanIn } = network[name];
    const values = initial(
      shape.reduce<number>((count, size) => count * size, 1),
      fanIn,
      i / 7,
    );
    const w = tf.tidy(() => {
      const whole = tf.tensor(values, [...shape]);
      return shape.length === 4 ? tf.transpose(whole, [2, 3, 1, 0]) : whole;
    });
    const width = shape.length === 4 ? shape[0] : shape[1];
    const b = tf.tensor(initial(width, fanIn, i / 5));
    return [name, { w: tf.variable(w), b: tf.variable(b) }];
  });
  return Object.fromEntries(made);
}

async function mnist(): Promise<Run> {
  const { conv1, conv2, fc1, fc2 } = parameters();
  const x = tf.tensor4d(numbers(batch * pixels ** 2, 0, 1), [batch, pixels, pixels, 1]);
  const y = tf.oneHot(tf.tensor1d(labels(), "int32"), classes);
  const optimizer = tf.train.adam(adam.lr, adam.beta1, adam.beta2, adam.epsilon);
  const convolved = (input: tf.Tensor4D, { w, b }: { w: tf.Variable; b: tf.Variable }): tf.Tensor4D =>
    tf.relu(
      tf.maxPool(
        tf.add(tf.conv2d(input, w as unknown as tf.Tensor4D, 1, "valid"), b) as tf.Tensor4D,
        2,
        2,
        "valid",
      ),
    );
  const loss = (): tf.Scalar => {
    const features = tf.reshape(convolved(convolved(x, conv1), conv2), [batch, 1600]);
    const hidden = tf.relu(tf.add(tf.matMul(tf.dropout(features, dropped), fc1.w), fc1.b));
    const scores = tf.add(tf.matMul(tf.dropout(hidden, dropped), fc2.w), fc2.b);
    return tf.losses.softmaxCrossEntropy(y, scores);
  };
  return async () => {
    const found = optimizer.minimize(loss, true) as tf.Scalar;
    const [value] = await found.data();
    found.dispose();
    return value as number;
  };
}

export async function open(): Promise<Library> {
  await tf.setBackend("webgpu");
  await tf.ready();
  return {
    version: tf.version_core,
    programs: {
      matmul: async () => {
        const [a, b] = [matrix(side, side), matrix(side, side, 0.5)];
        return reading(() => tf.matMul(a, b));
      },
      softmax: async () => {
        const x = matrix(rows, columns);
        return reading(() => tf.softmax(x));
      },
      layerNorm: async () => {
        const x = matrix(rows, columns);
        const [w, b] = [tf.tensor1d(numbers(columns)), tf.tensor1d(numbers(columns, -2, 2, 0.5))];
        return reading(() => {
          const { mean, variance } = tf.moments(x, -1, true);
          const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
          return tf.add(tf.mul(normal, w), b);
        });
      },
      mnist,
    },
  };
}
