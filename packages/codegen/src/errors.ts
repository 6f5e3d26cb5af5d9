/**
 * How kernels report what only they can see. A device has one record of eight words, which shaders bind as "errors": a count of
 * reports, then the first one: code, number of the operator's name, value (low, high), size, dimension. A runtime
 * takes the record along with each read and clears it.
 */
import { FlambeauError, indexOutOfRange, integerDivisionByZero } from "@flambeau/core";
import type { Code, Words } from "./ir/builder.js";
import { u32, type Value } from "./ir/value.js";
import { opId, opName } from "./opNames.js";

export const recordBytes = 32;

export const errorCodes = { indexOutOfRange: 1, divisionByZero: 4 } as const;

type Maker = (op: string, value: bigint, size: number, dimension: number) => FlambeauError;

const makers: Readonly<Record<number, Maker>> = {
  [errorCodes.indexOutOfRange]: indexOutOfRange,
  [errorCodes.divisionByZero]: integerDivisionByZero,
};

export interface Report {
  readonly code: keyof typeof errorCodes;
  readonly op: string;
  /** An i64. */
  readonly value?: Value;
  /** i32s. */
  readonly size?: Value;
  readonly dimension?: number;
}

/** Reports an error where `wrong` holds, unless another one was first. */
export function reportIf(code: Code, errors: Words, wrong: Value, report: Report): void {
  const { value, size, dimension = 0 } = report;
  const words = (x: Value | undefined): readonly Value[] =>
    x === undefined ? [u32(0), u32(0)] : [x.to("u32"), x.to("i64").shr(32).to("u32")];
  code.if(wrong, () => {
    const before = errors.atomic("add", 0, [u32(1)]);
    code.if(before.eq(0), () => {
      const said = [u32(errorCodes[report.code]), u32(opId(report.op)), ...words(value)];
      said.push(size === undefined ? u32(0) : size.to("u32"), u32(dimension));
      for (const [i, word] of said.entries()) errors.store(i + 1, word);
    });
  });
}

/** The typed error behind the words of a record, or null when nothing failed. `device` names what no operator claims. */
export function reportedError(record: Uint32Array, device: string): FlambeauError | null {
  const [count = 0, code = 0, op = 0, low = 0, high = 0, size = 0, dimension = 0] = record;
  if (count === 0) return null;
  const name = opName(op) ?? device;
  const value = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
  const make = makers[code];
  return make?.(name, value, size, dimension) ?? new FlambeauError(name, `a shader reported error ${code}`);
}
