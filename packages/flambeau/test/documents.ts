/** The blocks of TypeScript in README.md and docs/*.md, and what belongs to each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What a comment in front of a block says of it. */
export type Note = "after" | "continues" | "excerpt";

export interface Block {
  readonly document: string;
  readonly line: number;
  readonly code: string;
  readonly note: { readonly kind: Note; readonly text: string } | null;
}

/** The blocks of a document, given by its path from the root. */
export function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), "utf8");
  const fence = /(?:<!--\s*(after|continues|excerpt)(?::\s*([\s\S]*?))?\s*-->\n+)?^```ts\n([\s\S]*?)^```$/gm;
  return Array.from(text.matchAll(fence), (match) => {
    const [whole, kind, note = "", code = ""] = match;
    const before = text.slice(0, match.index + whole.indexOf("```ts"));
    return {
      document,
      line: before.split("\n").length,
      code,
      note: kind === undefined ? null : { kind: kind as Note, text: note },
    };
  });
}

/** What a block runs: itself behind what it needs. */
export function program(blocks: readonly Block[], at: number): string {
  const block = blocks[at] as Block;
  if (block.note?.kind === "after") return `${block.note.text}\n${block.code}`;
  if (block.note?.kind === "continues") return `${program(blocks, at - 1)}\n${block.code}`;
  return block.code;
}
