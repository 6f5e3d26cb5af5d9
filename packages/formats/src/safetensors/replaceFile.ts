/** Writing a file so that it is there whole or not at all. */
import type { FileHandle } from "node:fs/promises";
import { nodeFiles } from "./nodeFiles.js";

let made = 0;

/** Lets `write` fill a new file beside `path`, then puts it in that place. When `write` throws, nothing changes. */
export async function replaceFile(
  op: string,
  path: string | URL,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const { open, rename, rm } = await nodeFiles(op);
  const suffix = `.${process.pid}-${made++}.part`;
  const draft = path instanceof URL ? new URL(path.href + suffix) : path + suffix;
  const file = await open(draft, "wx");
  try {
    await write(file);
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}
