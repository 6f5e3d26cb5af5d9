/** The printed result of a run: a table by area, then the failures by file. */
import type { Outcome, Status } from "./outcome.js";

type Counts = Record<Status, number> & { readonly files: Set<string> };

const emptyCounts = (): Counts => ({ files: new Set(), passed: 0, failed: 0, "not offered": 0 });

export class Report {
  readonly #areas = new Map<string, Counts>();
  readonly #failures = new Map<string, Outcome[]>();
  readonly #reasons = new Map<string, number>();

  add(outcome: Outcome): void {
    const counts = this.#areas.get(outcome.area) ?? emptyCounts();
    this.#areas.set(outcome.area, counts);
    counts.files.add(outcome.file);
    counts[outcome.status]++;
    if (outcome.status === "failed")
      this.#failures.set(outcome.file, [...(this.#failures.get(outcome.file) ?? []), outcome]);
    if (outcome.status === "not offered")
      this.#reasons.set(outcome.message, (this.#reasons.get(outcome.message) ?? 0) + 1);
  }

  get failed(): number {
    return this.#sum("failed");
  }

  #sum(status: Status): number {
    return [...this.#areas.values()].reduce((sum, counts) => sum + counts[status], 0);
  }

  table(): string {
    const rows = [...this.#areas].map(([area, c]) => [
      area,
      c.files.size,
      c.passed,
      c.failed,
      c["not offered"],
    ]);
    const files = [...this.#areas.values()].reduce((sum, c) => sum + c.files.size, 0);
    const total = ["total", files, this.#sum("passed"), this.failed, this.#sum("not offered")];
    const cells = [["area", "files", "passed", "failed", "not offered"], ...rows, total].map((row) =>
      row.map(String),
    );
    const widths = cells[0]!.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
    const line = (row: readonly string[]): string =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
    return cells.map(line).join("\n");
  }

  /** The share of the offered spellings that pass. */
  rate(): string {
    const offered = this.#sum("passed") + this.failed;
    const share = offered === 0 ? 0 : (100 * this.#sum("passed")) / offered;
    const all = offered + this.#sum("not offered");
    return `${share.toFixed(2)} % of ${offered} offered (${((100 * this.#sum("passed")) / Math.max(all, 1)).toFixed(2)} % of all ${all})`;
  }

  failures(verbose: boolean): string {
    return [...this.#failures]
      .map(([file, outcomes]) => {
        const shown = verbose ? outcomes : outcomes.slice(0, 1);
        const lines = shown.map((outcome) => `    ${outcome.case} (${outcome.via}): ${outcome.message}`);
        return [`  ${file}: ${outcomes.length} failed`, ...lines].join("\n");
      })
      .join("\n");
  }

  reasons(): string {
    return [...this.#reasons]
      .sort((a, b) => b[1] - a[1])
      .map(([reason, count]) => `  ${String(count).padStart(5)}  ${reason}`)
      .join("\n");
  }
}
