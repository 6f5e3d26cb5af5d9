import { existsSync } from "node:fs";
import { defineConfig } from "tsup";

/** The entry points of a package: paths under `dist` without extension, to source files. */
export type Entries = Record<string, string>;

/**
 * How every package is built: one ES module in `dist` per source file, with source maps, and bundled declarations of the
 * entry points. Files stay apart because that is how a page's bundler leaves out what the page does not use: `sideEffects`
 * in a package.json names files, and of a single file everything that calls a function when it is loaded would stay.
 * Declarations are made against the built declarations of the packages below (turbo builds those first), which proves that
 * what is published fits together; hence no `flambeau-source` condition here.
 */
export function library(entry: Entries = { index: "src/index.ts" }) {
  for (const source of Object.values(entry)) {
    if (!existsSync(source))
      throw new Error(`Cannot build ${process.cwd()}: its entry point ${source} does not exist.`);
  }
  // Nobody imports a command-line program, so it needs no declarations.
  const imported = Object.entries(entry).filter(([output]) => !output.startsWith("cli/"));
  return defineConfig({
    entry: ["src/**/*.ts", "!src/**/*.d.ts"],
    bundle: false,
    format: "esm",
    target: "es2022",
    platform: "node",
    removeNodeProtocol: false,
    sourcemap: true,
    clean: true,
    dts: { entry: Object.fromEntries(imported), compilerOptions: { customConditions: [] } },
  });
}
