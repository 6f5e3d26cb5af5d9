/** How properties are spelled in state dicts. */
import { ArgumentError } from "@flambeau/core";

/**
 * The state-dict key of a property, spelled as PyTorch spells it so that checkpoints exchange: `runningMean`
 * is `running_mean`, `weightIhL0` is `weight_ih_l0`; names that are not camelCase, such as `A_log`, stay.
 */
export const keyOf = (property: string): string =>
  property.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Puts a name behind a dotted prefix, which is "" at the root. */
export const dotted = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`);

/** Checks the name of something to be registered: state-dict keys are joined by dots. */
export function checkName(op: string, name: string): void {
  if (name === "" || name.includes("."))
    throw new ArgumentError(op, `expected a name that is not empty and has no dot, got "${name}"`);
}
