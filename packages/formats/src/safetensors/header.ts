/**
 * The header of a safetensors file: eight bytes of length, then JSON that gives each tensor's dtype, shape and place in
 * the data that follows. Both directions, without touching a tensor.
 */
import { bytesOf, type DType, FormatError, numelOf, type Shape } from "@flambeau/core";
import { dtypeNamed, spelledDTypes, spellings } from "./dtypes.js";
import { duplicateKey } from "./duplicates.js";

/** One tensor of a file: where it lies counts from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of the data. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins in the file. */
  readonly dataStart: number;
}

/** Bytes that hold the header's length. */
export const prefixBytes = 8;
/** The limit of the format's own library: longer headers are taken for damage. */
const maxHeaderBytes = 100_000_000;
const metadataKey = "__metadata__";
const openingBrace = 0x7b;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const compareText = (a: string, b: string): number => {
  const x = encoder.encode(a);
  const y = encoder.encode(b);
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
};

/** Lays tensors out one after another: widest dtypes first, which keeps each aligned, then by name. */
export function layOut(
  tensors: readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape }[],
): TensorEntry[] {
  let end = 0;
  return [...tensors]
    .sort((a, b) => spellings[b.dtype].rank - spellings[a.dtype].rank || compareText(a.name, b.name))
    .map(({ name, dtype, shape }) => {
      const begin = end;
      end = begin + numelOf(shape) * bytesOf(dtype);
      return { name, dtype, shape, begin, end };
    });
}

const surrogateAlone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function checkText(op: string, what: string, text: unknown): void {
  if (typeof text !== "string") {
    throw new FormatError(op, `expected ${what} to be a string, got ${text === null ? "null" : typeof text}`);
  }
  if (surrogateAlone.test(text)) {
    throw new FormatError(
      op,
      `${what} ${JSON.stringify(text)} holds half of a surrogate pair, which UTF-8 cannot write`,
    );
  }
}

/** Length, JSON and padding: all that stands before the data. */
export function encodeHeader(
  op: string,
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const fields: string[] = [];
  for (const [key, value] of Object.entries(metadata)) {
    checkText(op, "a metadata key", key);
    checkText(op, `the metadata value of "${key}"`, value);
  }
  if (Object.keys(metadata).length > 0) fields.push(`"${metadataKey}":${JSON.stringify(metadata)}`);
  for (const { name, dtype, shape, begin, end } of entries) {
    checkText(op, "a tensor's name", name);
    if (name === metadataKey)
      throw new FormatError(op, `the name "${metadataKey}" is reserved; give the tensor another`);
    const row = { dtype: spellings[dtype].name, shape, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(row)}`);
  }
  const json = encoder.encode(`{${fields.join(",")}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > maxHeaderBytes) {
    throw new FormatError(
      op,
      `the header would take ${length} bytes, more than the ${maxHeaderBytes} readers accept`,
    );
  }
  const out = new Uint8Array(prefixBytes + length).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(json, prefixBytes);
  return out;
}

/** The header's length from the first bytes of a file of `fileBytes` bytes; FormatError where it cannot be right. */
export function headerLength(op: string, prefix: Uint8Array, fileBytes: number): number {
  if (fileBytes < prefixBytes) {
    throw new FormatError(
      op,
      `too short: expected at least ${prefixBytes} bytes that give the header's length, got ${fileBytes}`,
    );
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset, prefixBytes).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new FormatError(
      op,
      `the header claims ${length} bytes, more than the ${maxHeaderBytes} a header may have`,
    );
  }
  if (Number(length) > fileBytes - prefixBytes) {
    throw new FormatError(
      op,
      `the header claims ${length} bytes, but only ${fileBytes - prefixBytes} follow its length`,
    );
  }
  return Number(length);
}

/** Parses and checks the JSON of a header against the number of data bytes that follow it. */
export function parseHeader(op: string, json: Uint8Array, dataBytes: number): SafetensorsHeader {
  if (json[0] !== openingBrace) throw new FormatError(op, 'the header does not begin with "{"');
  let text: string;
  let fields: unknown;
  try {
    text = decoder.decode(json);
    fields = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(op, `the header is not valid UTF-8 JSON (${(cause as Error).message})`, { cause });
  }
  const twice = duplicateKey(text);
  if (twice !== null) throw new FormatError(op, `the header holds the key ${JSON.stringify(twice)} twice`);
  let metadata: Record<string, string> = {};
  const entries: TensorEntry[] = [];
  for (const [name, field] of Object.entries(fields as object)) {
    if (name === metadataKey) metadata = parseMetadata(op, field);
    else entries.push(parseEntry(op, name, field));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkPlaces(op, entries, dataBytes);
  return { entries, metadata, dataStart: prefixBytes + json.length };
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

function parseMetadata(op: string, field: unknown): Record<string, string> {
  if (!isPlainObject(field)) throw new FormatError(op, `expected ${metadataKey} to be an object of strings`);
  for (const [key, value] of Object.entries(field)) checkText(op, `the metadata value of "${key}"`, value);
  return field as Record<string, string>;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function parseEntry(op: string, name: string, field: unknown): TensorEntry {
  const called = `tensor ${JSON.stringify(name)}`;
  if (!isPlainObject(field)) throw new FormatError(op, `expected ${called} to be described by an object`);
  const { dtype: spelled, shape, data_offsets: offsets, ...rest } = field;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined)
    throw new FormatError(op, `${called} has an unknown field ${JSON.stringify(unknown)}`);
  const dtype = typeof spelled === "string" ? dtypeNamed(spelled) : undefined;
  if (dtype === undefined) {
    const known = spelledDTypes.join(", ");
    throw new FormatError(op, `${called} has the dtype ${JSON.stringify(spelled)}; expected one of ${known}`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw new FormatError(
      op,
      `${called} has the shape ${JSON.stringify(shape)}; expected an array of non-negative integers`,
    );
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new FormatError(
      op,
      `${called} has the data_offsets ${JSON.stringify(offsets)}; expected [begin, end]`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const expected = numelOf(shape) * bytesOf(dtype);
  if (end - begin !== expected) {
    const place = `the data offsets ${begin} to ${end}`;
    throw new FormatError(
      op,
      `${called} takes ${expected} bytes by its shape [${shape.join(", ")}] and dtype ${dtype}, but has ${place}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** The data must be covered by tensors exactly: no overlap, no hole, nothing behind the last. */
function checkPlaces(op: string, entries: readonly TensorEntry[], dataBytes: number): void {
  let at = 0;
  let before = "";
  for (const { name, begin, end } of entries) {
    const called = `tensor ${JSON.stringify(name)}`;
    if (end > dataBytes) {
      throw new FormatError(
        op,
        `${called} lies out of range: it ends at byte ${end} of ${dataBytes} bytes of data`,
      );
    }
    if (begin < at)
      throw new FormatError(op, `${called} overlaps ${before}: it begins at byte ${begin}, before ${at}`);
    if (begin > at)
      throw new FormatError(op, `a hole from byte ${at} to ${begin} before ${called} belongs to no tensor`);
    at = end;
    before = called;
  }
  if (at < dataBytes)
    throw new FormatError(op, `${dataBytes - at} trailing bytes after the last tensor belong to none`);
}
