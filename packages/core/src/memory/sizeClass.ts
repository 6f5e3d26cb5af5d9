/** Size classes of pooled memory: four steps in each power of two, so that at most a fifth of a block is unused. */
const smallest = 256;

/** The class of a size: a multiple of 16 bytes, at least the size and at most `largest`. */
export function sizeClass(bytes: number, largest: number): number {
  if (bytes <= smallest) return smallest;
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return Math.min(largest, Math.ceil(bytes / step) * step);
}
