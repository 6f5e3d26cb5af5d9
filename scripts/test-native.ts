// `pnpm test:native`: the native tests, compiled with address and undefined-behaviour sanitizers.
import { join } from "node:path";
import { results, runSteps } from "./steps.js";

const ctest = [
  "ctest",
  "--test-dir",
  "backends/cpu/build/Sanitize",
  "--output-on-failure",
  "--no-tests=error",
];

runSteps("native", [
  { title: "native tests: build", command: ["node", "backends/cpu/scripts/build-native.mjs", "--sanitize"] },
  {
    title: "native tests: run",
    command: [...ctest, "--output-junit", join(results, "ctest.xml")],
    result: "ctest.xml",
  },
]);
