import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../index.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "flambeau-bench-"));
afterAll(() => rmSync(folder, { recursive: true }));

function bench(...args: string[]) {
  return spawnSync(process.execPath, [...process.execArgv, script, ...args], {
    encoding: "utf8",
    env: { ...process.env, FLAMBEAU_BENCH_PYTHON: "no-such-python" },
  });
}

describe("pnpm bench", () => {
  it("times what the pattern names, alone where there is no peer, and writes JSON lines", () => {
    const json = join(folder, "out.jsonl");
    const { status, stdout, stderr } = bench(
      "^(matmul 128|a.add.b. of 16 elements)$",
      "--rounds",
      "1",
      "--json",
      json,
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(/no PyTorch: .*no-such-python.*no ratio/);
    expect(stdout).toMatch(/^matmul 128 +1 +[\d.]+ [mµ]s/m);
    expect(stdout).not.toMatch(/softmax|memory/);
    const lines = readFileSync(json, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(lines.map(({ name }) => name))).toEqual(
      new Set(["matmul 128", "a.add(b) of 16 elements"]),
    );
    for (const line of lines) {
      expect(line.median).toBeGreaterThan(0);
      expect(line.median).toBeGreaterThanOrEqual(line.least);
    }
  });

  it("lists the names when none matches", () => {
    const { status, stderr } = bench("no such benchmark");
    expect(status).toBe(1);
    expect(stderr).toMatch(/there are: matmul 128, .*memory/);
  });
});
