/** A sample of the recorded cases, run inside a browser: its WebGPU is another one than Node's. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserResults, launchChromium, type ServedPage, servePage } from "../../../../scripts/browser.js";
import type { CasePage, Ran } from "./page.js";
import { sampleCases } from "./sample.js";

const chosen = await sampleCases();
let browser: Browser;
let served: ServedPage;
let page: Page;
const ran: Ran[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  served = await servePage(fileURLToPath(new URL(".", import.meta.url)), "conformance");
  page = await browser.newPage();
  await page.goto(served.url);
  await page.waitForFunction(() => "casePage" in globalThis);
});
afterAll(async () => {
  if (ran.length > 0) writeFileSync(join(browserResults, "conformance.jsonl"), ran.map(line).join(""));
  await browser?.close();
  await served?.close();
});

const line = ({ outcome }: Ran): string => `${JSON.stringify(outcome)}\n`;

it("chooses 200 cases", () => expect(chosen).toHaveLength(200));

describe.each([...new Set(chosen.map(({ kind }) => kind))])("cases of %s", (kind) => {
  const mine = chosen.filter((choice) => choice.kind === kind);

  it.each(mine.map(({ file }) => [file.content.cases[0]?.id, file] as const))("%s", async (_, file) => {
    const results = await page.evaluate(
      (text) => (globalThis as unknown as { casePage: CasePage }).casePage.runCase(JSON.parse(text)),
      JSON.stringify(file),
    );
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
