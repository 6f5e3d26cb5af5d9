/** Digits moved by up to two pixels, so that the network sees each in other places every epoch. */
import * as fb from "flambeau";

const REACH = 2;

/** images [N, 1, H, W], each moved by its own random number of pixels in both directions; what moves in is black. */
export function shifted(images: fb.Tensor): fb.Tensor {
  const [count, , height, width] = images.shape as [number, number, number, number];
  const padded = images.squeeze(1).pad([REACH, REACH, REACH, REACH]);
  const moves = fb.randint(2 * REACH + 1, [2, count, 1, 1]);
  const sample = fb.arange(count).reshape([count, 1, 1]);
  const rows = fb.arange(height).reshape([1, height, 1]).add(moves.at(0));
  const columns = fb.arange(width).add(moves.at(1));
  return padded.at(sample, rows, columns).unsqueeze(1);
}
