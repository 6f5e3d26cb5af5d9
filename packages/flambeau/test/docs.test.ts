/**
 * The code in README.md and docs/*.md runs, type-checks and prints what it says. A block of TypeScript stands for itself
 * unless a comment in front of it says otherwise:
 *
 * `<!-- after: CODE -->` runs CODE first, for names the block takes for granted;
 * `<!-- continues -->` runs the blocks before it first, back to the last that does not continue another;
 * `<!-- excerpt: PATH -->` does not run: it is a piece of that source file, word for word.
 *
 * Where a line ends in `console.log(…); // TEXT`, TEXT is what it must print.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Block, blocksOf, program, root } from "./documents.js";

/** Below the root, so that imports resolve as they do for a program in the workspace. */
const folder = join(root, ".results", "docs");

/** Lines that say what they print, made to check it. */
function checking(code: string): string {
  const checked = code.replaceAll(
    /^(\s*)console\.log\((.*)\); \/\/ (.*)$/gm,
    (_, indent: string, args: string, text: string) => `${indent}prints(${JSON.stringify(text)}, ${args});`,
  );
  const header = `import { prints } from "./prints.js";\n`;
  return `${header}${checked}\nexport {};\n`;
}

const prints = `import { strictEqual } from "node:assert";
import { format } from "node:util";

export const prints = (expected: string, ...values: unknown[]): void =>
  strictEqual(format(...values).replaceAll(/\\s*\\n\\s*/g, " "), expected);
`;

const documents = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const all = documents.map(blocksOf);
const fileOf = ({ document, line }: Block): string =>
  join(folder, `${document.replaceAll(/\W/g, "-")}-${line}.ts`);
const runnable = all.flatMap((blocks) =>
  blocks.flatMap((block, at) =>
    block.note?.kind === "excerpt" ? [] : [{ block, code: program(blocks, at) }],
  ),
);
const titled = <T>(list: readonly T[], block: (item: T) => Block): [string, T][] =>
  list.map((item) => [`${block(item).document}, line ${block(item).line}`, item]);

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "flambeau-docs-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "prints.ts"), prints);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.base.json",
      compilerOptions: {
        incremental: true,
        tsBuildInfoFile: "../../node_modules/.cache/documents.tsbuildinfo",
      },
      // The types of WebGPU, which the sources of its backend take for granted.
      include: ["*.ts", "../../backends/webgpu/src/globals.d.ts"],
    }),
  );
  for (const { block, code } of runnable) writeFileSync(fileOf(block), checking(code));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("code in the documents", () => {
  it("is there", () => expect(runnable.length).toBeGreaterThan(8));

  it.each(titled(runnable, ({ block }) => block))("%s runs", (_, { block }) => {
    const run = spawnSync(process.execPath, [...process.execArgv, fileOf(block)], {
      cwd: scratch,
      encoding: "utf8",
    });
    expect(run.status, run.stderr).toBe(0);
  });

  it("type-checks", () => {
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    const run = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.stdout).toBe("");
  }, 120_000);
});

const excerpts = all.flat().filter(({ note }) => note?.kind === "excerpt");
describe("excerpts", () => {
  it.each(titled(excerpts, (block) => block))("%s is in the source", (_, { code, note }) => {
    const source = readFileSync(join(root, (note as { text: string }).text), "utf8");
    // Line by line: an excerpt may leave lines out.
    for (const line of code.split("\n")) expect(source.split("\n")).toContain(line);
  });
});

describe("links between files", () => {
  it.each(documents)("of %s lead somewhere", (document) => {
    const text = readFileSync(join(root, document), "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "");
    const base = pathToFileURL(join(root, document));
    const missing = Array.from(text.matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, target]) => target as string)
      .map((target) => fileURLToPath(new URL(target, base)))
      .filter((path) => !existsSync(path));
    expect(missing.map((path) => relative(root, path))).toEqual([]);
  });
});
