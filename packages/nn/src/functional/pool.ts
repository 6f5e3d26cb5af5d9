/** Pooling built on the average and maximum (`torch.nn.functional`). */
import {
  ArgumentError,
  avgPool1d,
  avgPool2d,
  formatShape,
  op,
  ShapeError,
  sameShape,
  type Tensor,
  zeros,
} from "@flambeau/core";

type Sizes = number | readonly number[];

/** (sum of |x|^p over each window)^(1/p), with the sign PyTorch gives it. */
function powerAverage(pool: (x: Tensor) => Tensor, x: Tensor, p: number, count: number): Tensor {
  const average = pool(x.pow(p));
  return average
    .sign()
    .mul(average.abs().relu())
    .mul(count)
    .pow(1 / p);
}

/** The p-norm of every window of [N, C, L]. */
export const lpPool1d = op(
  "lpPool1d",
  ["normType", "kernelSize", "stride", "ceilMode"],
  (x: Tensor, normType: number, kernelSize: Sizes, stride: Sizes | null = null, ceilMode = false): Tensor => {
    const k = typeof kernelSize === "number" ? kernelSize : (kernelSize[0] as number);
    return powerAverage((t) => avgPool1d(t, kernelSize, stride, 0, ceilMode), x, normType, k);
  },
);
/** The p-norm of every window of [N, C, H, W]. */
export const lpPool2d = op(
  "lpPool2d",
  ["normType", "kernelSize", "stride", "ceilMode"],
  (x: Tensor, normType: number, kernelSize: Sizes, stride: Sizes | null = null, ceilMode = false): Tensor => {
    const [h, w] =
      typeof kernelSize === "number" ? [kernelSize, kernelSize] : (kernelSize as [number, number]);
    return powerAverage((t) => avgPool2d(t, kernelSize, stride, 0, ceilMode), x, normType, h * w);
  },
);

function maxUnpool(nd: 1 | 2 | 3) {
  const name = `maxUnpool${nd}d`;
  return op(
    name,
    ["indices", "kernelSize", "stride", "padding", "outputSize"],
    (
      x: Tensor,
      indices: Tensor,
      kernelSize: Sizes,
      stride: Sizes | null = null,
      padding: Sizes = 0,
      outputSize: readonly number[] | null = null,
    ): Tensor => {
      if (!sameShape(indices.shape, x.shape)) {
        throw new ShapeError(
          name,
          `expected indices of the input's shape, got ${formatShape(indices.shape)} and ${formatShape(x.shape)}`,
        );
      }
      const spread = (value: Sizes): number[] =>
        typeof value === "number" ? new Array<number>(nd).fill(value) : [...value];
      const size = spread(kernelSize);
      const step = stride === null ? size : spread(stride);
      const pads = spread(padding);
      const lead = x.shape.slice(0, x.ndim - nd);
      const natural = x.shape
        .slice(-nd)
        .map((n, i) => (n - 1) * (step[i] as number) - 2 * (pads[i] as number) + (size[i] as number));
      const out = outputSize === null ? natural : outputSize.slice(-nd);
      out.forEach((n, i) => {
        if (Math.abs(n - (natural[i] as number)) >= (step[i] as number)) {
          throw new ArgumentError(
            name,
            `expected an output size within ${step[i]} of ${natural[i]} in spatial dimension ${i}, got ${n}`,
          );
        }
      });
      const length = out.reduce((n, m) => n * m, 1);
      const flat = zeros([...lead, length], { dtype: x.dtype, device: x.device });
      return flat
        .scatter(-1, indices.reshape([...lead, -1]).long(), x.reshape([...lead, -1]))
        .reshape([...lead, ...out]);
    },
  );
}
/** Puts maxima back to their positions in [N, C, L], zero elsewhere. */
export const maxUnpool1d = maxUnpool(1);
/** Puts maxima back to their positions in [N, C, H, W], zero elsewhere. */
export const maxUnpool2d = maxUnpool(2);
/** Puts maxima back to their positions in [N, C, D, H, W], zero elsewhere. */
export const maxUnpool3d = maxUnpool(3);
