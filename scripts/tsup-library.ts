import { existsSync } from "node:fs";
import { defineConfig } from "tsup";

/** The entry points of a package: paths under `dist` without extension, to source files. */
export type Entries = Record<string, string>;

/**
 * How every package is built: ES modules with declarations and source maps in `dist`, other packages left as
 * imports. Declarations are made against the built declarations of the packages below (turbo builds those first),
 * which proves that what is published fits together; hence no `flambeau-source` condition here.
 */
export function library(entry: Entries = { index: "src/index.ts" }) {
  for (const source of Object.values(entry)) {
    if (!existsSync(source))
      throw new Error(`Cannot build ${process.cwd()}: its entry point ${source} does not exist.`);
  }
  // Nobody imports a command-line program, so it needs no declarations.
  const imported = Object.entries(entry).filter(([output]) => !output.startsWith("cli/"));
  return defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    platform: "node",
    removeNodeProtocol: false,
    // Also where a program loads a package that it does not depend on, if it is installed.
    external: ["flambeau", /^@flambeau\//],
    splitting: true,
    sourcemap: true,
    clean: true,
    dts: { entry: Object.fromEntries(imported), compilerOptions: { customConditions: [] } },
  });
}
