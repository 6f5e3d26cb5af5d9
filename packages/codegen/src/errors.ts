/**
 * How kernels report what only they can see. The device's error record is eight words: a count of reports, then the
 * first one: code, operator, value (low, high), size, dimension.
 */
import type { Code, Words } from "./ir/builder.js";
import { u32, type Value } from "./ir/value.js";
import { opId } from "./opNames.js";

export const errorCodes = { indexOutOfRange: 1, divisionByZero: 4 } as const;

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
