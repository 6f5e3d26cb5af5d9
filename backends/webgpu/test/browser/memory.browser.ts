/** Memory where nobody can ask for a garbage collection: the page's engine has to be led to it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OpenPage, openTestPage } from "./open.js";

let page: OpenPage;
beforeAll(async () => {
  page = await openTestPage("memory");
});
afterAll(() => page?.close());

it("stays bounded in a loop that waits for values and frees nothing", async () => {
  // 1280 MB in all; what else the loop leaves behind would bring about a collection near its end.
  const MB = 2 ** 20;
  expect(await page.call("dropTensors", 80)).toBeLessThan(700 * MB);
});
