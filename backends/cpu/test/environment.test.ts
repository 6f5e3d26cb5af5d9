import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("./support/environment.ts", import.meta.url));

/** Runs one scenario of support/environment.ts in a process with these environment variables. */
function run(scenario: string, environment: Record<string, string>): { stdout: string; stderr: string } {
  const result = spawnSync(process.execPath, [...process.execArgv, script, scenario], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  expect(result.status, result.stderr).toBe(0);
  return result;
}

it("FLAMBEAU_CPU_MEMORY_LIMIT bounds what live tensors may take, and dropped ones are collected first", () => {
  const { stdout } = run("limit", { FLAMBEAU_CPU_MEMORY_LIMIT: "64000000" });
  expect(stdout.split("\n").slice(0, 3)).toEqual([
    "dropped 1000 of 10000000 bytes",
    "OutOfMemoryError after 6",
    "room again after free",
  ]);
});

it("FLAMBEAU_DEBUG=sync lets the error of a kernel surface at the call", () => {
  expect(run("error", { FLAMBEAU_DEBUG: "sync" }).stdout).toContain("at the call: indexSelect: index 9");
  expect(run("error", { FLAMBEAU_DEBUG: "" }).stdout).toContain("at the read: indexSelect: index 9");
});

it("FLAMBEAU_DEBUG=1 prints each command", () => {
  expect(run("error", { FLAMBEAU_DEBUG: "1" }).stderr).toMatch(
    /flambeau cpu: gather indexSelect x float32\[2\] out float32\[1\] \d+ µs/,
  );
});

it("an unread promise does not lose its answer when the process has nothing else to do", () => {
  expect(run("await", {}).stdout).toContain("read 5");
});
