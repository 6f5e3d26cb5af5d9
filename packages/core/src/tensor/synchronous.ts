/** Bodies that must not wait. */
import { ArgumentError } from "../errors.js";

/** `result`, unless it is a promise: throws ArgumentError naming `op`, and what came of the body is nobody's concern any more. */
export function synchronous<T>(op: string, result: T): T {
  if (!(result instanceof Promise)) return result;
  result.catch(() => {});
  throw new ArgumentError(
    op,
    "expected a function that returns without waiting, got one that returns a promise",
  );
}
