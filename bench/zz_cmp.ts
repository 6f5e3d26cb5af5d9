import "@flambeau/webgpu";
import { open } from "@flambeau/core";
import { compareBackends, ReferenceBackend } from "@flambeau/testing";
const kinds = (process.argv[2] ?? "fused").split(",") as never[];
const cases = Number(process.argv[3] ?? 100);
const device = await open("webgpu");
const seed = Number(process.argv[4] ?? 0);
for (const kind of kinds) {
  const t = performance.now();
  const bad = await compareBackends(device.backend, new ReferenceBackend(0), { kinds: [kind], cases, seed });
  console.log(kind, "mismatches", bad.length, "of", cases, ((performance.now() - t) / 1000).toFixed(1), "s");
  for (const b of bad.slice(0, Number(process.argv[5] ?? 8))) console.log("  ", b.number, b.title.slice(0, 300), "|", b.message.slice(0, 1500));
}
process.exit(0);
