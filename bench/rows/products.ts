/** Matrix products and convolutions: bound by arithmetic. */
import * as fb from "flambeau";
import type { Row } from "./row.js";

const matmul = (n: number): Row => ({
  name: `matmul ${n}`,
  flops: 2 * n ** 3,
  program: { name: "matmul", n },
  setup: () => {
    const [a, b] = [fb.randn([n, n]), fb.randn([n, n])];
    return () => a.matmul(b).dispose();
  },
});

/** A 3×3 convolution that keeps sizes and channels. */
const conv = { batch: 8, channels: 64, side: 56 };
const convFlops = 2 * 9 * conv.batch * conv.channels ** 2 * conv.side ** 2;
const label = `conv 3x3 ${conv.channels}->${conv.channels} ${conv.side}²`;

function convolution(): { x: fb.Tensor; w: fb.Tensor; b: fb.Tensor } {
  const { batch, channels, side } = conv;
  return {
    x: fb.randn([batch, channels, side, side]),
    w: fb.randn([channels, channels, 3, 3]),
    b: fb.randn([channels]),
  };
}

export const products: readonly Row[] = [
  matmul(128),
  matmul(512),
  matmul(1024),
  {
    name: label,
    flops: convFlops,
    program: { name: "conv2d", ...conv },
    setup: () => {
      const { x, w, b } = convolution();
      return () => fb.conv2d(x, w, b, { padding: 1 }).dispose();
    },
  },
  {
    name: `${label} + backward`,
    flops: 3 * convFlops,
    program: { name: "conv2dBackward", ...conv },
    setup: () => {
      const { x, w, b } = convolution();
      const inputs = [x, w, b].map((t) => t.requiresGrad_());
      const g = fb.randn(x.shape);
      return () => {
        fb.scope(() => void fb.grad(fb.conv2d(x, w, b, { padding: 1 }), inputs, { gradOutputs: g }));
      };
    },
  },
];
