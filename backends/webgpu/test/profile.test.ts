import { afterEach, expect, it, vi } from "vitest";
import { openBackend } from "../src/backend.js";
import { affineInPlace, asWords, plan, words } from "./support/device.js";

afterEach(() => vi.unstubAllEnvs());

async function printed(level: string): Promise<string[]> {
  vi.stubEnv("FLAMBEAU_DEBUG", level);
  const lines: string[] = [];
  const silent = vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
  const backend = await openBackend(0);
  const x = backend.alloc(4);
  backend.write(x, 0, words(1));
  for (let i = 0; i < 70; i++) backend.runtime.run(plan(affineInPlace(x, 1, 1, 1)), "fused step [1]");
  expect(asWords(await backend.read(x, 0, 4))).toEqual([71]);
  await backend.synchronize();
  await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(70));
  silent.mockRestore();
  backend.dispose();
  return lines;
}

it("FLAMBEAU_DEBUG=1 prints a line for each dispatch, with its time where the device can tell", async () => {
  const lines = (await printed("1")).filter((line) => line.includes("(affineInPlace)"));
  expect(lines).toHaveLength(70);
  for (const line of lines)
    expect(line).toMatch(/^flambeau webgpu: fused step \[1\] \(affineInPlace\)( [\d.]+ µs)?$/);
});

it("FLAMBEAU_DEBUG=3 prints each shader once as well", async () => {
  const sources = (await printed("3")).filter(
    (line) => line.includes("affineInPlace") && line.includes("@compute"),
  );
  expect(sources).toHaveLength(1);
});
