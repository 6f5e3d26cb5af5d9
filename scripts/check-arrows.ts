// Fails when an import or a dependency goes against the arrows between packages (arrows.ts), or is not declared.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ARROWS, DYNAMIC } from "./arrows.js";
import { importsOf } from "./imports.js";

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const problems: string[] = [];

const readManifest = (dir: string): Manifest => JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));

const runtimeDependencies = (manifest: Manifest): string[] =>
  Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies });

const packageDirs = ["packages", "backends", "examples"]
  .flatMap((group) =>
    existsSync(join(root, group)) ? readdirSync(join(root, group)).map((d) => join(root, group, d)) : [],
  )
  .filter((dir) => existsSync(join(dir, "package.json")));
const workspaceNames = new Set(packageDirs.map((dir) => readManifest(dir).name));
const rootDependencies = Object.keys(readManifest(root).devDependencies ?? {});

/** The package a specifier names (`@flambeau/core/x` → `@flambeau/core`), or null for relative paths and Node's own. */
function packageName(specifier: string): string | null {
  if (specifier.startsWith(".") || isBuiltin(specifier)) return null;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function checkDependencies(manifest: Manifest, allowed: readonly string[]): void {
  for (const name of runtimeDependencies(manifest)) {
    if (!workspaceNames.has(name) || allowed.includes(name)) continue;
    problems.push(
      `package.json of ${manifest.name} depends on ${name}; it may depend on ${listed(allowed)}.`,
    );
  }
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "no package of the workspace" : `${names.join(", ")} only`;

function checkSource(file: string, dir: string, manifest: Manifest, allowed: readonly string[]): void {
  const shown = relative(root, file).split(sep).join("/");
  const inPackage = relative(dir, file).split(sep).join("/");
  const isTest = inPackage.startsWith("test/");
  const dynamicHome = DYNAMIC[manifest.name];
  const declared = runtimeDependencies(manifest);
  if (isTest) declared.push(...Object.keys(manifest.devDependencies ?? {}), ...rootDependencies);

  for (const { specifier, dynamic, line } of importsOf(file)) {
    const at = `${shown}:${line} imports "${specifier}"`;
    const name = packageName(specifier);
    if (specifier.startsWith(".") && !isTest && !resolve(dirname(file), specifier).startsWith(dir + sep)) {
      problems.push(`${at}, which lies outside its package; import that package by its name.`);
    }
    if (name === null || name === manifest.name) continue;
    if (dynamic && dynamicHome !== undefined && inPackage.startsWith(dynamicHome)) continue;
    if (!isTest && workspaceNames.has(name) && !allowed.includes(name)) {
      problems.push(`${at}, against the arrows: ${manifest.name} may import ${listed(allowed)}.`);
    } else if (!declared.includes(name)) {
      problems.push(`${at}, but package.json of ${manifest.name} does not list ${name} as a dependency.`);
    }
  }
}

function sourcesOf(dir: string): string[] {
  const skipped = /(^|[\\/])(node_modules|dist|build|\.turbo)[\\/]|^(tsup|vite)\.config\.ts$|\.d\.ts$/;
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.[cm]?tsx?$/.test(path) && !skipped.test(path))
    .map((path) => join(dir, path));
}

let files = 0;
for (const dir of packageDirs) {
  const manifest = readManifest(dir);
  const allowed = ARROWS[manifest.name];
  if (allowed === undefined) {
    problems.push(
      `${manifest.name} (${relative(root, dir)}) has no row in scripts/arrows.ts: say what it may import.`,
    );
    continue;
  }
  checkDependencies(manifest, allowed);
  for (const file of sourcesOf(dir)) {
    files += 1;
    checkSource(file, dir, manifest, allowed);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`Imports of ${files} files in ${packageDirs.length} packages follow the arrows.`);
