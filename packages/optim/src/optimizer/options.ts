/** The options of an optimizer as a table: for each its default and what it may be. */
import { ArgumentError } from "@flambeau/core";

/** What an option may be: a sentence's end ("a number of at least 0"), and the test of it. */
export interface Check {
  readonly expected: string;
  holds(value: unknown): boolean;
}

/** One row per option: default and check. */
export type OptionTable<O> = { readonly [K in keyof O]: readonly [initial: O[K], check: Check] };

const isNumber = (value: unknown): value is number => typeof value === "number";

const numbers = (expected: string, holds: (value: number) => boolean): Check => ({
  expected,
  holds: (value) => isNumber(value) && holds(value),
});

const pairs = (expected: string, holds: (a: number, b: number) => boolean): Check => ({
  expected,
  holds: (value) =>
    Array.isArray(value) && value.length === 2 && value.every(isNumber) && holds(value[0], value[1]),
});

const isFraction = (value: number): boolean => value >= 0 && value < 1;

export const anyNumber = numbers("a number", (value) => !Number.isNaN(value));
export const nonNegative = numbers("a number of at least 0", (value) => value >= 0);
export const fraction = numbers("a number in [0, 1]", (value) => value >= 0 && value <= 1);
export const count = numbers("a whole number above 0", (value) => Number.isInteger(value) && value > 0);
export const flag: Check = { expected: "true or false", holds: (value) => typeof value === "boolean" };
/** Decay rates of running averages. */
export const betas = pairs("two numbers in [0, 1)", (a, b) => isFraction(a) && isFraction(b));
export const shrinkAndGrow = pairs("a number in (0, 1) and one above 1", (a, b) => a > 0 && a < 1 && b > 1);
export const range = pairs("two numbers from 0 upwards, ascending", (a, b) => a >= 0 && a <= b);

export const oneOf = (...values: readonly (string | null)[]): Check => ({
  expected: values.map((value) => JSON.stringify(value)).join(" or "),
  holds: (value) => values.includes(value as string | null),
});

/** `check`, or null. */
export const nullable = (check: Check): Check => ({
  expected: `${check.expected} or null`,
  holds: (value) => value === null || check.holds(value),
});

export const defaultsOf = <O extends object>(table: OptionTable<O>): O =>
  Object.fromEntries(Object.entries<readonly [unknown, Check]>(table).map(([name, [v]]) => [name, v])) as O;

/** Throws ArgumentError naming the first option that the table does not have or that is not what it may be. */
export function checkOptions<O extends object>(op: string, table: OptionTable<O>, options: object): void {
  const rows = new Map(Object.entries<readonly [unknown, Check]>(table));
  for (const [name, value] of Object.entries(options)) {
    const check = rows.get(name)?.[1];
    if (check === undefined) {
      throw new ArgumentError(op, `unknown option "${name}"; expected one of ${[...rows.keys()].join(", ")}`);
    }
    if (!check.holds(value)) {
      throw new ArgumentError(op, `expected ${name} to be ${check.expected}, got ${JSON.stringify(value)}`);
    }
  }
}
