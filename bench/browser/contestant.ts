/** Libraries in pages of one browser, on one GPU: each in a page of its own, one at work at a time. */
import type { Browser, CDPSession, Page } from "playwright-core";
import type { Clock } from "../harness/clock.js";
import type { Contestant } from "../harness/contestant.js";
import type { ProgramName } from "./page/library.js";
import type { Contest, Sample } from "./page/main.js";

/** The page's global object, as code that runs there sees it. */
type Global = typeof globalThis & { contest: Promise<Contest> };

export interface Competitor {
  readonly name: string;
  readonly version: string;
  readonly adapter: string;
  /** Sets a program up; `value` is one number of its first result. */
  enter(program: ProgramName): Promise<{ readonly contestant: Contestant; readonly value: number }>;
  close(): Promise<void>;
}

/** Loads a library's page. Throws what the page throws. */
export async function openCompetitor(browser: Browser, url: string, name: string): Promise<Competitor> {
  const page = await browser.newPage();
  await page.goto(`${url}?library=${name}`);
  await page.waitForFunction(() => "contest" in globalThis);
  const { version, adapter } = await page.evaluate(async () => {
    const { version, adapter } = await (globalThis as Global).contest;
    return { version, adapter };
  });
  const processes = await browser.newBrowserCDPSession();
  return {
    name,
    version,
    adapter,
    enter: async (program) => {
      await page.evaluate(async (program) => (await (globalThis as Global).contest).open(program), program);
      const { value } = await sampleIn(page, 1);
      return { contestant: contestantOf(page, processes), value };
    },
    close: () => page.close(),
  };
}

const sampleIn = (page: Page, repetitions: number): Promise<Sample> =>
  page.evaluate(async (count) => (await (globalThis as Global).contest).sample(count), repetitions);

function contestantOf(page: Page, processes: CDPSession): Contestant {
  const used = async (): Promise<number> => {
    const { processInfo } = await processes.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  return {
    sample: async (repetitions: number, clock: Clock) => {
      if (clock === "wall") return (await sampleIn(page, repetitions)).seconds;
      const start = await used();
      await sampleIn(page, repetitions);
      return (await used()) - start;
    },
    close: async () => {},
  };
}
