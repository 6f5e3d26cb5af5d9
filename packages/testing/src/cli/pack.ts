/** Packs a folder of recorded case files into this package: `pack.ts FROM`. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { caseFiles, packedCases } from "../conformance/source.js";

const from = process.argv[2];
if (!from) throw new Error("expected the folder of the case files as the only argument");

const areas = new Map<string, Record<string, unknown>>();
for await (const { area, file, content } of caseFiles(from)) {
  const files = areas.get(area) ?? {};
  files[file] = content;
  areas.set(area, files);
}
for (const [area, files] of areas) {
  await writeFile(join(packedCases, `${area}.json.gz`), gzipSync(JSON.stringify(files), { level: 9 }));
}
