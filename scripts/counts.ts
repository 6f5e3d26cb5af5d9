export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

interface ConformanceLine {
  area: string;
  file: string;
  case: string;
  via: string;
  status: "passed" | "failed" | "not offered";
}

/** Vitest's JSON report. A test file that broke before its first test counts as one failure. */
export function countVitest(text: string): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(text) as VitestReport;
  for (const file of report.testResults) {
    const failedBefore = counts.failed;
    for (const { status } of file.assertionResults) {
      if (status === "passed") counts.passed += 1;
      else if (status === "failed") counts.failed += 1;
      else counts.skipped += 1;
    }
    if (file.status === "failed" && counts.failed === failedBefore) counts.failed += 1;
  }
  return counts;
}

/**
 * The conformance runner's JSON lines. A case is run once per spelling (`via`): it fails when one fails, and
 * is skipped when none is offered.
 */
export function countConformance(text: string): Counts {
  const rank = { "not offered": 0, passed: 1, failed: 2 } as const;
  const worst = new Map<string, ConformanceLine["status"]>();
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const { area, file, case: id, status } = JSON.parse(line) as ConformanceLine;
    const key = JSON.stringify([area, file, id]);
    const known = worst.get(key);
    if (known === undefined || rank[status] > rank[known]) worst.set(key, status);
  }
  const statuses = [...worst.values()];
  const count = (status: ConformanceLine["status"]): number => statuses.filter((s) => s === status).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("not offered") };
}

/** ctest writes one test suite whose attributes hold the numbers. */
export function countJunit(text: string): Counts {
  const head = /<testsuite\b[^>]*>/.exec(text)?.[0] ?? "";
  const attribute = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = attribute("failures");
  const skipped = attribute("skipped") + attribute("disabled");
  return { passed: attribute("tests") - failed - skipped, failed, skipped };
}
