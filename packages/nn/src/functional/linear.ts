/** Linear maps and embeddings (`torch.nn.functional`). */
import {
  ArgumentError,
  addmm,
  DTypeError,
  type Expr,
  embeddingLookup,
  formatShape,
  isInt,
  matmul,
  op,
  pointwise,
  ShapeError,
  type Tensor,
  where,
  zeros,
} from "@flambeau/core";
import { frequencies, limitRows, rowNumber, sharedGradient } from "./tableRows.js";

/** x @ weightᵀ + bias: x [..., in], weight [out, in] or [in], bias [out]. */
export const linear = op(
  "linear",
  ["weight", "bias"],
  (x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor => {
    if (x.ndim === 0 || x.shape.at(-1) !== weight.shape.at(-1)) {
      throw new ShapeError(
        "linear",
        `expected an input whose last size is ${weight.shape.at(-1)}, got shape ${formatShape(x.shape)} for weight ${formatShape(weight.shape)}`,
      );
    }
    if (weight.ndim === 1) {
      const y = matmul(x, weight);
      return bias === null ? y : y.add(bias);
    }
    if (bias === null) return matmul(x, weight.t());
    if (x.dtype !== weight.dtype)
      throw new DTypeError("linear", `expected one dtype, got input ${x.dtype} and weight ${weight.dtype}`);
    if (x.ndim === 2) return addmm(bias, x, weight.t());
    const rows = addmm(bias, x.reshape([-1, x.shape.at(-1) as number]), weight.t());
    return rows.reshape([...x.shape.slice(0, -1), weight.shape[0] as number]);
  },
);

/** x1 W x2ᵀ + bias for every output: x1 [..., in1], x2 [..., in2], weight [out, in1, in2]. */
export const bilinear = op(
  "bilinear",
  ["input2", "weight", "bias"],
  (input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor => {
    const [out, in1, in2] = weight.shape as [number, number, number];
    if (weight.ndim !== 3 || input1.shape.at(-1) !== in1 || input2.shape.at(-1) !== in2) {
      throw new ShapeError(
        "bilinear",
        `expected last sizes ${in1} and ${in2}, got shapes ${formatShape(input1.shape)} and ${formatShape(input2.shape)}`,
      );
    }
    const lead = input1.shape.slice(0, -1);
    const a = input1.reshape([-1, in1]);
    const b = input2.reshape([-1, in2]);
    // [n, out, in2] = a W, then the row-wise product with b.
    const left = a.matmul(weight.permute([1, 0, 2]).reshape([in1, out * in2])).reshape([-1, out, in2]);
    const y = left
      .mul(b.unsqueeze(1))
      .sum(-1, { dtype: left.dtype })
      .reshape([...lead, out]);
    return bias === null ? y : y.add(bias);
  },
);

const notPadding = pointwise("notPadding", (index: Expr, padding: Expr) => index.ne(padding));

/**
 * Rows of weight [V, D] for indices of any shape → [..., D] (`torch.nn.functional.embedding`). The row of paddingIdx gets no
 * gradient. maxNorm scales looked-up rows of a greater normType-norm down in place; scaleGradByFreq divides gradients by how often
 * the row was looked up. Gradients are dense whatever `sparse` says.
 */
export const embedding = op(
  "embedding",
  ["weight", "paddingIdx", "maxNorm", "normType", "scaleGradByFreq", "sparse"],
  (
    indices: Tensor,
    weight: Tensor,
    paddingIdx: number | null = null,
    maxNorm: number | null = null,
    normType = 2,
    scaleGradByFreq = false,
    _sparse = false,
  ): Tensor => {
    const name = "embedding";
    if (!isInt(indices.dtype))
      throw new DTypeError(name, `expected indices of an integer dtype, got ${indices.dtype}`);
    if (weight.ndim !== 2)
      throw new ShapeError(name, `expected a weight of shape [V, D], got ${formatShape(weight.shape)}`);
    if (maxNorm !== null) limitRows(weight, indices, maxNorm, normType);
    const padding = rowNumber(name, weight, paddingIdx);
    const plain = embeddingLookup(weight, indices);
    const rows = scaleGradByFreq ? sharedGradient(plain, frequencies(weight, indices)) : plain;
    if (padding === null) return rows;
    return where(notPadding(indices, padding).unsqueeze(-1), rows, rows.detach());
  },
);

/** One-hot rows of integer classes, int32 (`torch.nn.functional.one_hot`); numClasses is told from the values when -1. */
export const oneHot = op("oneHot", ["numClasses"], (x: Tensor, numClasses = -1): Tensor => {
  if (!isInt(x.dtype)) throw new DTypeError("oneHot", `expected an integer tensor, got ${x.dtype}`);
  if (x.numel === 0 && numClasses <= 0)
    throw new ArgumentError("oneHot", "cannot tell the number of classes from an empty tensor");
  const classes = numClasses === -1 ? x.max().itemSync() + 1 : numClasses;
  if (!Number.isInteger(classes) || classes < 1)
    throw new ArgumentError("oneHot", `expected numClasses of at least 1, or -1, got ${numClasses}`);
  const rows = zeros([x.numel, classes], {
    dtype: x.dtype === "int64" ? "int64" : "int32",
    device: x.device,
  });
  return rows.scatter(1, x.reshape([-1, 1]).long(), 1).reshape([...x.shape, classes]);
});
