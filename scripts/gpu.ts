/** What GPU tests find on this machine: its own device and browser, or software ones that are installed for them. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.js";

const probe = ["--conditions=flambeau-source", "--import=./scripts/run-sources.mjs", "scripts/probe-gpu.ts"];

const succeeds = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, { cwd: root, stdio: "ignore" }).status === 0;

const hasDevice = (): boolean => succeeds("node", probe);
const hasBrowser = (): boolean =>
  process.env.FLAMBEAU_CHROMIUM !== undefined || succeeds("chromium", ["--version"]);

/**
 * Environment variables for GPU tests: none where a WebGPU device and a browser are there, else those of the software
 * ones, which this installs where it may. Says what is missing where it may not; the tests then fail.
 */
export function gpuEnvironment(): Record<string, string> {
  if (hasDevice() && hasBrowser()) return {};
  const run = spawnSync("bash", [join(root, "scripts/software-gpu.sh")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (run.status !== 0) return {};
  const exports = readFileSync(run.stdout.trim(), "utf8").matchAll(/^export (\w+)=(.*)$/gm);
  return Object.fromEntries([...exports].map(([, name, value]) => [name as string, value as string]));
}
