/** Pictures that a page can hold. */
import { PNG } from "pngjs";

/** A square grey picture, brightness from 0 to 1, as ink on paper: a data URL of a PNG. */
export function picture(pixels: Float32Array, side: number): string {
  const png = new PNG({ width: side, height: side });
  for (const [i, value] of pixels.entries()) {
    const grey = 255 - Math.round(value * 255);
    png.data.set([grey, grey, grey, 255], 4 * i);
  }
  return `data:image/png;base64,${PNG.sync.write(png, { colorType: 0 }).toString("base64")}`;
}
