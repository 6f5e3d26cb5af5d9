/** Looking values up in sorted tensors. None is a method. */
import { ArgumentError, DTypeError, ShapeError } from "../../errors.js";
import { resultType, type TensorLike } from "../../fused/dtypes.js";
import { noGrad } from "../../gradMode.js";
import { indexDType } from "../../tensor/indexDType.js";
import { formatShape, sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { full } from "../creation.js";
import { expectSameShape, expectShape } from "../expect.js";
import { describe } from "../op.js";
import { eq, minimum, ne } from "../pointwise/binary.js";
import { converted } from "../shape/copying.js";
import { elementsAt } from "../shape/picking.js";
import { reshape } from "../shape/reshape.js";
import { bisect } from "./bisect.js";
import { takeAlongDim } from "./gather.js";
import { sort } from "./sort.js";

export interface BucketizeOptions {
  /** Makes positions int32 beside int64 values too. */
  readonly outInt32?: boolean;
  /** Whether a value equal to an element goes after it. */
  readonly right?: boolean;
}

export interface SearchsortedOptions extends BucketizeOptions {
  /** "right" is another way to say `right`. */
  readonly side?: "left" | "right" | null;
  /** Positions that sort an unsorted sequence, as `argsort` gives them. */
  readonly sorter?: Tensor | null;
}

function located(
  op: string,
  sequence: Tensor,
  values: TensorLike,
  { right, int32, sorter }: { right: boolean; int32: boolean; sorter?: Tensor | null },
): Tensor {
  if (values instanceof Tensor && values.dtype !== sequence.dtype) {
    throw new DTypeError(
      op,
      `expected values of the sequence's dtype ${sequence.dtype}, got ${values.dtype}`,
    );
  }
  const all =
    values instanceof Tensor
      ? values
      : full([], values, { dtype: resultType(sequence, values), device: sequence.device });
  const fits = sequence.shape.length === 1 || sameShape(sequence.shape.slice(0, -1), all.shape.slice(0, -1));
  if (sequence.shape.length === 0 || !fits || (sequence.shape.length > 1 && all.shape.length === 0)) {
    throw new ShapeError(
      op,
      `expected a 1-d sequence, or one whose leading dimensions are those of the values, got ${formatShape(sequence.shape)} and ${formatShape(all.shape)}`,
    );
  }
  const places = noGrad(() => bisect(op, sequence, all, right));
  return int32 ? places : converted(places, indexDType(sequence, values, sorter));
}

/** Positions, int32, at which `values` (a tensor or a number) would be inserted into the last dimension of a sorted tensor (`torch.searchsorted`). */
export function searchsorted(
  sortedSequence: Tensor,
  values: TensorLike,
  options: SearchsortedOptions = {},
): Tensor {
  const { right = false, side = null, sorter = null, outInt32 = false } = options;
  if (!(sortedSequence instanceof Tensor))
    throw new ArgumentError(
      "searchsorted",
      `expected a tensor as the sequence, got ${describe(sortedSequence)}`,
    );
  if (side !== null && side !== "left" && side !== "right")
    throw new ArgumentError("searchsorted", `expected side "left" or "right", got "${String(side)}"`);
  if (side === "left" && right)
    throw new ArgumentError("searchsorted", 'expected side and right to agree, got side "left" with right');
  if (sorter !== null) expectSameShape("searchsorted", "a sorter", sortedSequence.shape, sorter);
  const sequence = sorter === null ? sortedSequence : takeAlongDim(sortedSequence, sorter, -1);
  return located("searchsorted", sequence, values, {
    right: right || side === "right",
    int32: outInt32,
    sorter,
  });
}

/** The bucket, int32, each element of `input` falls into between sorted 1-d `boundaries` (`torch.bucketize`). */
export function bucketize(input: TensorLike, boundaries: Tensor, options: BucketizeOptions = {}): Tensor {
  if (!(boundaries instanceof Tensor))
    throw new ArgumentError("bucketize", `expected a tensor as the boundaries, got ${describe(boundaries)}`);
  expectShape("bucketize", boundaries.shape.length === 1, "1-d boundaries", boundaries);
  return located("bucketize", boundaries, input, {
    right: options.right ?? false,
    int32: options.outInt32 ?? false,
  });
}

export interface IsinOptions {
  readonly assumeUnique?: boolean;
  /** Whether to tell the elements that are not there. */
  readonly invert?: boolean;
}

/** For each element whether it is among `testElements`; either may be a number (`torch.isin`). */
export function isin(elements: TensorLike, testElements: TensorLike, options: IsinOptions = {}): Tensor {
  const { invert = false } = options;
  const model = elements instanceof Tensor ? elements : testElements;
  if (!(model instanceof Tensor))
    throw new ArgumentError("isin", "expected a tensor among its arguments, got two numbers");
  const dtype = resultType(elements, testElements);
  const asTensor = (value: TensorLike): Tensor =>
    value instanceof Tensor ? converted(value, dtype) : full([], value, { dtype, device: model.device });
  const [x, among] = [asTensor(elements), asTensor(testElements)];
  if (among.numel === 0) return full(x.shape, invert, { device: x.device });
  return noGrad(() => {
    const sorted = sort(reshape(among, [among.numel])).values;
    const place = minimum(bisect("isin", sorted, x, false), among.numel - 1);
    return (invert ? ne : eq)(x, elementsAt("isin", sorted, place));
  });
}
