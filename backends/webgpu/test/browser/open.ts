/** A page with a device, for the tests of one file. */
import { fileURLToPath } from "node:url";
import { launchChromium, servePage } from "../../../../scripts/browser.js";
import type { TestPage } from "./page.js";

export interface OpenPage {
  /** Calls one of the functions that the page offers. */
  call<K extends keyof TestPage>(name: K, ...args: Parameters<TestPage[K]>): ReturnType<TestPage[K]>;
  close(): Promise<void>;
}

/** Arguments go as JSON, the form that recorded cases have in their files. */
export async function openTestPage(name: string): Promise<OpenPage> {
  const browser = await launchChromium();
  const served = await servePage(fileURLToPath(new URL(".", import.meta.url)), name);
  const page = await browser.newPage();
  await page.goto(served.url);
  await page.waitForFunction(() => "testPage" in globalThis);
  return {
    call: (name, ...args) =>
      page.evaluate(
        ([name, text]) => {
          const { testPage } = globalThis as unknown as { testPage: TestPage };
          return (testPage[name] as (...args: unknown[]) => unknown)(...(JSON.parse(text) as unknown[]));
        },
        [name, JSON.stringify(args)] as const,
      ) as ReturnType<TestPage[typeof name]>,
    close: async () => {
      await browser.close();
      await served.close();
    },
  };
}
