/** Node's file functions, asked for only when a file is. A browser bundle goes without them. */
import { ArgumentError } from "@flambeau/core";

type NodeFiles = typeof import("node:fs/promises");

/** A specifier that bundlers do not see: they would refuse to bundle the module for a page. */
const moduleName = "node:fs/promises";

/** `node:fs/promises`; throws ArgumentError where there are no files. */
export async function nodeFiles(op: string): Promise<NodeFiles> {
  const files = import(/* @vite-ignore */ /* webpackIgnore: true */ moduleName) as Promise<NodeFiles>;
  return files.catch((cause: unknown) => {
    throw new ArgumentError(op, "files need Node; elsewhere encode to and decode from bytes", { cause });
  });
}
