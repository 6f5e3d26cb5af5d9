/** Uses worker threads in the way its argument names and then has nothing more to do. */
import { DataLoader, type Dataset, workerDataset } from "../../src/index.js";
import type { Square } from "../datasets/squares.js";
import "../device.js";

const kind = process.argv.at(-1);
const module = new URL("../datasets/squares.ts", import.meta.url);
const data = await workerDataset<Dataset<Square>>(module, { args: { length: 12 } });
const loader = new DataLoader(data, { numWorkers: 2, persistentWorkers: kind === "persistent" });

if (kind === "abandoned") await loader[Symbol.asyncIterator]().next();
else {
  for await (const _ of loader) if (kind === "break") break;
}
console.log(`done ${kind}`);
