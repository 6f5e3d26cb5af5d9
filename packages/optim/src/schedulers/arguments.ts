/** How schedulers take their arguments: in PyTorch's order, or any tail of them by name. */
import { ArgumentError, bindArguments } from "@flambeau/core";

/** The arguments after the optimizer as a tuple. */
export const bind = <P extends readonly unknown[]>(
  name: string,
  names: readonly string[],
  args: readonly unknown[],
): P => bindArguments(name, names, args, 0) as unknown as P;

/** Throws ArgumentError unless `holds`. */
export function expectThat(
  holds: boolean,
  name: string,
  option: string,
  expected: string,
  got: unknown,
): void {
  if (!holds) throw new ArgumentError(name, `expected ${option} to be ${expected}, got ${String(got)}`);
}

export const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;

/** One value per group: the same for all, or as listed. */
export function perGroup<T>(
  name: string,
  option: string,
  value: T | readonly T[],
  groups: number,
): readonly T[] {
  if (!Array.isArray(value)) return new Array<T>(groups).fill(value as T);
  expectThat(
    value.length === groups,
    name,
    option,
    `one value or ${groups}, one per group`,
    `${value.length}`,
  );
  return value as readonly T[];
}
