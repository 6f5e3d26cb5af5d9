/** All parameters as one vector (`torch.nn.utils.parameters_to_vector`). */
import { ArgumentError, cat, formatShape, noGrad, ShapeError, type Tensor } from "@flambeau/core";

/** The elements of all parameters one behind the other, differentiable. */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  const rows = [...parameters].map((p) => p.reshape([-1]));
  if (rows.length === 0)
    throw new ArgumentError("parametersToVector", "expected at least one parameter, got none");
  return cat(rows, 0);
}

/**
 * Copies consecutive parts of a vector into the parameters. Throws ShapeError unless it has exactly as many
 * elements.
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const total = list.reduce((sum, p) => sum + p.numel, 0);
  if (vector.ndim !== 1 || vector.numel !== total)
    throw new ShapeError(
      "vectorToParameters",
      `expected a vector of ${total} elements, got shape ${formatShape(vector.shape)}`,
    );
  noGrad(() => {
    let start = 0;
    for (const p of list) {
      p.copy_(vector.narrow(0, start, p.numel).reshape(p.shape));
      start += p.numel;
    }
  });
}
