/** A page with a device, for the tests of one file. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { launchChromium, servePage } from "../../../../scripts/browser.js";
import type { TestPage } from "./page.js";

export interface OpenPage {
  /** Calls one of the functions that the page offers. */
  call<K extends keyof TestPage>(name: K, ...args: Parameters<TestPage[K]>): ReturnType<TestPage[K]>;
  close(): Promise<void>;
}

/** Arguments go as JSON. */
export async function openTestPage(name: string): Promise<OpenPage> {
  const browser = await launchChromium();
  const served = await servePage(fileURLToPath(new URL(".", import.meta.url)), name);
  const page: Page = await browser.newPage();
  await page.goto(served.url);
  await page.waitForFunction(() => "testPage" in globalThis);
  return {
    call: (name, ...args) =>
      page.evaluate(
        ([name, args]) => {
          const { testPage } = globalThis as unknown as {
            testPage: Record<string, (...args: unknown[]) => unknown>;
          };
          return testPage[name]?.(...(JSON.parse(args) as unknown[]));
        },
        [name, JSON.stringify(args)] as const,
      ) as ReturnType<TestPage[typeof name]>,
    close: async () => {
      await browser.close();
      await served.close();
    },
  };
}
