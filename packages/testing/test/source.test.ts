import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NamedFile } from "../src/conformance/source.js";
import { caseFiles, packedCases } from "../src/conformance/source.js";

const content = { format: 1, kind: "rng", name: "r", cases: [{ id: "r/0" }] };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cases-"));
  await mkdir(join(folder, "rng"));
  await writeFile(join(folder, "rng", "b.json"), JSON.stringify(content));
  await writeFile(join(folder, "rng", "a.json"), JSON.stringify(content));
  await writeFile(join(folder, "index.json"), "{}");
  await writeFile(join(folder, "zip.json.gz"), gzipSync(JSON.stringify({ "zip/c.json": content })));
});

afterAll(() => rm(folder, { recursive: true }));

const all = async (from: string, only?: string): Promise<NamedFile[]> => {
  const files: NamedFile[] = [];
  for await (const file of caseFiles(from, only)) files.push(file);
  return files;
};

describe("caseFiles", () => {
  it("reads plain folders and packed areas alike, in order", async () => {
    const files = await all(folder);
    expect(files.map(({ area, file }) => `${area} ${file}`)).toEqual([
      "rng rng/a.json",
      "rng rng/b.json",
      "zip zip/c.json",
    ]);
    expect(files.every((file) => JSON.stringify(file.content) === JSON.stringify(content))).toBe(true);
  });

  it("takes the files that match", async () => {
    expect((await all(folder, "zip/")).map(({ file }) => file)).toEqual(["zip/c.json"]);
    expect((await all(folder, "b.json")).map(({ file }) => file)).toEqual(["rng/b.json"]);
  });

  it("holds the recorded cases of every area", async () => {
    const [add] = await all(packedCases, "ops/add.json");
    expect(add?.content).toMatchObject({ kind: "op", name: "add", call: { path: "torch.add" } });
    expect(add?.content.cases.length).toBeGreaterThan(10);
    const areas = new Set((await all(packedCases)).map(({ area }) => area));
    expect([...areas]).toEqual([
      "audio",
      "distributions",
      "lr_scheduler",
      "nn",
      "ops",
      "optim",
      "rng",
      "vision",
    ]);
  });
});
