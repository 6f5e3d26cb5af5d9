/** Writing a file so that it is there whole or not at all. */
import type { FileHandle } from "node:fs/promises";

let made = 0;

/** Lets `write` fill a new file beside `path`, then puts it in that place. When `write` throws, nothing changes. */
export async function replaceFile(
  path: string | URL,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const { open, rename, rm } = await import("node:fs/promises");
  const { fileURLToPath } = await import("node:url");
  const target = path instanceof URL ? fileURLToPath(path) : path;
  const draft = `${target}.${process.pid}-${made++}.part`;
  const file = await open(draft, "wx");
  try {
    await write(file);
    await file.sync();
    await file.close();
    await rename(draft, target);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}
