// `pnpm size`: what a page downloads to use Flambeau, bundled, minified and gzipped. Fails when what a page that trains needs of
// core, autograd, nn, optim and webgpu has grown past its limit.
import { relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import type { Rolldown } from "vite";
import { bundle } from "./bundle.js";
import { root } from "./steps.js";

interface Program {
  readonly title: string;
  readonly source: string;
  /** Most bytes after gzip. */
  readonly limit?: number;
}

interface Sizes {
  readonly minified: number;
  readonly gzipped: number;
  /** Of the gzipped bytes, those that come later than the page: nothing of it is needed before a device is opened. */
  readonly later: number;
  /** Share of each package in the code, from 0 to 1. */
  readonly shares: ReadonlyMap<string, number>;
}

/** Of a page that trains, the compiler of shaders included. */
const limit = 120_000;

const parts = ["core", "autograd", "nn", "optim", "webgpu"];

/** A page that trains: what every one of them has around its model, optimizer and loss. */
const training = (made: string, loss: string): string => `
  import * as fb from "flambeau";
  await fb.open("webgpu");
  ${made}
  for (let step = 0; step < 100; step++) {
    const loss = ${loss};
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    scheduler.step();
    console.log(await loss.item());
  }`;

const programs: readonly Program[] = [
  {
    title: "training a perceptron",
    limit,
    source: training(
      `const model = new fb.nn.Sequential(new fb.nn.Linear(784, 128), new fb.nn.ReLU(), new fb.nn.Linear(128, 10));
      const optimizer = new fb.optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
      const scheduler = new fb.optim.lrScheduler.StepLR(optimizer, 30);
      const criterion = new fb.nn.CrossEntropyLoss();`,
      "criterion.forward(model.forward(fb.randn(64, 784)), fb.randint(10, [64]))",
    ),
  },
  {
    title: "training a convolutional network",
    limit,
    source: training(
      `class Net extends fb.nn.Module {
        conv1 = new fb.nn.Conv2d(1, 32, 3);
        norm = new fb.nn.BatchNorm2d(32);
        conv2 = new fb.nn.Conv2d(32, 64, 3);
        dropout = new fb.nn.Dropout(0.25);
        head = new fb.nn.Linear(9216, 10);
        forward(x) {
          const features = this.conv2.forward(this.norm.forward(this.conv1.forward(x)).relu()).relu();
          return this.head.forward(this.dropout.forward(fb.nn.functional.maxPool2d(features, 2)).flatten(1));
        }
      }
      const model = new Net();
      const optimizer = new fb.optim.Adam(model.parameters(), { lr: 1e-3 });
      const scheduler = new fb.optim.lrScheduler.OneCycleLR(optimizer, { maxLr: 1e-2, totalSteps: 100 });`,
      "fb.nn.functional.crossEntropy(model.forward(fb.randn(64, 1, 28, 28)), fb.randint(10, [64]))",
    ),
  },
  {
    title: "training a transformer",
    limit,
    source: training(
      `const embedding = new fb.nn.Embedding(256, 64);
      const layer = new fb.nn.TransformerEncoderLayer(64, 4, { batchFirst: true });
      const model = new fb.nn.Sequential(embedding, new fb.nn.TransformerEncoder(layer, 2), new fb.nn.Linear(64, 256));
      const optimizer = new fb.optim.AdamW(model.parameters(), { lr: 3e-4 });
      const scheduler = new fb.optim.lrScheduler.CosineAnnealingLR(optimizer, 100);`,
      "fb.nn.functional.crossEntropy(model.forward(fb.randint(256, [8, 32])).flatten(0, 1), fb.randint(256, [256]))",
    ),
  },
  {
    title: `every export of ${parts.join(", ")}`,
    source: parts.map((name) => `export * as ${name} from "@flambeau/${name}";`).join("\n"),
  },
];

function packageOf(id: string): string {
  const [group, name] = relative(root, id).split(sep);
  return group === "packages" || group === "backends" ? `${name}` : "other";
}

function measure(chunks: readonly Rolldown.OutputChunk[]): Sizes {
  const code = new Map<string, number>();
  for (const { modules } of chunks)
    for (const [id, { renderedLength }] of Object.entries(modules))
      code.set(packageOf(id), (code.get(packageOf(id)) ?? 0) + renderedLength);
  const whole = [...code.values()].reduce((sum, length) => sum + length, 0);
  const gzipped = (some: readonly Rolldown.OutputChunk[]): number =>
    some.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0);
  return {
    minified: chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.code), 0),
    gzipped: gzipped(chunks),
    later: gzipped(chunks.filter((chunk) => chunk.isDynamicEntry)),
    shares: new Map([...code].map(([name, length]) => [name, length / whole])),
  };
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;

let failed = false;
for (const program of programs) {
  const { minified, gzipped, later, shares } = measure(await bundle(program.source));
  const listed = [...shares]
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => `${name} ${(100 * share).toFixed(0)}%`);
  console.log(program.title);
  console.log(
    `  ${kilobytes(gzipped)} gzipped (${kilobytes(later)} of it when the device is opened), ${kilobytes(minified)} minified`,
  );
  console.log(`  ${listed.join(", ")}`);
  if (program.limit === undefined || gzipped <= program.limit) continue;
  console.error(`  too large: at most ${kilobytes(program.limit)} were agreed on`);
  failed = true;
}
process.exit(failed ? 1 : 0);
