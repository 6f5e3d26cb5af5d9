/** Where case files come from: a folder laid out as they were recorded, or the packed copy in this package. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { CaseFile } from "./format.js";

export interface NamedFile {
  /** The folder the file stands in: "ops", "nn", … */
  readonly area: string;
  /** Path within the cases: "ops/add.json". */
  readonly file: string;
  readonly content: CaseFile;
}

/** The packed copy: one gzipped JSON per area, `{ [file]: content }`. Built files stand one folder higher or as deep. */
export const packedCases = ["../../conformance", "../conformance"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .reduce((first, second) => (existsSync(join(first, "ops.json.gz")) ? first : second));

const inflate = promisify(gunzip);

/** All files under `folder` whose path matches the regular expression `only`, in order of their names. Takes either layout. */
export async function* caseFiles(folder: string, only = ""): AsyncGenerator<NamedFile> {
  const wanted = new RegExp(only);
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.isDirectory()) yield* plainFiles(folder, entry.name, wanted);
    else if (entry.name.endsWith(".json.gz")) yield* packedFiles(folder, entry.name, wanted);
  }
}

async function* plainFiles(folder: string, area: string, wanted: RegExp): AsyncGenerator<NamedFile> {
  const names = (await readdir(join(folder, area))).filter((name) => name.endsWith(".json")).sort();
  for (const name of names) {
    const file = `${area}/${name}`;
    if (!wanted.test(file)) continue;
    yield { area, file, content: JSON.parse(await readFile(join(folder, file), "utf8")) as CaseFile };
  }
}

async function* packedFiles(folder: string, name: string, wanted: RegExp): AsyncGenerator<NamedFile> {
  const area = name.slice(0, -".json.gz".length);
  const bytes = await inflate(await readFile(join(folder, name)));
  const files = JSON.parse(bytes.toString("utf8")) as Record<string, CaseFile>;
  for (const [file, content] of Object.entries(files)) if (wanted.test(file)) yield { area, file, content };
}
