// `pnpm lines`: lines of code per package, blank lines and comments apart, as a table.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.js";

interface Count {
  files: number;
  code: number;
  comments: number;
}

/** Counts a source in a language with C's comments; a comment at the end of a line of code is part of it. */
export function countLines(text: string): { code: number; comments: number } {
  let code = 0;
  let comments = 0;
  let inside: boolean = false;
  for (const line of text.split("\n").map((line) => line.trim())) {
    if (line === "") continue;
    const starts: boolean = !inside && line.startsWith("/*");
    if (inside || starts || line.startsWith("//")) {
      comments += 1;
      inside = (inside || starts) && !line.includes("*/");
    } else code += 1;
  }
  return { code, comments };
}

function countTree(dir: string): Count {
  const count = { files: 0, code: 0, comments: 0 };
  for (const path of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    if (!/\.(ts|cpp|h|def)$/.test(path) || path.endsWith(".d.ts")) continue;
    const { code, comments } = countLines(readFileSync(join(dir, path), "utf8"));
    count.files += 1;
    count.code += code;
    count.comments += comments;
  }
  return count;
}

const wgslPrinter = "codegen: WGSL's own printer";
/** A GPU backend is a runtime and a printer of this many lines at most; all else about GPUs is shared. */
const gpuBackendLimit = 1200;

function sourceTrees(): [string, string][] {
  const packages = ["packages", "backends"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  const trees = packages.map((name): [string, string] => [name, join(root, name, "src")]);
  return [
    ...trees,
    ["backends/cpu (C++)", join(root, "backends/cpu/native")],
    [wgslPrinter, join(root, "packages/codegen/src/printers/wgsl")],
  ];
}

if (process.argv[1]?.endsWith("count-lines.ts")) {
  const row = (name: string, ...cells: (string | number)[]): void =>
    console.log(name.padEnd(30) + cells.map((cell, i) => String(cell).padStart(i === 0 ? 7 : 9)).join(""));
  row("package", "files", "code", "comments");
  const counts = new Map(sourceTrees().map(([name, dir]) => [name, countTree(dir)]));
  for (const [name, { files, code, comments }] of counts) row(name, files, code, comments);
  const gpu = ["backends/webgpu", wgslPrinter].reduce((sum, name) => sum + (counts.get(name)?.code ?? 0), 0);
  console.log(`webgpu, runtime and printer: ${gpu} lines of code, of at most ${gpuBackendLimit}`);
  if (gpu > gpuBackendLimit) process.exitCode = 1;
}
