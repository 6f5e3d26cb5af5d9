/** Node's file functions, asked for only when a file is. A browser bundle goes without them. */
import { ArgumentError } from "@flambeau/core";

/** `node:fs/promises`; throws ArgumentError where there are no files. */
export async function nodeFiles(op: string): Promise<typeof import("node:fs/promises")> {
  return import("node:fs/promises").catch((cause: unknown) => {
    throw new ArgumentError(op, "files need Node; elsewhere encode to and decode from bytes", { cause });
  });
}
