/** Matrices from diagonals, and triangles of matrices. */
import { pointwise } from "../../fused/pointwise.js";
import { applyOne } from "../../primitives/dispatch.js";
import { write } from "../../tensor/inplace.js";
import type { Tensor } from "../../tensor/tensor.js";
import { arange, zeros } from "../creation.js";
import { expectShape, planeOf } from "../expect.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { reshape } from "./reshape.js";
import { ownDim, viewAsShape } from "./slicing.js";

function embedded(name: string, x: Tensor, offset: number, dim1: number, dim2: number): Tensor {
  const rank = x.shape.length + 1;
  const [a, b] = planeOf(name, dim1, dim2, rank);
  const side = (x.shape[x.shape.length - 1] ?? 1) + Math.abs(offset);
  const rest = x.shape.slice(0, -1);
  const shape = Array.from({ length: rank }, (_, d) =>
    d === a || d === b ? side : (rest.shift() as number),
  );
  const out = zeros(shape, { dtype: x.dtype, device: x.device });
  write(name, applyOne("diagonal", [out], { offset, dim1: a, dim2: b }), x);
  return out;
}

/** The last dimension as diagonals of new matrices in the dimensions `dim1` and `dim2`, zeros elsewhere (`torch.diag_embed`). */
export const diagEmbed = op(
  "diagEmbed",
  ["offset", "dim1", "dim2"],
  (x: Tensor, offset = 0, dim1 = -2, dim2 = -1): Tensor => {
    ownDim("diagEmbed", x, -1);
    return embedded("diagEmbed", x, offset, dim1, dim2);
  },
);

/** A vector as the diagonal of a matrix, or a copy of a matrix's diagonal (`torch.diag`). */
export const diag = op("diag", ["diagonal"], (x: Tensor, diagonal = 0): Tensor => {
  if (x.shape.length === 1) return embedded("diag", x, diagonal, 0, 1);
  expectShape("diag", x.shape.length === 2, "a vector or a matrix", x);
  return copied(applyOne("diagonal", [x], { offset: diagonal, dim1: 0, dim2: 1 }));
});

/** The flattened tensor as the diagonal of a matrix (`torch.diagflat`). */
export const diagflat = op(
  "diagflat",
  ["offset"],
  (x: Tensor, offset = 0): Tensor => embedded("diagflat", reshape(x, -1), offset, 0, 1),
);

/** Keeps the side of a diagonal on which column - row compares so with its offset. */
function triangle(name: string, side: "le" | "ge") {
  const keep = pointwise(name, (x, row, column, diagonal) => column.sub(row)[side](diagonal).where(x, 0), {
    dtype: "promote",
    promote: [0],
  });
  return op(name, ["diagonal"], (x: Tensor, diagonal = 0): Tensor => {
    expectShape(name, x.shape.length >= 2, "a matrix or a batch of matrices", x);
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    const row = viewAsShape(arange(rows, { device: x.device }), [rows, 1]);
    return keep(x, row, arange(columns, { device: x.device }), diagonal);
  });
}
/** The part on and below a diagonal, zeros above (`torch.tril`). */
export const tril = triangle("tril", "le");
/** The part on and above a diagonal, zeros below (`torch.triu`). */
export const triu = triangle("triu", "ge");
