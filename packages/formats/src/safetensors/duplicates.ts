/** Finds keys given twice, which JSON.parse lets pass and readers of the format must not. */

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The first key that an object of a valid JSON text holds twice, or null. */
export function duplicateKey(json: string): string | null {
  const open: (Set<string> | null)[] = [];
  let text: string | null = null;
  for (const [found] of json.matchAll(token)) {
    if (found === "{") open.push(new Set());
    else if (found === "[") open.push(null);
    else if (found === "}" || found === "]") open.pop();
    else if (found === ":" && text !== null) {
      const key = JSON.parse(text) as string;
      const keys = open[open.length - 1];
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    text = found.startsWith('"') ? found : null;
  }
  return null;
}
