/** From starting a process to the first gradient. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FlambeauError } from "flambeau";
import type { Row } from "./row.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const built = existsSync(join(root, "packages/flambeau/dist/index.js"));
/** As a program starts that installed the package; without a build, this process's options run the sources. */
const options = built ? [] : process.execArgv;
const program =
  'import { tensor } from "flambeau"; const x = tensor([1, 2, 3]).requiresGrad_(); ' +
  "x.mul(x).sum().backward(); x.grad.dataSync();";

export const start: readonly Row[] = [
  {
    name: `process start to first gradient${built ? "" : " (sources)"}`,
    threads: [1],
    program: { name: "start" },
    setup: () => () => {
      const args = [...options, "--input-type=module", "--eval", program];
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
      if (status !== 0)
        throw new FlambeauError("bench", `the program that starts Flambeau failed: ${stderr}`);
    },
  },
];
