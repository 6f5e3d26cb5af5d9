/** Fused kernels: bound by memory, or by exponentials. */
import * as fb from "flambeau";
import type { Row } from "./row.js";

const elements = 1_000_000;
const [rows, columns] = [4096, 768];

/** A kernel of one's own, as a program writes it. */
const scaledGelu = fb.pointwise("scaledGelu", (x, w, b) => {
  const y = x.mul(w).add(b);
  return y.mul(0.5).mul(y.mul(Math.SQRT1_2).erf().add(1));
});

/** Forward and backward of an operator, from a gradient that is there already. */
function differentiated(inputs: readonly fb.Tensor[], forward: () => fb.Tensor): () => void {
  for (const x of inputs) x.requiresGrad_();
  const g = fb.randn([rows, columns]);
  return () => void fb.scope(() => void fb.grad(forward(), inputs, { gradOutputs: g }));
}

function layerNorm(): { inputs: readonly fb.Tensor[]; run: () => fb.Tensor } {
  const [x, w, b] = [fb.randn([rows, columns]), fb.randn([columns]), fb.randn([columns])];
  return { inputs: [x, w, b], run: () => fb.nn.functional.layerNorm(x, columns, w, b) };
}

export const fused: readonly Row[] = [
  {
    name: "gelu(x·w+b) 1M",
    program: { name: "gelu", n: elements },
    setup: () => {
      const [x, w, b] = [fb.randn([elements]), fb.randn([elements]), fb.randn([elements])];
      return () => scaledGelu(x, w, b).dispose();
    },
  },
  {
    name: `softmax [${rows},${columns}]`,
    program: { name: "softmax", rows, columns },
    setup: () => {
      const x = fb.randn([rows, columns]);
      return () => x.softmax(-1).dispose();
    },
  },
  {
    name: `softmax [${rows},${columns}] + backward`,
    program: { name: "softmaxBackward", rows, columns },
    setup: () => {
      const x = fb.randn([rows, columns]);
      return differentiated([x], () => x.softmax(-1));
    },
  },
  {
    name: `layer norm [${rows},${columns}]`,
    program: { name: "layerNorm", rows, columns },
    setup: () => {
      const { run } = layerNorm();
      return () => run().dispose();
    },
  },
  {
    name: `layer norm [${rows},${columns}] + backward`,
    program: { name: "layerNormBackward", rows, columns },
    setup: () => {
      const { inputs, run } = layerNorm();
      return differentiated(inputs, run);
    },
  },
];
