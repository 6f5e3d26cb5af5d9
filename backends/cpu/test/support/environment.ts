/** What test/environment.test.ts runs in processes of their own. */
import { FlambeauError } from "@flambeau/core";
import { backend, empty, tensor } from "./tensors.js";

function limit(): void {
  const size = 10_000_000;
  for (let i = 0; i < 1000; i++) backend.alloc(size);
  console.log(`dropped 1000 of ${size} bytes`);
  const held = [];
  try {
    for (;;) held.push(backend.alloc(size));
  } catch (error) {
    console.log(`${(error as Error).name} after ${held.length}`);
  }
  backend.free(held[0]!);
  backend.alloc(size);
  console.log("room again after free");
}

function error(): void {
  const x = tensor("float32", [2], [1, 2]);
  const out = empty("float32", [1]);
  const indices = [tensor("int32", [1], [9])];
  let where = "at the call";
  try {
    backend.enqueue({
      kernel: {
        kind: "gather",
        op: "indexSelect",
        dtype: "float32",
        coordinates: [{ index: 0 }],
        wrap: false,
      },
      x,
      indices,
      out,
    });
    where = "at the read";
    backend.readSync(out.buffer, 0, 4);
  } catch (error) {
    if (!(error instanceof FlambeauError)) throw error;
    console.log(`${where}: ${error.message}`);
  }
}

async function awaitRead(): Promise<void> {
  const buffer = backend.alloc(1);
  backend.write(buffer, 0, Uint8Array.of(5));
  console.log(`read ${(await backend.read(buffer, 0, 1))[0]}`);
}

const scenarios: Record<string, () => void | Promise<void>> = { limit, error, await: awaitRead };
await scenarios[process.argv[2]!]!();
