/** As much of the protobuf wire format as a small ONNX model takes. */

/** What a field may hold: a varint, text, or a nested message; a list repeats the field. */
type Value = number | string | Uint8Array;
export type Field = readonly [number: number, value: Value | readonly Value[]];

function varint(value: number): number[] {
  const bytes: number[] = [];
  // Negative numbers take ten bytes, as two's complement of 64 bits.
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function encoded(number: number, value: Value): number[] {
  if (typeof value === "number") return [...varint(number << 3), ...varint(value)];
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
}

/** A message of these fields, in order. */
export const message = (...fields: readonly Field[]): Uint8Array =>
  Uint8Array.from(
    fields.flatMap(([number, value]) =>
      (Array.isArray(value) ? (value as Value[]) : [value as Value]).flatMap((one) => encoded(number, one)),
    ),
  );
