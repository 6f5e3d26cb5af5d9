/** How the numbers of one tensor are written: all alike, as PyTorch decides it. */
import type { Kind } from "../dtype.js";

export type Printable = number | bigint;

export interface NumberFormat {
  /** Characters every number takes up at least. */
  readonly width: number;
  write(value: Printable): string;
}

/** Whether the decimal expansion `digits` stands exactly half way after `kept` digits, the last kept one being even. */
const isEvenTie = (digits: string, kept: number): boolean =>
  /^50*$/.test(digits.slice(kept)) && Number(digits[kept - 1] ?? "0") % 2 === 0;

/** Fixed-point with ties to even, as C writes it; `toFixed` rounds ties up. */
export function fixed(value: number, precision: number): string {
  if (Math.abs(value) >= 1e21)
    return BigInt(value).toString() + (precision > 0 ? `.${"0".repeat(precision)}` : "");
  const exact = Math.abs(value).toFixed(60);
  const point = exact.indexOf(".");
  const digits = exact.replace(".", "");
  const rounded = isEvenTie(digits, point + precision)
    ? exact.slice(0, precision > 0 ? point + 1 + precision : point)
    : Math.abs(value).toFixed(precision);
  return value < 0 || Object.is(value, -0) ? `-${rounded}` : rounded;
}

/** Scientific notation with at least two digits of exponent and ties to even, as C writes it. */
export function scientific(value: number, precision: number): string {
  const exact = Math.abs(value).toExponential(60);
  const [mantissa, power] = exact.split("e") as [string, string];
  const tie = isEvenTie(mantissa.replace(".", ""), 1 + precision);
  const rounded = tie
    ? `${mantissa.slice(0, precision > 0 ? 2 + precision : 1)}e${power}`
    : Math.abs(value).toExponential(precision);
  const [digits, exponent] = rounded.split("e") as [string, string];
  const sign = value < 0 ? "-" : "";
  return `${sign}${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

const special = (value: number): string => (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");

function floats(values: readonly number[], precision: number, sciMode: boolean | null): NumberFormat {
  const counted = values.filter((v) => Number.isFinite(v) && v !== 0);
  const sizes = counted.map(Math.abs);
  const [most, least] = sizes.reduce(
    ([m, l], v) => [Math.max(m, v), Math.min(l, v)],
    [0, Number.POSITIVE_INFINITY],
  );
  const whole = counted.every(Number.isInteger);
  const wide = counted.length > 0 && (most / least > 1000 || most > 1e8 || (!whole && least < 1e-4));
  const sci = sciMode ?? wide;
  const finite = (v: number): string =>
    sci ? scientific(v, precision) : whole ? `${fixed(v, 0)}.` : fixed(v, precision);
  const width = counted.reduce((w, v) => Math.max(w, finite(v).length), 1);
  return {
    width,
    write: (v) => (Number.isFinite(v) ? finite(Number(v)) : special(Number(v))).padStart(width),
  };
}

/** The format for all of `values`. `sciMode` forces or forbids scientific notation; null decides by their range. */
export function numberFormat(
  values: readonly Printable[],
  kind: Kind,
  precision: number,
  sciMode: boolean | null,
): NumberFormat {
  if (kind === "f") return floats(values as readonly number[], precision, sciMode);
  const plain = (v: Printable): string => (kind === "b" ? String(Number(v) !== 0) : String(v));
  const width = values.reduce<number>((w, v) => Math.max(w, plain(v).length), 1);
  return { width, write: (v) => plain(v).padStart(width) };
}
