import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where test runs leave their machine-readable results, for counting. */
export const results = join(root, ".results");

export interface Step {
  title: string;
  /** A program of `node_modules/.bin` or of the system, and its arguments. */
  command: readonly string[];
  /** File under `.results` that the step writes and count-results.ts can read. */
  result?: string;
}

/** How a step ended, as kept in `.results/steps-<run>.json`. */
export interface StepOutcome {
  title: string;
  ok: boolean;
  result?: string;
}

function runStep({ title, command, result }: Step): StepOutcome {
  console.log(`\n── ${title}: ${command.join(" ")}`);
  if (result !== undefined) rmSync(join(results, result), { force: true });
  const [program = "", ...args] = command;
  const path = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  const run = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: path },
    shell: process.platform === "win32",
  });
  if (run.error) console.error(`${program} could not be started: ${run.error.message}`);
  return { title, ok: run.status === 0, ...(result === undefined ? {} : { result }) };
}

/**
 * Runs every step, also after a failure, so that one run shows all that is wrong; then exits, with 1 when a step failed.
 * `name` tells this run's record apart from others.
 */
export function runSteps(name: string, steps: readonly Step[]): never {
  mkdirSync(results, { recursive: true });
  const record = join(results, `steps-${name}.json`);
  rmSync(record, { force: true });
  const outcomes = steps.map(runStep);
  writeFileSync(record, `${JSON.stringify(outcomes, null, 2)}\n`);
  console.log("");
  for (const { title, ok } of outcomes) console.log(`${ok ? "ok    " : "FAILED"}  ${title}`);
  process.exit(outcomes.every((outcome) => outcome.ok) ? 0 : 1);
}
