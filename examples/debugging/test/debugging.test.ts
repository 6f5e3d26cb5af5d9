import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Pause } from "../session.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

test("a debugger stops in forward, in a hook and in backward, and sees values and a readable stack", () => {
  const node = [
    "--conditions=flambeau-source",
    `--import=${new URL("../../../scripts/run-sources.mjs", import.meta.url).href}`,
  ];
  const printed = execFileSync(process.execPath, [...node, path("../session.ts")], {
    encoding: "utf8",
    timeout: 25_000,
  });
  const { gradient, pauses } = JSON.parse(printed) as { gradient: number[]; pauses: Pause[] };
  const [forward, backward, hook] = pauses as [Pause, Pause, Pause];
  // y = 2x, z = y³: dz/dy = 3y² = [12, 48]; the hook doubles it; dz/dx = 2 · 2 · 3y².
  expect(gradient).toEqual([48, 192]);

  expect(forward.stack.slice(0, 2).join(" ")).toContain("forward");
  expect(forward.stack).toContain("run");
  expect(forward.tensors.x).toContain("[1., 2.]");
  expect(forward.tensors.y).toContain("[2., 4.]");

  expect(backward.stack[0]).toBe("backward");
  expect(backward.stack).toContain("run");
  expect(backward.tensors.result).toContain("[12., 48.]");

  expect(hook.tensors.gradient).toContain("[12., 48.]");
  expect(hook.tensors.doubled).toContain("[24., 96.]");
  expect(hook.stack).toContain("run");
});
