/**
 * Errors that only a shader can see. The device has one record of eight words, which shaders bind as "errors": word 0 counts
 * failing invocations, and the first of them writes [code, number of the op's name, value (low, high), size, dimension] behind it.
 * Each read takes the record along and clears it.
 */
import { errorCodes, opName } from "@flambeau/codegen";
import { FlambeauError, indexOutOfRange, integerDivisionByZero } from "@flambeau/core";

export const recordWords = 8;
export const recordBytes = recordWords * 4;

type Maker = (op: string, value: bigint, size: number, dimension: number) => FlambeauError;

const makers: Readonly<Record<number, Maker>> = {
  [errorCodes.indexOutOfRange]: indexOutOfRange,
  [errorCodes.divisionByZero]: integerDivisionByZero,
};

/** The typed error behind a record, or null when nothing failed. */
export function kernelError(record: Uint32Array): FlambeauError | null {
  const [count = 0, code = 0, op = 0, low = 0, high = 0, size = 0, dimension = 0] = record;
  if (count === 0) return null;
  const name = opName(op) ?? "webgpu";
  const value = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
  return (
    makers[code]?.(name, value, size, dimension) ?? new FlambeauError(name, `a shader reported error ${code}`)
  );
}
