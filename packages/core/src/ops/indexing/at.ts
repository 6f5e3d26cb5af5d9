/** Indexing: `x.at(0, slice(1, 5), "...", null, mask)` reads, `x.set([0, slice(1, 5)], value)` writes. */
import { ArgumentError, ShapeError } from "../../errors.js";
import type { TensorLike } from "../../fused/dtypes.js";
import type { NestedArray } from "../../tensor/host.js";
import { write } from "../../tensor/inplace.js";
import { broadcastShapes, formatShape, type Shape, sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { scalarLike, tensor } from "../creation.js";
import { expectDType } from "../expect.js";
import { op } from "../op.js";
import { fillWhere } from "../pointwise/where.js";
import { converted } from "../shape/copying.js";
import { expandTo } from "../shape/expanding.js";
import { viewAsShape } from "../shape/slicing.js";
import { checkTensor } from "../shape/variadic.js";
import { advanced, readAdvanced } from "./advanced.js";
import { type Index, type Resolved, resolveIndex } from "./resolve.js";
import { type Places, type Reduce, scattered, scatterInPlace } from "./scattering.js";
import { slice } from "./slice.js";

/**
 * The elements an index names (`Tensor.__getitem__`), one argument per dimension: an integer, `slice(start, stop, step)`, "..." for the
 * dimensions left out, null for a new one, a boolean mask, an integer tensor, or nested arrays of either. Integers and slices
 * give a view, tensors and arrays a copy. Throws IndexError for positions out of range and for masks that do not fit; an index tensor's values
 * are checked by the device and reported at the next read.
 */
export function at(x: Tensor, ...index: Index[]): Tensor {
  checkTensor("at", x);
  const resolved = resolveIndex("at", x, index);
  return resolved.indices.every((part) => part === null) ? resolved.view : readAdvanced("at", resolved);
}

/** `value` as a tensor of x's dtype and device. */
function asValue(name: string, x: Tensor, value: TensorLike | NestedArray): Tensor {
  if (value instanceof Tensor)
    return converted(
      value.device === x.device || value.shape.length > 0 ? value : value.to(x.device),
      x.dtype,
    );
  if (Array.isArray(value)) return tensor(value as NestedArray, { dtype: x.dtype, device: x.device });
  if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") {
    throw new ArgumentError(
      name,
      `expected a tensor, a number or nested arrays as the value, got ${value === null ? "null" : typeof value}`,
    );
  }
  return scalarLike(x, value);
}

/** `value` without leading dimensions of size 1 that `shape` does not have; throws unless it then broadcasts to `shape`. */
function fitted(name: string, value: Tensor, shape: Shape): Tensor {
  let lead = 0;
  while (value.shape.length - lead > shape.length && value.shape[lead] === 1) lead++;
  const trimmed = lead === 0 ? value : viewAsShape(value, value.shape.slice(lead));
  const fits =
    trimmed.shape.length <= shape.length && sameShape(broadcastShapes(name, trimmed.shape, shape), shape);
  if (!fits) {
    throw new ShapeError(
      name,
      `a value of shape ${formatShape(value.shape)} does not broadcast to the indexed shape ${formatShape(shape)}`,
    );
  }
  return trimmed;
}

/**
 * Writes `value` (a tensor, a number or nested arrays), broadcast and converted, to the elements an index names, and returns `x`
 * (`Tensor.__setitem__`). `index` is one index part, or an array of them, one per dimension: `x.set([0, slice(1, 5)], 3)`; wrap an array of positions once more. Where
 * an index tensor names an element twice the last value stays.
 */
export function set(x: Tensor, index: Index | readonly Index[], value: TensorLike | NestedArray): Tensor {
  checkTensor("set", x);
  const parts = Array.isArray(index) ? (index as readonly Index[]) : [index as Index];
  const [only] = parts;
  const source = asValue("set", x, value);
  if (
    parts.length === 1 &&
    only instanceof Tensor &&
    only.dtype === "bool" &&
    source.shape.length === 0 &&
    sameShape(only.shape, x.shape)
  ) {
    return write("set", x, fillWhere(x, only, source));
  }
  const resolved = resolveIndex("set", x, parts);
  if (resolved.indices.every((part) => part === null)) {
    write("set", resolved.view, fitted("set", source, resolved.view.shape));
    return x;
  }
  const { src, places } = laid("set", resolved, source);
  scatterInPlace("set", resolved.view, src, places, "set");
  return x;
}

/** The elements an index names as places, and `value` broadcast to them. */
function laid(name: string, resolved: Resolved, value: Tensor): { src: Tensor; places: Places } {
  const { shape, ...where } = advanced(name, resolved);
  return { src: expandTo(name, fitted(name, value, shape), shape), places: { ...where, wrap: true } };
}

/** `write` writes to a view of `x`. */
const putting = (
  name: string,
  write: (op: string, view: Tensor, src: Tensor, places: Places, reduce: Reduce, x: Tensor) => Tensor,
) =>
  op(
    name,
    ["indices", "values", "accumulate"],
    (x: Tensor, indices: readonly (Tensor | null)[], values: Tensor, accumulate = false): Tensor => {
      expectDType(name, values.dtype === x.dtype, `values of dtype ${x.dtype}`, values.dtype);
      const parts = indices.map((part) => part ?? slice());
      const resolved = resolveIndex(name, x, parts);
      const { src, places } = laid(name, resolved, values);
      return write(name, resolved.view, src, places, accumulate ? "add" : "set", x);
    },
  );

/**
 * A copy with `values` written to, or added at, the elements that index tensors name (`torch.index_put`): one tensor, mask or null (all of it) per leading
 * dimension. With `accumulate`, elements named more than once add up.
 */
export const indexPut = putting("indexPut", scattered);

/** As `indexPut`, in place (`Tensor.index_put_`). */
export const indexPut_ = putting("indexPut_", (name, view, src, places, reduce, x) => {
  scatterInPlace(name, view, src, places, reduce);
  return x;
});
