/** What an operation costs beside its arithmetic, the tensor it makes included. One thread: there is nothing to share. */
import * as fb from "flambeau";
import type { Row } from "./row.js";

const n = 16;
const threads = [1];

export const overhead: readonly Row[] = [
  {
    name: `a.add(b) of ${n} elements`,
    threads,
    program: { name: "add", n },
    setup: () => {
      const [a, b] = [fb.randn([n]), fb.randn([n])];
      return () => void a.add(b);
    },
  },
  {
    name: `a.add(b) of ${n}, recorded`,
    threads,
    program: { name: "addRecorded", n },
    setup: () => {
      const [a, b] = [fb.randn([n]).requiresGrad_(), fb.randn([n])];
      return () => void a.add(b);
    },
  },
  {
    name: `a.add(b) of ${n} + backward`,
    threads,
    program: { name: "addBackward", n },
    setup: () => {
      const [a, b, g] = [fb.randn([n]).requiresGrad_(), fb.randn([n]), fb.randn([n])];
      return () => {
        a.grad = null;
        a.add(b).backward(g);
      };
    },
  },
];
