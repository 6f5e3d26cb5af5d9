/**
 * A drawing as the network knows digits: MNIST's were scaled into a box of 20 × 20 pixels and moved so that their centre of
 * mass lies in the middle of 28 × 28.
 */
const SIDE = 28;
const BOX = 20;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a square of brightnesses that holds ink; null where there is none. */
function inkIn(ink: Float32Array, side: number): Box | null {
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if ((ink[y * side + x] as number) < 0.1) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Mean brightness of the rectangle from (x0, y0) to (x1, y1); what lies outside of the drawing is dark. */
function mean(ink: Float32Array, side: number, x0: number, y0: number, x1: number, y1: number): number {
  let [sum, area] = [0, 0];
  for (let y = Math.floor(y0); y < y1; y++) {
    const high = Math.min(y + 1, y1) - Math.max(y, y0);
    for (let x = Math.floor(x0); x < x1; x++) {
      const weight = high * (Math.min(x + 1, x1) - Math.max(x, x0));
      area += weight;
      if (x >= 0 && y >= 0 && x < side && y < side) sum += weight * (ink[y * side + x] as number);
    }
  }
  return area === 0 ? 0 : sum / area;
}

/** Ink [side × side] from 0 to 1 → the same digit [28 × 28]; null for an empty drawing. */
export function centred(ink: Float32Array, side: number): Float32Array | null {
  const box = inkIn(ink, side);
  if (box === null) return null;
  // Pixels of the drawing to one of the result.
  const scale = Math.max(box.width, box.height) / BOX;
  let [mass, massX, massY] = [0, 0, 0];
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) {
      const value = ink[y * side + x] as number;
      mass += value;
      massX += value * (x + 0.5);
      massY += value * (y + 0.5);
    }
  }
  const left = massX / mass - (SIDE / 2) * scale;
  const top = massY / mass - (SIDE / 2) * scale;
  return Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [left + (at % SIDE) * scale, top + Math.floor(at / SIDE) * scale];
    return mean(ink, side, x, y, x + scale, y + scale);
  });
}
