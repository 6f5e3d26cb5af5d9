/** Times Flambeau, jax-js and TensorFlow.js in one headless Chromium, on the same adapter. */
import { fileURLToPath } from "node:url";
import { launchChromium, servePage } from "../../scripts/browser.js";
import type { Contestant } from "../harness/contestant.js";
import { interleave, type Timing } from "../harness/interleave.js";
import { formatResult, heading, type Result, resultOf } from "../harness/result.js";
import { type Competitor, openCompetitor } from "./contestant.js";
import type { BrowserRow } from "./rows.js";

const names = ["flambeau", "jax-js", "tfjs"] as const;

export interface BrowserResult extends Result {
  readonly browser: string;
  readonly adapter: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Longer turns than elsewhere: a page's clock counts in tenths of milliseconds. */
const turn = 0.1;

/** One benchmark. Throws when the libraries do not compute the same. */
async function time(row: BrowserRow, competitors: readonly Competitor[], timing: Timing): Promise<Result> {
  const contestants: Contestant[] = [];
  let own: number | null = null;
  for (const { name, enter } of competitors) {
    const { contestant, value } = await enter(row.program);
    own ??= value;
    if (!(Math.abs(value - own) <= row.tolerance))
      throw new Error(`${row.name}: ${name} finds ${value} where Flambeau finds ${own}`);
    contestants.push(contestant);
  }
  const peers = competitors.slice(1).map(({ name }) => name);
  return resultOf(row, 1, peers, await interleave(contestants, timing));
}

/** Prints a line for each benchmark and hands over its result. Says what is missing where there is no browser. */
export async function compareInBrowser(
  rows: readonly BrowserRow[],
  timing: Timing,
  report: (result: BrowserResult) => void,
): Promise<void> {
  const browser = await launchChromium().catch((error: Error) => console.log(error.message));
  if (browser === undefined) return;
  const page = await servePage(fileURLToPath(new URL(".", import.meta.url)), "bench");
  try {
    const competitors: Competitor[] = [];
    for (const name of names) competitors.push(await openCompetitor(browser, page.url, name));
    const versions = Object.fromEntries(competitors.map(({ name, version }) => [name, version]));
    const setting = {
      browser: `Chromium ${browser.version()}`,
      adapter: competitors[0]?.adapter ?? "",
      versions,
    };
    console.log(
      `\n${setting.browser}, ${setting.adapter}; ${names.map((name) => `${name}: ${versions[name]}`).join(", ")}`,
    );
    console.log(heading(names.slice(1)));
    for (const row of rows) {
      const result = await time(row, competitors, { ...timing, turn });
      console.log(formatResult(result));
      report({ ...result, ...setting });
    }
  } finally {
    await browser.close();
    await page.close();
  }
}
