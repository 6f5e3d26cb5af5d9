/** A sample of the recorded cases, run inside a browser: its WebGPU is another one than Node's. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserResults } from "../../../../scripts/browser.js";
import { type OpenPage, openTestPage } from "./open.js";
import type { Ran } from "./page.js";
import { sampleCases } from "./sample.js";

const chosen = await sampleCases();
let page: OpenPage;
const ran: Ran[] = [];

beforeAll(async () => {
  page = await openTestPage("conformance");
});
afterAll(async () => {
  if (ran.length > 0) writeFileSync(join(browserResults, "conformance.jsonl"), ran.map(line).join(""));
  await page?.close();
});

const line = ({ outcome }: Ran): string => `${JSON.stringify(outcome)}\n`;

it("chooses 200 cases", () => expect(chosen).toHaveLength(200));

describe.each([...new Set(chosen.map(({ kind }) => kind))])("cases of %s", (kind) => {
  const mine = chosen.filter((choice) => choice.kind === kind);

  it.each(mine.map(({ file }) => [file.content.cases[0]?.id, file] as const))("%s", async (_, file) => {
    const results = await page.call("runCase", file);
    ran.push(...results);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      expect.objectContaining({ status: "passed", message: "" }),
    ]);
  });

  it("launch such kernels", () => {
    const ids = new Set(mine.map(({ file }) => file.content.cases[0]?.id));
    const launching = ran.filter(({ outcome, launched }) => ids.has(outcome.case) && launched.includes(kind));
    // Cases without elements launch nothing.
    expect(launching.length).toBeGreaterThan(mine.length / 2);
  });
});
