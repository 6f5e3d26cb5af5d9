/** How layers show their options. */
import { formatShape } from "@flambeau/core";

/** `name=value`, for lists as well. */
export const shown = (name: string, value: unknown): string =>
  `${name}=${Array.isArray(value) ? formatShape(value as number[]) : String(value)}`;

/** Those of the options that `own` has and that are not, or do not all have, the usual value. */
export const differing = (own: object, usual: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(usual).flatMap(([name, value]) => {
    const given = (own as Readonly<Record<string, unknown>>)[name];
    return name in own && [given].flat().some((n) => n !== value) ? [shown(name, given)] : [];
  });
