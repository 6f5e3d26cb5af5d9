/** The page as a person meets it: it loads, trains, is drawn on, and says so where it cannot. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserResults, launchChromium, type ServedPage, servePage } from "../../../scripts/browser.js";

const root = fileURLToPath(new URL("..", import.meta.url));
let browser: Browser;
let served: ServedPage;

beforeAll(async () => {
  execFileSync(process.execPath, [...process.execArgv, join(root, "scripts/prepareDigits.ts")], {
    cwd: root,
  });
  browser = await launchChromium();
  served = await servePage(root, "mnist");
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** What the page left in the global object, for this test to look at. */
interface Watched {
  created: number;
  losses: number[];
}

/** Counts GPU buffers from the first on, and collects each loss that the page shows. */
function watch(): void {
  const watched: Watched = { created: 0, losses: [] };
  Object.assign(globalThis, { watched });
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    watched.created++;
    return create.call(this, descriptor);
  };
  addEventListener("DOMContentLoaded", () => {
    const shown = document.getElementById("lossNow") as HTMLElement;
    new MutationObserver(() => watched.losses.push(Number(shown.textContent))).observe(shown, {
      childList: true,
    });
  });
}

const watched = (page: Page): Promise<Watched> =>
  page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);

const reached = (page: Page, step: number): Promise<unknown> =>
  page.waitForFunction((least) => Number(document.getElementById("steps")?.dataset.step) >= least, step, {
    timeout: 200_000,
  });

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The square to draw on, and its places in the window by their share of its sides. */
async function paper(page: Page): Promise<{ at(x: number, y: number): [number, number] }> {
  await page.locator("#sketch").scrollIntoViewIfNeeded();
  const box = await page.locator("#sketch").boundingBox();
  if (box === null) throw new Error("the page shows nothing to draw on");
  return { at: (x, y) => [box.x + x * box.width, box.y + y * box.height] };
}

/** Draws a one: a stroke from the top to the bottom. */
async function drawOne(page: Page): Promise<void> {
  const { at } = await paper(page);
  await page.mouse.move(...at(0.54, 0.18));
  await page.mouse.down();
  await page.mouse.move(...at(0.46, 0.82), { steps: 12 });
  await page.mouse.up();
}

const probabilities = (page: Page): Promise<number[]> =>
  page.$$eval("#bars li", (rows) => rows.map((row) => Number((row as HTMLElement).dataset.probability)));

describe("the page", () => {
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.addInitScript(watch);
    await page.goto(served.url);
    await page.waitForSelector("#lab:not(.idle)");
  });
  afterAll(() => page?.close());

  it("names the GPU and fetches no code for Node", async () => {
    expect(await page.textContent("#gpu")).toMatch(/swiftshader|gpu|\w+ \w+/i);
    const assets = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => name),
    );
    expect(assets.length).toBeGreaterThan(1);
    expect(assets.filter((name) => /node:|\.node$|worker/.test(name))).toEqual([]);
  });

  it("learns, on memory that stops growing after the first steps", async () => {
    await page.selectOption("#epochs", "1");
    await page.selectOption("#batch", "32");
    await page.click("#run");
    await reached(page, 12);
    const before = {
      ...(await watched(page)),
      reserved: await page.getAttribute("#memory", "data-reserved"),
    };
    await reached(page, 40);
    const after = { ...(await watched(page)), reserved: await page.getAttribute("#memory", "data-reserved") };
    expect(before.created).toBeGreaterThan(0);
    expect(after.created).toBe(before.created);
    expect(after.reserved).toBe(before.reserved);
    const losses = after.losses.filter(Number.isFinite);
    expect(losses[0]).toBeGreaterThan(2);
    expect(mean(losses.slice(-8))).toBeLessThan(0.8 * mean(losses.slice(0, 8)));
    expect(await page.locator("#loss polyline").count()).toBe(2);
    expect(Number(await page.textContent("#rate"))).toBeGreaterThan(0);
  });

  it("pauses, keeps its place, and goes on", async () => {
    await page.click("#run");
    await page.waitForSelector("#lab[data-state=paused]");
    const step = Number(await page.getAttribute("#steps", "data-step"));
    await page.waitForTimeout(300);
    expect(Number(await page.getAttribute("#steps", "data-step"))).toBe(step);
    await page.click("#run");
    await reached(page, step + 2);
    await page.click("#run");
    await page.waitForSelector("#lab[data-state=paused]");
  });

  it("reads a digit drawn with the mouse", async () => {
    expect(await probabilities(page)).toEqual(Array(10).fill(0));
    await drawOne(page);
    await page.waitForSelector("#bars .best");
    // The last question about the drawing has been answered when the bars rest.
    let read = await probabilities(page);
    for (let last: number[] = []; String(last) !== String(read); ) {
      last = read;
      await page.waitForTimeout(1000);
      read = await probabilities(page);
    }
    expect(Math.abs(read.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-4);
    expect(read.indexOf(Math.max(...read))).toBe(1);
    await page.screenshot({ path: join(browserResults, "desktop.png"), fullPage: true });
  });

  it("fits a phone", async () => {
    await page.setViewportSize({ width: 375, height: 812 });
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await page.screenshot({ path: join(browserResults, "phone.png"), fullPage: true });
    expect(existsSync(join(browserResults, "phone.png"))).toBe(true);
  });

  it("starts anew", async () => {
    await page.click("#clear");
    await page.click("#reset");
    await page.waitForSelector("#lab[data-state=ready]");
    expect(await page.getAttribute("#steps", "data-step")).toBe("0");
    expect(await page.textContent("#lossNow")).toBe("–");
  });

  it("reports no error", () => expect(errors).toEqual([]));
});

it("takes a finger for a pen, and does not scroll under it", async () => {
  const context = await browser.newContext({
    viewport: { width: 375, height: 812 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  await page.goto(served.url);
  await page.waitForSelector("#lab:not(.idle)");
  const { at } = await paper(page);
  const scrolled = await page.evaluate(() => scrollY);
  const finger = await context.newCDPSession(page);
  const touch = (
    type: "touchStart" | "touchMove" | "touchEnd",
    ...places: [number, number][]
  ): Promise<unknown> =>
    finger.send("Input.dispatchTouchEvent", { type, touchPoints: places.map(([x, y]) => ({ x, y })) });
  await touch("touchStart", at(0.5, 0.8));
  for (let y = 0.7; y > 0.2; y -= 0.1) await touch("touchMove", at(0.5, y));
  await touch("touchEnd");
  await page.waitForSelector("#bars .best");
  expect(await page.textContent("#verdict")).toBe("an untrained guess");
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);
  await context.close();
});

it("says what is missing where there is no WebGPU", async () => {
  const page = await browser.newPage({ viewport: { width: 375, height: 812 } });
  await page.addInitScript(() => Object.defineProperty(navigator, "gpu", { value: undefined }));
  await page.goto(served.url);
  await page.waitForSelector("#notice:not([hidden])");
  expect(await page.textContent("#reason")).toContain("this browser has no navigator.gpu");
  expect(await page.isDisabled("#run")).toBe(true);
  await page.screenshot({ path: join(browserResults, "missing.png"), fullPage: true });
  await page.close();
});
