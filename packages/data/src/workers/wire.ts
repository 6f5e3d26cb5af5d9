/**
 * Batches between threads: element bytes in shared memory, the structure around them as plain data that says where each
 * array lies.
 */
import { type DType, isTensor, packed, type Shape } from "@flambeau/core";
import { HostTensor } from "../collate/hostTensor.js";

const arrayTypes = {
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
};
type ArrayType = keyof typeof arrayTypes;

export type Wire =
  | {
      readonly kind: "tensor";
      readonly dtype: DType;
      readonly shape: Shape;
      readonly at: number;
      readonly bytes: number;
    }
  | { readonly kind: "array"; readonly type: ArrayType; readonly at: number; readonly bytes: number }
  | { readonly kind: "list"; readonly items: readonly Wire[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Wire])[] }
  | { readonly kind: "value"; readonly value: unknown };

/** Pieces of memory and where they are to lie, one after another. */
export interface Packing {
  readonly wire: Wire;
  readonly pieces: readonly { readonly at: number; readonly data: Uint8Array }[];
  readonly bytes: number;
}

/** Enough for any element; a cache line keeps threads out of each other's way. */
const alignment = 64;

const isPlainObject = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Takes the arrays out of a structure. Other values are left to the copy that messages make. */
export async function pack(tree: unknown): Promise<Packing> {
  const pieces: { at: number; data: Uint8Array }[] = [];
  let bytes = 0;
  const place = (data: Uint8Array): { at: number; bytes: number } => {
    const at = bytes;
    pieces.push({ at, data });
    bytes = Math.ceil((at + data.byteLength) / alignment) * alignment;
    return { at, bytes: data.byteLength };
  };

  const visit = async (value: unknown): Promise<Wire> => {
    if (value === null || typeof value !== "object") return { kind: "value", value };
    if (isTensor(value)) {
      const x = packed(value);
      const data = await x.device.backend.read(
        x.bufferFor("DataLoader"),
        x.offset * x.itemSize,
        x.numel * x.itemSize,
      );
      return { kind: "tensor", dtype: x.dtype, shape: x.shape, ...place(data) };
    }
    if (value instanceof HostTensor)
      return { kind: "tensor", dtype: value.dtype, shape: value.shape, ...place(value.bytes) };
    if (ArrayBuffer.isView(value) && Object.hasOwn(arrayTypes, value.constructor.name)) {
      const data = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { kind: "array", type: value.constructor.name as ArrayType, ...place(data) };
    }
    if (Array.isArray(value)) {
      const items: Wire[] = [];
      for (const item of value) items.push(await visit(item));
      return { kind: "list", items };
    }
    if (!isPlainObject(value)) return { kind: "value", value };
    const entries: [string, Wire][] = [];
    for (const [key, item] of Object.entries(value)) entries.push([key, await visit(item)]);
    return { kind: "object", entries };
  };

  return { wire: await visit(tree), pieces, bytes };
}

/** Copies what was taken out into shared memory. */
export function fill(slab: SharedArrayBuffer, { pieces }: Packing): void {
  for (const { at, data } of pieces) new Uint8Array(slab, at, data.byteLength).set(data);
}

/**
 * The structure again. Typed arrays are copies; host tensors lie over the shared memory itself unless `own` asks for
 * copies, so they are good until it is given back.
 */
export function unpack(wire: Wire, slab: SharedArrayBuffer | null, own: boolean): unknown {
  switch (wire.kind) {
    case "tensor": {
      const shared = slab === null ? new Uint8Array(0) : new Uint8Array(slab, wire.at, wire.bytes);
      return new HostTensor(own ? new Uint8Array(shared) : shared, wire.shape, wire.dtype);
    }
    case "array": {
      const copy =
        slab === null ? new ArrayBuffer(0) : new Uint8Array(new Uint8Array(slab, wire.at, wire.bytes)).buffer;
      return new arrayTypes[wire.type](copy);
    }
    case "list":
      return wire.items.map((item) => unpack(item, slab, own));
    case "object":
      return Object.fromEntries(wire.entries.map(([key, value]) => [key, unpack(value, slab, own)]));
    case "value":
      return wire.value;
    default:
      return wire satisfies never;
  }
}
