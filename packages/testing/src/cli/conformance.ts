#!/usr/bin/env node
/**
 * Runs recorded PyTorch answers against the library and prints what agrees:
 * `flambeau-conformance [--backend NAME] [--api MODULE] [--import MODULE] [--cases DIR] [--only PATTERN] [--json FILE] [--verbose]`.
 * `--api` names the package whose exports are called. Backend NAME is registered by the package @flambeau/NAME, or by the module that
 * `--import` names: a package, or a file by its path.
 */
import { createWriteStream } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Api } from "../conformance/api.js";
import { Report } from "../conformance/report.js";
import { runFile } from "../conformance/run.js";
import { caseFiles, packedCases } from "../conformance/source.js";

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "cpu" },
    api: { type: "string", default: "flambeau" },
    import: { type: "string" },
    cases: { type: "string", default: packedCases },
    only: { type: "string", default: "" },
    json: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});

/** What `import` takes: paths count from the current folder, not from this file. */
const located = (name: string): string =>
  name.startsWith(".") || isAbsolute(name) ? pathToFileURL(resolve(name)).href : name;

const api = (await import(located(options.api))) as Api;
await import("../reference/register.js");
const device = options.backend;
const registering = options.import ?? `@flambeau/${device.split(":")[0]}`;
await import(located(registering)).catch((error: NodeJS.ErrnoException) => {
  // The device may have been registered already, as "reference" is; `open` says so if not.
  if (options.import !== undefined || error.code !== "ERR_MODULE_NOT_FOUND") throw error;
});
await (api.open as (name: string) => Promise<unknown>)(device);
(api.setDefaultDevice as (name: string) => void)(device);

const started = performance.now();
const report = new Report();
const lines = options.json === undefined ? null : createWriteStream(options.json);
for await (const file of caseFiles(options.cases, options.only)) {
  for await (const outcome of runFile({ api, device }, file)) {
    report.add(outcome);
    lines?.write(`${JSON.stringify(outcome)}\n`);
  }
}
lines?.end();

const reasons = report.reasons();
if (reasons !== "") console.log(`Not offered:\n${reasons}\n`);
const failures = report.failures(options.verbose);
if (failures !== "") console.log(`Failed:\n${failures}\n`);
console.log(
  `${report.table()}\n\n${report.rate()} on ${device} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
);
process.exitCode = report.failed > 0 ? 1 : 0;
