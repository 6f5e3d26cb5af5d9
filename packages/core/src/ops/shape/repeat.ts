/** Repetition: whole tensors or single elements. */
import { ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { checkShape, formatShape, normalizeDim, sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { tensor } from "../creation.js";
import { expectInteger, expectShape } from "../expect.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { pick } from "./picking.js";
import { readNumber, readNumbers } from "./reading.js";
import { reshape } from "./reshape.js";
import { addDim, atLeastOneDim } from "./slicing.js";
import { variadic } from "./variadic.js";

function repeated(name: string, x: Tensor, repeats: readonly number[]): Tensor {
  if (repeats.length < x.shape.length) {
    throw new ShapeError(
      name,
      `expected at least ${x.shape.length} repeats for shape ${formatShape(x.shape)}, got ${formatShape(repeats)}`,
    );
  }
  checkShape(name, repeats);
  const sizes = [...new Array<number>(repeats.length - x.shape.length).fill(1), ...x.shape];
  const split = reshape(
    x,
    sizes.flatMap((size) => [1, size]),
  );
  const tiled = applyOne("expand", [split], {
    shape: sizes.flatMap((size, d) => [repeats[d] as number, size]),
  });
  return reshape(
    tiled.isContiguous() ? copied(tiled) : tiled,
    sizes.map((size, d) => size * (repeats[d] as number)),
  );
}

/** The tensor laid out `repeats` times along each dimension, new ones first (`Tensor.repeat`). */
export const repeat = variadic("repeat", "repeats", repeated);

/** As `repeat`, with missing repeats taken as 1 in front (`torch.tile`). */
export const tile = variadic("tile", "dims", (name, x, dims) =>
  repeated(name, x, [...new Array<number>(Math.max(0, x.shape.length - dims.length)).fill(1), ...dims]),
);

/**
 * Each element along `dim` repeated (`torch.repeat_interleave`): `repeats` times, or as often as the int tensor says
 * for its place (read at once). Without `dim` the tensor is flattened first. `outputSize` is checked where given.
 */
export const repeatInterleave = op(
  "repeatInterleave",
  ["repeats", "dim", "outputSize"],
  (x: Tensor, repeats: number | Tensor, dim?: number | null, outputSize?: number | null): Tensor => {
    const name = "repeatInterleave";
    const source = dim === undefined || dim === null ? reshape(x, -1) : atLeastOneDim(x);
    const at = normalizeDim(name, dim ?? 0, source.shape.length);
    const count =
      repeats instanceof Tensor && repeats.numel === 1 && source.shape[at] !== 0
        ? readNumber(name, repeats)
        : repeats;
    const result =
      count instanceof Tensor ? pickRepeated(name, source, at, count) : eachRepeated(name, source, at, count);
    if (outputSize !== undefined && outputSize !== null && result.shape[at] !== outputSize) {
      throw new ShapeError(
        name,
        `the repeats give size ${result.shape[at]} along dimension ${at}, but outputSize is ${outputSize}`,
      );
    }
    return result;
  },
);

function eachRepeated(name: string, x: Tensor, dim: number, count: number): Tensor {
  expectInteger(name, 0, "repeats that are not negative", count);
  const spread = applyOne("expand", [addDim(x, dim + 1)], { shape: x.shape.toSpliced(dim + 1, 0, count) });
  return reshape(spread, x.shape.with(dim, (x.shape[dim] as number) * count));
}

function pickRepeated(name: string, x: Tensor, dim: number, repeats: Tensor): Tensor {
  const size = x.shape[dim] as number;
  expectShape(
    name,
    sameShape(repeats.shape, [size]),
    `one repeat for each of the ${size} elements of dimension ${dim}`,
    repeats,
  );
  const positions = readNumbers(name, repeats).flatMap((count, i) => {
    expectInteger(name, 0, "repeats that are not negative", count);
    return new Array<number>(count).fill(i);
  });
  return pick(name, x, dim, tensor(Int32Array.from(positions), { device: x.device }));
}
