/** safetensors on disk, a piece at a time: only Node has files. */
import type { FileHandle } from "node:fs/promises";
import { ArgumentError, bytesOf, empty, FormatError, IndexError, numelOf, type Tensor } from "@flambeau/core";
import { chunkBytes, type LoadOptions, type Metadata, tensorChunks } from "./bytes.js";
import {
  encodeHeader,
  headerLength,
  layOut,
  parseHeader,
  prefixBytes,
  type SafetensorsHeader,
  type TensorEntry,
} from "./header.js";
import { nodeFiles } from "./nodeFiles.js";
import { replaceFile } from "./replaceFile.js";

export interface ReadOptions extends LoadOptions {
  /** Reads only rows `begin` up to `end` of the first dimension. */
  rows?: readonly [begin: number, end: number];
}

/**
 * Writes tensors to a safetensors file (`safetensors.torch.save_file`). They are streamed: besides the tensors themselves
 * it takes a fixed amount of memory. The file appears at `path` only when it is complete, so a failed save leaves the
 * previous file in place. Throws FormatError for a name or metadata the format cannot hold.
 */
export async function saveSafetensors(
  path: string | URL,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Metadata = {},
): Promise<void> {
  const op = "saveSafetensors";
  const entries = layOut(Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape })));
  const header = encodeHeader(op, entries, metadata);
  await replaceFile(op, path, async (file) => {
    await file.writeFile(header);
    for (const { name } of entries) {
      for await (const chunk of tensorChunks(op, tensors[name] as Tensor)) await file.writeFile(chunk);
    }
  });
}

/** All tensors of a safetensors file (`safetensors.torch.load_file`). Throws FormatError. */
export async function loadSafetensors(
  path: string | URL,
  options: LoadOptions = {},
): Promise<Record<string, Tensor>> {
  await using file = await open("loadSafetensors", path);
  const tensors: [string, Tensor][] = [];
  for (const name of file.names) tensors.push([name, await file.tensor(name, options)]);
  return Object.fromEntries(tensors);
}

/**
 * Opens a safetensors file and reads its header; tensors are read when they are asked for (`safetensors.safe_open`).
 * Close it with `close()` or `await using`. Throws FormatError.
 */
export const openSafetensors = (path: string | URL): Promise<SafetensorsFile> =>
  open("openSafetensors", path);

async function open(op: string, path: string | URL): Promise<SafetensorsFile> {
  const { open: openFile } = await nodeFiles(op);
  const handle = await openFile(path, "r");
  try {
    const { size } = await handle.stat();
    const prefix = new Uint8Array(prefixBytes);
    await readFully(op, handle, prefix.subarray(0, Math.min(size, prefixBytes)), 0);
    const json = new Uint8Array(headerLength(op, prefix, size));
    await readFully(op, handle, json, prefixBytes);
    return new SafetensorsFile(handle, parseHeader(op, json, size - prefixBytes - json.length));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readFully(op: string, handle: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) {
      throw new FormatError(
        op,
        `the file was cut short while it was read: nothing at byte ${position + done}`,
      );
    }
    done += bytesRead;
  }
}

/** An open safetensors file. Made by `openSafetensors`. */
export class SafetensorsFile {
  readonly metadata: Metadata;
  readonly #entries: ReadonlyMap<string, TensorEntry>;
  readonly #dataStart: number;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, header: SafetensorsHeader) {
    this.#handle = handle;
    this.#dataStart = header.dataStart;
    this.#entries = new Map(header.entries.map((entry) => [entry.name, entry]));
    this.metadata = header.metadata;
  }

  /** The tensors' names, in the order of the data. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** dtype, shape and place of a tensor, without reading it. Throws ArgumentError for a name the file does not hold. */
  entry(name: string): TensorEntry {
    const found = this.#entries.get(name);
    if (found !== undefined) return found;
    throw new ArgumentError(
      "SafetensorsFile.entry",
      `the file holds no tensor named ${JSON.stringify(name)}`,
    );
  }

  /** Reads one tensor, or some rows of it. Throws ArgumentError for an unknown name, IndexError for rows out of range. */
  async tensor(name: string, options: ReadOptions = {}): Promise<Tensor> {
    const op = "SafetensorsFile.tensor";
    const { dtype, shape, begin } = this.entry(name);
    const [first, last] = options.rows ?? [0, shape[0] ?? 1];
    if (options.rows !== undefined) checkRows(op, name, options.rows, shape);
    const wanted = options.rows === undefined ? shape : [last - first, ...shape.slice(1)];
    const row = numelOf(shape.slice(1)) * bytesOf(dtype);
    const out = empty(wanted, { dtype, ...(options.device === undefined ? {} : { device: options.device }) });
    const total = out.numel * out.itemSize;
    const chunk = new Uint8Array(Math.min(total, chunkBytes));
    try {
      for (let at = 0; at < total; at += chunk.length) {
        const part = chunk.subarray(0, Math.min(chunk.length, total - at));
        await readFully(op, this.#handle, part, this.#dataStart + begin + first * row + at);
        out.device.backend.write(out.bufferFor(op), at, part);
      }
    } catch (error) {
      out.dispose();
      throw error;
    }
    return out;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function checkRows(
  op: string,
  name: string,
  rows: readonly [number, number],
  shape: readonly number[],
): void {
  const [begin, end] = rows;
  const size = shape[0];
  if (size === undefined)
    throw new IndexError(op, `tensor ${JSON.stringify(name)} has no dimension to take rows of`);
  if (Number.isInteger(begin) && Number.isInteger(end) && begin >= 0 && begin <= end && end <= size) return;
  throw new IndexError(
    op,
    `rows ${begin} to ${end} do not lie within the ${size} rows of tensor ${JSON.stringify(name)}`,
  );
}
