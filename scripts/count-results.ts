// Prints `N passed, N failed` (and `, N skipped`) over all that `pnpm test` and `pnpm test:native` left in .results,
// and exits with 1 when anything failed.
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { type Counts, countConformance, countJunit, countVitest } from "./counts.js";
import { results, type StepOutcome } from "./steps.js";

const READERS: Record<string, (text: string) => Counts> = {
  ".json": countVitest,
  ".jsonl": countConformance,
  ".xml": countJunit,
};

function countStep({ title, ok, result }: StepOutcome): Counts {
  const path = result === undefined ? undefined : join(results, result);
  const read = path === undefined ? undefined : READERS[extname(path)];
  const none = { passed: 0, failed: 0, skipped: 0 };
  const counts =
    path !== undefined && read !== undefined && existsSync(path) ? read(readFileSync(path, "utf8")) : none;
  const seen = counts.passed + counts.failed + counts.skipped > 0;
  if (result !== undefined && seen) {
    console.log(`${title}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
  // A step that went wrong as a whole (a type error, a crash) is one failure more than its tests can tell.
  if (ok || counts.failed > 0) return counts;
  console.log(`${title}: failed`);
  return { ...counts, failed: 1 };
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const run of ["test", "native"]) {
  const record = join(results, `steps-${run}.json`);
  const outcomes: StepOutcome[] = existsSync(record)
    ? (JSON.parse(readFileSync(record, "utf8")) as StepOutcome[])
    : [{ title: `the run "${run}" did not finish`, ok: false }];
  for (const outcome of outcomes) {
    const counts = countStep(outcome);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 ? 1 : 0);
