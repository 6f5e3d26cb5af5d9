import { applyOne, ShapeError, type Tensor, tensor } from "@flambeau/core";
import { checkIndex, type Dataset } from "./dataset.js";

/**
 * A dataset that can make a whole batch at once where DataLoader would take samples one by one and stack them. The answer
 * must be what `defaultCollate` makes of the same samples.
 */
export interface BatchedDataset<T> extends Dataset<T> {
  getBatch(indices: readonly number[]): unknown;
}

export const isBatched = <T>(dataset: Dataset<T>): dataset is BatchedDataset<T> =>
  "getBatch" in dataset && typeof dataset.getBatch === "function";

/**
 * Tensors of equally many rows; a sample is a row of each (`torch.utils.data.TensorDataset`). Rows are views. Throws
 * ShapeError where the tensors' first dimensions differ or there is none.
 */
export class TensorDataset<T extends readonly Tensor[] = readonly Tensor[]> implements BatchedDataset<T> {
  readonly tensors: T;
  readonly length: number;

  constructor(...tensors: T) {
    const rows = tensors[0]?.shape[0];
    if (rows === undefined || tensors.some((x) => x.shape[0] !== rows)) {
      const shapes = tensors.map((x) => `[${x.shape.join(", ")}]`).join(", ") || "none";
      throw new ShapeError(
        "TensorDataset",
        `expected tensors with first dimensions of one size, got shapes ${shapes}`,
      );
    }
    this.tensors = tensors;
    this.length = rows;
  }

  get(index: number): T {
    const row = checkIndex("TensorDataset.get", index, this.length);
    return this.tensors.map((x) => x.select(0, row)) as unknown as T;
  }

  /** One gather per tensor. */
  getBatch(indices: readonly number[]): Tensor[] {
    const rows = new Int32Array(indices.map((i) => checkIndex("TensorDataset.getBatch", i, this.length)));
    return this.tensors.map((x) => takeRows(x, rows));
  }
}

function takeRows(x: Tensor, rows: Int32Array): Tensor {
  const index = tensor(rows, { device: x.device }).reshape([rows.length, ...x.shape.slice(1).map(() => 1)]);
  const coordinates = x.shape.map((_, axis) => (axis === 0 ? { index: 0 } : { axis }));
  const shape = [rows.length, ...x.shape.slice(1)];
  return applyOne("gather", [x, index], { op: "TensorDataset", coordinates, wrap: false, shape });
}
