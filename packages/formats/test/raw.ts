/** Builds safetensors bytes by hand, from the published description of the format, to be read or refused. */
import type { Tensor } from "@flambeau/core";

/** Length of the header, the header, the data. */
export function file(header: unknown, dataBytes = 0, declared?: bigint): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + dataBytes);
  new DataView(out.buffer).setBigUint64(0, declared ?? BigInt(json.length), true);
  out.set(json, 8);
  return out;
}

/** A tensor's elements as bytes. */
export async function bytesOfTensor(x: Tensor): Promise<Uint8Array> {
  const data = await x.device.backend.read(x.bufferFor("test"), x.offset * x.itemSize, x.numel * x.itemSize);
  return new Uint8Array(data);
}

export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
