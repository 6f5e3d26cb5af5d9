import { expect, test } from "vitest";
import { countConformance, countJunit, countVitest } from "../counts.js";

test("a test file that breaks before its first test is one failure", () => {
  const file = (status: string, ...tests: string[]) => ({
    status,
    assertionResults: tests.map((each) => ({ status: each })),
  });
  const report = {
    testResults: [file("failed"), file("failed", "passed", "failed"), file("passed", "passed", "pending")],
  };
  expect(countVitest(JSON.stringify(report))).toEqual({ passed: 2, failed: 2, skipped: 1 });
});

test("a conformance case counts once, by its worst spelling", () => {
  const line = (id: string, via: string, status: string) =>
    JSON.stringify({ area: "ops", file: "add", case: id, via, status });
  const lines = [
    line("0", "function", "passed"),
    line("0", "method", "failed"),
    line("1", "function", "passed"),
    line("1", "inplace", "not offered"),
    line("2", "function", "not offered"),
  ];
  expect(countConformance(`${lines.join("\n")}\n`)).toEqual({ passed: 1, failed: 1, skipped: 1 });
});

test("ctest's JUnit report", () => {
  const suite = '<testsuite name="Linux-c++" tests="5" failures="1" disabled="1" skipped="1" hostname="">';
  expect(countJunit(`<?xml version="1.0"?>\n${suite}\n</testsuite>`)).toEqual({
    passed: 2,
    failed: 1,
    skipped: 2,
  });
});
