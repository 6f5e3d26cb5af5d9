/** What tests in a browser need: Chromium with WebGPU, in software where there is no GPU, and a built page to load. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { build, defaultClientConditions, type InlineConfig, preview } from "vite";
import { results } from "./steps.js";

/** Where browser tests leave what they built and photographed. */
export const browserResults = join(results, "browser");

const flags = [
  "--no-sandbox",
  "--headless=new",
  "--disable-gpu-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser at FLAMBEAU_CHROMIUM, else Debian's. Throws a sentence that says how to get one. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.FLAMBEAU_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(
      `Browser tests need Chromium, and there is none at ${executablePath}. On Debian 12 scripts/software-gpu.sh installs it; ` +
        "elsewhere install Chromium or Chrome and name its program in FLAMBEAU_CHROMIUM.",
    );
  }
  return chromium.launch({ executablePath, args: flags });
}

export interface ServedPage {
  readonly url: string;
  /** The folder of the built page: files put there are served too. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Builds the page of `root`/index.html from the sources and serves it on localhost, where WebGPU is allowed. */
export async function servePage(root: string, name: string): Promise<ServedPage> {
  const folder = join(browserResults, name);
  const config = {
    root,
    logLevel: "warn",
    resolve: { conditions: ["flambeau-source", ...defaultClientConditions] },
    build: { outDir: folder, emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 2000 },
  } satisfies InlineConfig;
  await build(config);
  const server = await preview({ ...config, preview: { host: "localhost", port: 0, open: false } });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error(`the page ${name} is served nowhere on localhost`);
  return { url, folder, close: () => server.close() };
}
