import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("../index.ts", import.meta.url));

it("says how to get a browser where there is none, and leaves it at that", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, script, "browser: softmax"],
    { encoding: "utf8", env: { ...process.env, FLAMBEAU_CHROMIUM: "/no/such/browser" } },
  );
  expect(stderr).toBe("");
  expect(stdout).toMatch(/need Chromium.*\/no\/such\/browser/);
  expect(status).toBe(0);
});
