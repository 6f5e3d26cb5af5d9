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

function sourceTrees(): [string, string][] {
  const packages = ["packages", "backends"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  const trees = packages.map((name): [string, string] => [name, join(root, name, "src")]);
  return [
    ...trees,
    ["backends/cpu (C++)", join(root, "backends/cpu/native")],
    ["codegen: WGSL's own printer", join(root, "packages/codegen/src/printers/wgsl")],
  ];
}

if (process.argv[1]?.endsWith("count-lines.ts")) {
  console.log(`${"package".padEnd(30)}${"files".padStart(7)}${"code".padStart(8)}${"comments".padStart(10)}`);
  for (const [name, dir] of sourceTrees()) {
    const { files, code, comments } = countTree(dir);
    console.log(
      `${name.padEnd(30)}${String(files).padStart(7)}${String(code).padStart(8)}${String(comments).padStart(10)}`,
    );
  }
}
