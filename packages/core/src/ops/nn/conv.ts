/** Convolutions over 1 to 3 spatial dimensions (`torch.nn.functional.conv1d` … `conv_transpose3d`). */
import { ArgumentError, DTypeError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import type { ConvParams } from "../../primitives/primitives.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectSameShape, expectShape } from "../expect.js";
import { needTensor, op } from "../op.js";
import { perDimension, type Sizes } from "./window.js";

type Padding = Sizes | "same" | "valid";

function check(name: string, nd: number, x: Tensor, weight: Tensor, bias: Tensor | null): void {
  needTensor(name, "the weight", weight);
  if (bias !== null) needTensor(name, "the bias", bias);
  expectShape(name, weight.ndim === nd + 2, `a weight of rank ${nd + 2}`, weight);
  expectShape(name, x.ndim === nd + 2 || x.ndim === nd + 1, `an input of rank ${nd + 1} or ${nd + 2}`, x);
  for (const other of bias === null ? [weight] : [weight, bias]) {
    if (other.dtype !== x.dtype)
      throw new DTypeError(
        name,
        `expected one dtype, got input ${x.dtype} and weight or bias ${other.dtype}`,
      );
  }
  if (x.dtype === "bool") throw new DTypeError(name, "expected numbers, got a bool tensor");
}

/** Runs the kernel on a batch x, which stands `alone` where the input had no batch dimension; shape[1] are the channels of the result. */
function convolved(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  alone: boolean,
  params: ConvParams,
): Tensor {
  const y = applyOne("conv", bias === null ? [x, weight] : [x, weight, bias], params);
  return alone ? y.squeeze(0) : y;
}

/* @__NO_SIDE_EFFECTS__ */
function convolution(nd: 1 | 2 | 3) {
  const name = `conv${nd}d`;
  return op(
    name,
    ["weight", "bias", "stride", "padding", "dilation", "groups"],
    (
      input: Tensor,
      weight: Tensor,
      bias: Tensor | null = null,
      stride: Sizes = 1,
      padding: Padding = 0,
      dilation: Sizes = 1,
      groups = 1,
    ): Tensor => {
      check(name, nd, input, weight, bias);
      const alone = input.ndim === nd + 1;
      let x = alone ? input.unsqueeze(0) : input;
      const steps = perDimension(name, "stride", stride, nd, 1);
      const holes = perDimension(name, "dilation", dilation, nd, 1);
      const kernel = weight.shape.slice(2);
      let pads: readonly number[];
      if (padding === "valid") pads = new Array<number>(nd).fill(0);
      else if (padding === "same") {
        if (steps.some((s) => s !== 1))
          throw new ArgumentError(name, `padding "same" needs stride 1, got ${formatShape(steps)}`);
        const totals = kernel.map((k, i) => (holes[i] as number) * (k - 1));
        // The odd one goes to the right, as in PyTorch.
        const extra = totals.flatMap((t) => [0, t % 2]).reverse();
        const ordered = totals.flatMap((_, i) => [extra[2 * i + 1] as number, extra[2 * i] as number]);
        if (ordered.some((n) => n > 0)) x = x.pad(ordered);
        pads = totals.map((t) => Math.floor(t / 2));
      } else if (typeof padding === "string") {
        throw new ArgumentError(name, `expected padding as numbers, "same" or "valid", got "${padding}"`);
      } else pads = perDimension(name, "padding", padding, nd, 0);
      const [channels, filters] = [x.shape[1] as number, weight.shape[0] as number];
      if (
        !Number.isInteger(groups) ||
        groups < 1 ||
        filters % groups !== 0 ||
        channels !== (weight.shape[1] as number) * groups
      ) {
        throw new ShapeError(
          name,
          `an input of shape ${formatShape(input.shape)} does not fit a weight of shape ${formatShape(weight.shape)} with groups ${groups}: expected ${(weight.shape[1] as number) * groups} channels, got ${channels}`,
        );
      }
      if (bias !== null) expectSameShape(name, "a bias", [filters], bias);
      const out = kernel.map((k, i) => {
        const span =
          (x.shape[i + 2] as number) + 2 * (pads[i] as number) - (holes[i] as number) * (k - 1) - 1;
        return Math.floor(span / (steps[i] as number)) + 1;
      });
      if (out.some((n) => n < 1) || x.shape.slice(1).includes(0)) {
        throw new ShapeError(
          name,
          `the kernel ${formatShape(kernel)} does not fit the padded input of shape ${formatShape(input.shape)}`,
        );
      }
      const shape = [x.shape[0] as number, filters, ...out];
      return convolved(x, weight, bias, alone, {
        direction: "forward",
        stride: steps,
        padding: pads,
        dilation: holes,
        groups,
        shape,
      });
    },
  );
}

/* @__NO_SIDE_EFFECTS__ */
function transposedConvolution(nd: 1 | 2 | 3) {
  const name = `convTranspose${nd}d`;
  return op(
    name,
    ["weight", "bias", "stride", "padding", "outputPadding", "groups", "dilation"],
    (
      input: Tensor,
      weight: Tensor,
      bias: Tensor | null = null,
      stride: Sizes = 1,
      padding: Sizes = 0,
      outputPadding: Sizes = 0,
      groups = 1,
      dilation: Sizes = 1,
    ): Tensor => {
      check(name, nd, input, weight, bias);
      const alone = input.ndim === nd + 1;
      const y = alone ? input.unsqueeze(0) : input;
      const steps = perDimension(name, "stride", stride, nd, 1);
      const pads = perDimension(name, "padding", padding, nd, 0);
      const extra = perDimension(name, "outputPadding", outputPadding, nd, 0);
      const holes = perDimension(name, "dilation", dilation, nd, 1);
      if (extra.some((n, i) => n >= Math.max(steps[i] as number, holes[i] as number))) {
        throw new ArgumentError(
          name,
          `expected outputPadding below stride or dilation, got ${formatShape(extra)} for stride ${formatShape(steps)}`,
        );
      }
      if (y.shape[1] !== weight.shape[0] || (weight.shape[0] as number) % groups !== 0) {
        throw new ShapeError(
          name,
          `an input of shape ${formatShape(input.shape)} does not fit a weight of shape ${formatShape(weight.shape)} with groups ${groups}`,
        );
      }
      const channels = (weight.shape[1] as number) * groups;
      if (bias !== null) expectSameShape(name, "a bias", [channels], bias);
      const out = weight.shape.slice(2).map((k, i) => {
        const walked = ((y.shape[i + 2] as number) - 1) * (steps[i] as number);
        return walked - 2 * (pads[i] as number) + (holes[i] as number) * (k - 1) + (extra[i] as number) + 1;
      });
      if (out.some((n) => n < 1))
        throw new ShapeError(
          name,
          `the result would have the sizes ${formatShape(out)} for an input of shape ${formatShape(input.shape)}`,
        );
      const shape = [y.shape[0] as number, channels, ...out];
      return convolved(y, weight, bias, alone, {
        direction: "inputGrad",
        stride: steps,
        padding: pads,
        dilation: holes,
        groups,
        shape,
      });
    },
  );
}

/** input [N, C, L], weight [K, C/groups, k] → [N, K, L']. */
export const conv1d = convolution(1);
/** input [N, C, H, W], weight [K, C/groups, kh, kw] → [N, K, H', W']. */
export const conv2d = convolution(2);
/** input [N, C, D, H, W], weight [K, C/groups, kd, kh, kw] → [N, K, D', H', W']. */
export const conv3d = convolution(3);
/** input [N, K, L], weight [K, C/groups, k] → [N, C, L']: the gradient of conv1d with respect to its input. */
export const convTranspose1d = transposedConvolution(1);
/** input [N, K, H, W], weight [K, C/groups, kh, kw] → [N, C, H', W']. */
export const convTranspose2d = transposedConvolution(2);
/** input [N, K, D, H, W], weight [K, C/groups, kd, kh, kw] → [N, C, D', H', W']. */
export const convTranspose3d = transposedConvolution(3);
