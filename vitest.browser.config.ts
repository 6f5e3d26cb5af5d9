import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.js";

/** Tests that drive a browser: a run of their own, since they need Chromium and take their time on a GPU in software. */
const { include: _, ...test } = base.test ?? {};

export default mergeConfig(
  { ...base, test },
  defineConfig({
    test: {
      include: ["{packages,backends,examples}/*/test/**/*.browser.ts"],
      // One page at a time: two would share the processor that stands in for the GPU.
      maxWorkers: 1,
      fileParallelism: false,
      testTimeout: 240_000,
      hookTimeout: 120_000,
      passWithNoTests: false,
    },
  }),
);
