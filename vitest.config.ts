import { defineConfig } from "vitest/config";

const source = "flambeau-source";
const conditions = [source, "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [source, "node"] } },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "backends/*/test/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
      "bench/test/**/*.test.ts",
      "scripts/test/**/*.test.ts",
    ],
    pool: "forks",
    maxWorkers: 2,
    // Worker threads and child processes that a test starts inherit these, so that they too run the sources.
    execArgv: [
      `--conditions=${source}`,
      `--import=${new URL("scripts/run-sources.mjs", import.meta.url).href}`,
      "--expose-gc",
    ],
    passWithNoTests: true,
    testTimeout: 30_000,
  },
});
