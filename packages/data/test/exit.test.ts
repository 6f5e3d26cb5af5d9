// A program that used workers must be able to end by itself.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("./programs/leave.ts", import.meta.url));

/** Runs a program as this test is run: how it ended and what it wrote. */
function run(...args: string[]): Promise<{ end: number | NodeJS.Signals | null; text: string }> {
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (part) => (text += part));
  child.stderr.on("data", (part) => (text += part));
  const limit = setTimeout(() => child.kill("SIGKILL"), 20_000);
  return new Promise((resolve) =>
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      resolve({ end: code ?? signal, text });
    }),
  );
}

test.each(["whole", "break", "persistent", "abandoned"])(
  "after a pass of kind %s the process ends",
  async (kind) => {
    expect(await run(kind)).toEqual({ end: 0, text: `done ${kind}\n` });
  },
  30_000,
);
