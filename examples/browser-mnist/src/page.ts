/** The parts of index.html by their ids. */
export function part<T extends Element = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element with id "${id}"`);
  return found as unknown as T;
}

/** Puts a sentence in place of what cannot be shown. */
export function explain(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const notice = part("notice");
  notice.hidden = false;
  part("reason").textContent = message;
  part("lab").classList.add("idle");
  console.error(error);
}

/** "1.2 MB" */
export function megabytes(bytes: number): string {
  const amount = bytes / 1e6;
  return `${amount.toLocaleString("en", { maximumFractionDigits: amount < 10 ? 1 : 0 })} MB`;
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}%`;
