/** Elements sent to the places that integer tensors name. */
import { isFloat, isInt } from "../../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";
import { scalarLike } from "../creation.js";
import { expectShape } from "../expect.js";
import { op } from "../op.js";
import { converted } from "../shape/copying.js";
import { reshape } from "../shape/reshape.js";
import { checkIndex, checkSameDType, scatterAlong, slicesAlong } from "./along.js";
import { folding, type ReduceName, reduceNames, reducing } from "./reducing.js";
import { type Reduce, scattered } from "./scattering.js";

/** A number or a 0-d tensor as a 0-d tensor of x's dtype. */
function scalarFor(name: string, x: Tensor, value: number | boolean | Tensor): Tensor {
  if (value instanceof Tensor) {
    expectShape(name, value.shape.length === 0, "a number or a 0-d tensor as value", value);
    return converted(value, x.dtype);
  }
  if (typeof value === "number" && !Number.isInteger(value) && isInt(x.dtype)) {
    throw new DTypeError(name, `the value ${value} cannot be written to a ${x.dtype} tensor`);
  }
  return scalarLike(x, value);
}

/** PyTorch's scatter cuts a number to the integers of the tensor it is written to. */
const integral = (x: Tensor, value: number | Tensor): number | Tensor =>
  typeof value === "number" && isInt(x.dtype) ? Math.trunc(value) : value;

const arithmetic: { readonly [name: string]: Reduce } = { add: "add", multiply: "mul" };

/**
 * A copy of `x` in which each element of `src` (or one number) stands at the place along `dim` that `index` names for it (`torch.scatter`).
 * With `reduce` "add" or "multiply" it is combined with what is there.
 */
export const scatter = op(
  "scatter",
  ["dim", "index", "src", "reduce", "value"],
  (
    x: Tensor,
    dim: number,
    index: Tensor,
    src?: Tensor | number,
    reduce: "add" | "multiply" | null = null,
    value?: Tensor | number,
  ): Tensor => {
    const given = src ?? value;
    if (given === undefined)
      throw new ArgumentError("scatter", "expected a source tensor or a value, got neither");
    if (reduce !== null && !Object.hasOwn(arithmetic, reduce)) {
      throw new ArgumentError("scatter", `expected reduce "add" or "multiply", got "${String(reduce)}"`);
    }
    const everywhere = !(given instanceof Tensor) || (given.shape.length === 0 && index.shape.length > 0);
    const source = everywhere ? scalarFor("scatter", x, integral(x, given)) : (given as Tensor);
    const write = folding(reduce === null ? "set" : (arithmetic[reduce] as Reduce));
    return scatterAlong("scatter", x, dim, index, source, everywhere, write);
  },
);

/** A copy of `x` with `src` added at the places along `dim` that `index` names (`torch.scatter_add`). */
export const scatterAdd = op(
  "scatterAdd",
  ["dim", "index", "src"],
  (x: Tensor, dim: number, index: Tensor, src: Tensor): Tensor =>
    scatterAlong("scatterAdd", x, dim, index, src, false, folding("add")),
);

/**
 * A copy of `x` in which the elements of `src` sent to one place by `index` are reduced: "sum", "prod", "mean", "amax" or "amin"
 * (`torch.scatter_reduce`), together with what was there unless `includeSelf` is false.
 */
export const scatterReduce = op(
  "scatterReduce",
  ["dim", "index", "src", "reduce", "includeSelf"],
  (x: Tensor, dim: number, index: Tensor, src: Tensor, reduce: ReduceName, includeSelf = true): Tensor => {
    reduceNames("scatterReduce", reduce, ["sum", "prod", "mean", "amax", "amin"]);
    return scatterAlong("scatterReduce", x, dim, index, src, false, reducing(reduce, includeSelf));
  },
);

/** A copy of `x` with alpha times slice i of `source` added to slice index[i] along `dim` (`torch.index_add`). */
export const indexAdd = op(
  "indexAdd",
  ["dim", "index", "source", "alpha"],
  (x: Tensor, dim: number, index: Tensor, source: Tensor, alpha: number | boolean = 1): Tensor => {
    checkSameDType("indexAdd", x, source);
    if (!Number.isInteger(Number(alpha)) && !isFloat(x.dtype))
      throw new DTypeError("indexAdd", `expected an integer alpha for ${x.dtype} tensors, got ${alpha}`);
    const scaled = Number(alpha) === 1 ? source : source.mul(alpha);
    return slicesAlong("indexAdd", x, dim, index, scaled, false, folding("add"));
  },
);

/** A copy of `x` with slice index[i] along `dim` replaced by slice i of `source` (`torch.index_copy`). */
export const indexCopy = op(
  "indexCopy",
  ["dim", "index", "source"],
  (x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
    slicesAlong("indexCopy", x, dim, index, source, false, folding("set")),
);

/** A copy of `x` with the slices along `dim` that `index` names filled by one value (`torch.index_fill`). */
export const indexFill = op(
  "indexFill",
  ["dim", "index", "value"],
  (x: Tensor, dim: number, index: Tensor, value: number | boolean | Tensor): Tensor =>
    slicesAlong("indexFill", x, dim, index, scalarFor("indexFill", x, value), true, folding("set")),
);

/** As `scatterReduce` for whole slices: slice i of `source` goes to slice index[i]; "prod", "mean", "amax" or "amin" (`torch.index_reduce`). */
export const indexReduce = op(
  "indexReduce",
  ["dim", "index", "source", "reduce", "includeSelf"],
  (
    x: Tensor,
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: Exclude<ReduceName, "sum">,
    includeSelf = true,
  ): Tensor => {
    reduceNames("indexReduce", reduce, ["prod", "mean", "amax", "amin"]);
    return slicesAlong("indexReduce", x, dim, index, source, false, reducing(reduce, includeSelf));
  },
);

/** A copy of `x` with the elements of `source` written to, or added at, positions of the flattened tensor (`torch.put`). */
export const put = op(
  "put",
  ["index", "source", "accumulate"],
  (x: Tensor, index: Tensor, source: Tensor, accumulate = false): Tensor => {
    checkIndex("put", index);
    checkSameDType("put", x, source);
    if (index.numel !== source.numel)
      throw new ShapeError(
        "put",
        `expected as many values as positions, got ${source.numel} and ${index.numel}`,
      );
    const places = { coordinates: [{ index: 0 }], indices: [reshape(index, [index.numel])], wrap: true };
    const [flat, values] = [x, source].map((part) => reshape(part, [part.numel])) as [Tensor, Tensor];
    return reshape(scattered("put", flat, values, places, accumulate ? "add" : "set"), x.shape);
  },
);
