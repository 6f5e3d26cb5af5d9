/** `import * as fb from "flambeau"` in a page. */
import { fileURLToPath } from "node:url";
import type * as Flambeau from "flambeau";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium, type ServedPage, servePage } from "../../../scripts/browser.js";

/** The page's global object, as code that runs there sees it. */
declare const fb: typeof Flambeau;

let browser: Browser;
let served: ServedPage;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  served = await servePage(fileURLToPath(new URL("page", import.meta.url)), "flambeau");
  page = await browser.newPage();
  await page.goto(served.url);
  await page.waitForFunction(() => "fb" in globalThis);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

it("knows one device, which it opens when it is asked to", async () => {
  const fetched = () =>
    page.evaluate(() =>
      performance.getEntriesByType("resource").filter(({ name }) => name.includes("backend")),
    );
  expect(await page.evaluate(() => fb.registeredBackends())).toEqual(["webgpu"]);
  expect(await fetched()).toEqual([]);
  expect(await page.evaluate(async () => String(await fb.open("webgpu")))).toBe("webgpu");
  expect(await fetched()).toHaveLength(1);
  expect(await page.evaluate(() => String(fb.defaultDevice()))).toBe("webgpu");
});

it("computes a gradient there", async () => {
  const [loss, grad] = await page.evaluate(async () => {
    const x = fb.tensor([1, 2, 3], { requiresGrad: true });
    const y = x.square().sum();
    y.backward();
    return [await y.item(), await (x.grad as Flambeau.Tensor).array()];
  });
  expect(loss).toBe(14);
  expect(grad).toEqual([2, 4, 6]);
});

it("writes and reads safetensors as bytes", async () => {
  const read = await page.evaluate(async () => {
    const { formats } = fb;
    const bytes = await formats.encodeSafetensors({
      weight: fb.tensor([[1, 2.5]]),
      step: fb.tensor([7], { dtype: "int64" }),
    });
    const { weight, step } = formats.decodeSafetensors(bytes) as Record<"weight" | "step", Flambeau.Tensor>;
    const state = formats.decodeState(await formats.encodeState({ epoch: 3, weight }));
    const kept = (state as { weight: Flambeau.Tensor }).weight;
    return [bytes.length, await weight.array(), step.dtype, Number(await step.item()), await kept.array()];
  });
  expect(read).toEqual([expect.any(Number), [[1, 2.5]], "int64", 7, [[1, 2.5]]]);
});

it("makes batches without worker threads", async () => {
  const labels = await page.evaluate(async () => {
    const dataset = new fb.data.TensorDataset(fb.arange(10), fb.arange(10).mul(2));
    const seen: unknown[] = [];
    for await (const [x, y] of new fb.data.DataLoader(dataset, { batchSize: 4, shuffle: true, seed: 1 }))
      seen.push((await y?.sub(x as Flambeau.Tensor).array()) as number[]);
    return seen.flat();
  });
  expect((labels as number[]).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it("says where files and worker threads are not to be had", async () => {
  const message = (run: () => unknown): Promise<string> => page.evaluate(run).then(String, String);
  expect(await message(() => fb.formats.loadSafetensors("model.safetensors"))).toContain(
    "files need Node; elsewhere encode to and decode from bytes",
  );
});
