import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importsOf } from "../imports.js";

test("finds every form of import, and none in strings and comments", () => {
  const dir = mkdtempSync(join(tmpdir(), "flambeau-imports-"));
  const file = join(dir, "sample.ts");
  const lines = [
    'import { a } from "static";',
    'import "effect";',
    'import type { T } from "type-only";',
    'export * from "re-export";',
    '// import { b } from "comment";',
    "const text = 'import { c } from \"string\"';",
    'const late = () => import("dynamic");',
    'type U = import("import-type").U;',
  ];
  writeFileSync(file, lines.join("\n"));
  const found = importsOf(file).map(({ specifier, dynamic, line }) => `${line} ${specifier} ${dynamic}`);
  rmSync(dir, { recursive: true });
  expect(found).toEqual([
    "1 static false",
    "2 effect false",
    "3 type-only false",
    "4 re-export false",
    "7 dynamic true",
    "8 import-type false",
  ]);
});
