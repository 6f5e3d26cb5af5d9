/** safetensors in memory: what a browser uses. */
import { type DeviceLike, fromBytes, packed, type Tensor } from "@flambeau/core";
import {
  encodeHeader,
  headerLength,
  layOut,
  parseHeader,
  prefixBytes,
  type SafetensorsHeader,
} from "./header.js";

export interface LoadOptions {
  /** Where the tensors are made; the default device unless given. */
  device?: DeviceLike;
}

/** String notes kept beside the tensors. */
export type Metadata = Readonly<Record<string, string>>;

/** Names, dtypes, shapes and places of a file's tensors, and its metadata. Throws FormatError. */
export function decodeSafetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  return readHeader("decodeSafetensorsHeader", bytes);
}

function readHeader(op: string, bytes: Uint8Array): SafetensorsHeader {
  const length = headerLength(op, bytes, bytes.length);
  const dataStart = prefixBytes + length;
  return parseHeader(op, bytes.subarray(prefixBytes, dataStart), bytes.length - dataStart);
}

/** The tensors of a safetensors file held in memory (`safetensors.torch.load`). Throws FormatError. */
export function decodeSafetensors(bytes: Uint8Array, options: LoadOptions = {}): Record<string, Tensor> {
  const { entries, dataStart } = readHeader("decodeSafetensors", bytes);
  return Object.fromEntries(
    entries.map(({ name, dtype, shape, begin, end }) => [
      name,
      fromBytes(bytes.subarray(dataStart + begin, dataStart + end), shape, dtype, options),
    ]),
  );
}

/**
 * The bytes of a safetensors file (`safetensors.torch.save`), laid out as the format's own library does: widest dtypes
 * first, then by name. Views are written as the contiguous tensors they stand for. Throws FormatError for a name or
 * metadata the format cannot hold.
 */
export async function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Metadata = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const op = "encodeSafetensors";
  const entries = layOut(Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape })));
  const header = encodeHeader(op, entries, metadata);
  const out = new Uint8Array(header.length + (entries.at(-1)?.end ?? 0));
  out.set(header);
  for (const { name, begin } of entries) {
    let at = header.length + begin;
    for await (const chunk of tensorChunks(op, tensors[name] as Tensor)) {
      out.set(chunk, at);
      at += chunk.length;
    }
  }
  return out;
}

/** Host memory that copying a tensor in or out takes at most. */
export const chunkBytes = 32 * 2 ** 20;

/** A tensor's bytes in row-major order, a piece at a time. */
export async function* tensorChunks(op: string, x: Tensor): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const source = packed(x);
  try {
    const start = source.offset * source.itemSize;
    const total = source.numel * source.itemSize;
    for (let at = 0; at < total; at += chunkBytes) {
      yield await source.device.backend.read(
        source.bufferFor(op),
        start + at,
        Math.min(chunkBytes, total - at),
      );
    }
  } finally {
    if (source !== x) source.dispose();
  }
}
