import { existsSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

/** The entry points of a package: paths under `dist` without extension, to source files. */
export type Entries = Record<string, string>;

/**
 * What is built: `bundles`, a file per entry point, which Node loads fast; `modules`, a file per source file, of which a page's
 * bundler takes only those it needs (`sideEffects` in package.json is about files). `both` puts the modules in `dist/modules`,
 * where the package's condition "browser" leads.
 */
export type Form = "bundles" | "modules" | "both";

const shared: Options = {
  format: "esm",
  target: "es2022",
  platform: "node",
  removeNodeProtocol: false,
  sourcemap: true,
};

/**
 * How every package is built: ES modules with declarations and source maps in `dist`, other packages left as
 * imports. Declarations are made against the built declarations of the packages below (turbo builds those first),
 * which proves that what is published fits together; hence no `flambeau-source` condition here.
 */
export function library(entry: Entries = { index: "src/index.ts" }, form: Form = "both") {
  for (const source of Object.values(entry)) {
    if (!existsSync(source))
      throw new Error(`Cannot build ${process.cwd()}: its entry point ${source} does not exist.`);
  }
  // Nobody imports a command-line program, so it needs no declarations.
  const imported = Object.entries(entry).filter(([output]) => !output.startsWith("cli/"));
  const dts = { entry: Object.fromEntries(imported), compilerOptions: { customConditions: [] } };
  const bundles: Options = {
    ...shared,
    entry,
    // Also where a program loads a package that it does not depend on, if it is installed.
    external: ["flambeau", /^@flambeau\//],
    splitting: true,
    clean: ["!modules/**"],
    dts,
  };
  const modules: Options = {
    ...shared,
    entry: ["src/**/*.ts", "!src/**/*.d.ts"],
    bundle: false,
    splitting: false,
    clean: true,
  };
  if (form === "bundles") return defineConfig(bundles);
  if (form === "modules") return defineConfig({ ...modules, dts });
  return defineConfig([bundles, { ...modules, outDir: "dist/modules" }]);
}
