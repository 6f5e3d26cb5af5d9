// `pnpm test`: everything that must hold before a change goes in, except the native tests under sanitizers
// (`pnpm test:native`), which compile the native code a second time.
import { gpuEnvironment } from "./gpu.js";
import { runSteps } from "./steps.js";

const fromSources = ["node", "--conditions=flambeau-source", "--import=./scripts/run-sources.mjs"];

/** The backends whose answers are compared with PyTorch's. */
const conformanceBackends = ["cpu", "reference", "webgpu"];

Object.assign(process.env, gpuEnvironment());

runSteps("test", [
  { title: "native code", command: ["node", "backends/cpu/scripts/build-native.mjs"] },
  { title: "packages", command: ["turbo", "run", "build", "--concurrency=2", "--output-logs=errors-only"] },
  { title: "types", command: ["tsc", "-p", "tsconfig.json"] },
  { title: "types of the page", command: ["tsc", "-p", "examples/browser-mnist"] },
  { title: "lint and format", command: ["biome", "check"] },
  { title: "lines of code", command: [...fromSources, "scripts/count-lines.ts"] },
  { title: "arrows", command: [...fromSources, "scripts/check-arrows.ts"] },
  {
    title: "tests",
    command: [
      "vitest",
      "run",
      "--reporter=default",
      "--reporter=json",
      "--outputFile.json=.results/vitest.json",
    ],
    result: "vitest.json",
  },
  {
    title: "tests in the browser",
    command: [
      "vitest",
      "run",
      "--config",
      "vitest.browser.config.ts",
      "--reporter=default",
      "--reporter=json",
      "--outputFile.json=.results/vitest-browser.json",
    ],
    result: "vitest-browser.json",
  },
  { title: "bundle size", command: ["node", "--import=./scripts/run-sources.mjs", "scripts/bundle-size.ts"] },
  ...conformanceBackends.map((backend) => ({
    title: `conformance on ${backend}`,
    command: [
      ...fromSources,
      "packages/testing/src/cli/conformance.ts",
      "--backend",
      backend,
      "--json",
      `.results/conformance-${backend}.jsonl`,
    ],
    result: `conformance-${backend}.jsonl`,
  })),
]);
