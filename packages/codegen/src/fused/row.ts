/** A row as a shader computes it: where its operands lie, and the values of its nodes. */
import type { FusedLaunch, Node, Pass } from "@flambeau/core";
import { type ShaderOperand, unravel } from "../elements/operands.js";
import type { ShaderBuilder, Words } from "../ir/builder.js";
import type { Value } from "../ir/value.js";
import { type Emitter, emitterOf } from "./emit.js";
import { isOperand, slotsOf } from "./layout.js";

/** How a reducing launch is made of rows. */
export interface RowShape {
  readonly rows: number;
  /** Elements of a row. */
  readonly length: number;
  /** The launch's dimensions that count rows, and those that lie within one. */
  readonly rowDims: readonly number[];
  readonly elementDims: readonly number[];
}

export function rowShapeOf({ kernel, sizes, axisOf }: FusedLaunch): RowShape {
  const shape = { rows: 1, length: 1, rowDims: [] as number[], elementDims: [] as number[] };
  for (const [d, size] of sizes.entries()) {
    if (((kernel.step.over >> (axisOf[d] as number)) & 1) === 1) {
      shape.length *= size;
      shape.elementDims.push(d);
    } else {
      shape.rows *= size;
      shape.rowDims.push(d);
    }
  }
  return shape;
}

/** What rows of one shader are computed with. */
export interface RowScope {
  readonly k: ShaderBuilder;
  readonly launch: FusedLaunch;
  readonly shape: RowShape;
  readonly sizes: readonly Value[];
  /** Inputs, and then outputs where the shader stores any. */
  readonly operands: readonly ShaderOperand[];
  /** Loads elements that are the same in every row, for rows that are computed side by side. */
  readonly common?: ReadonlyMap<ShaderOperand, CommonLoad>;
  readonly scalars: readonly Value[];
  readonly errors: Words | null;
}

/** Loads the element at a position within the row. */
export type CommonLoad = (position: readonly Value[]) => Value;

export interface Row {
  readonly emitter: Emitter;
  /** Computes nodes at a position, or of the row as a whole: at []. */
  compute(nodes: readonly Node[], position: readonly Value[]): void;
  store(stores: Pass["stores"], position: readonly Value[]): void;
}

/** Row-major coordinates of `at` along some of the launch's dimensions. */
export const along = ({ k, sizes }: RowScope, dims: readonly number[], at: Value): Value[] =>
  unravel(
    k,
    at,
    dims.map((d) => sizes[d] as Value),
  );

/** Row number `at`. */
export function rowAt(scope: RowScope, at: Value): Row {
  const { k, launch, operands } = scope;
  const { rowDims, elementDims } = scope.shape;
  const rowPosition = along(scope, rowDims, at);
  const based = operands.map((operand) => ({
    operand,
    /** Index of the row's first element. */
    base: k.let(operand.index(rowPosition, rowDims), "base"),
  }));
  const slots = slotsOf(launch, based, scope.scalars);
  const outputs = based.slice(launch.inputs.filter(isOperand).length);
  const emitter = emitterOf(k, launch, scope.sizes, scope.errors);

  return {
    emitter,
    compute: (nodes, position) =>
      emitter.compute(nodes, {
        coordinate: (d) => (position[elementDims.indexOf(d)] ?? rowPosition[rowDims.indexOf(d)]) as Value,
        input: (slot) => {
          const input = slots[slot] as (typeof based)[number] | Value;
          if (!("operand" in input)) return input;
          const { operand, base } = input;
          const shared = scope.common?.get(operand);
          return shared?.(position) ?? operand.load(operand.index(position, elementDims, base));
        },
      }),
    store: (stores, position) => {
      for (const { output, node } of stores) {
        const { operand, base } = outputs[output] as (typeof based)[number];
        operand.store(operand.index(position, elementDims, base), emitter.value(node));
      }
    },
  };
}

/** Loads each element once for all rows at a position: rows that are computed side by side pass the same one. */
export function commonLoad(
  k: ShaderBuilder,
  operand: ShaderOperand,
  elementDims: readonly number[],
): CommonLoad {
  let last: { readonly position: readonly Value[]; readonly value: Value } | null = null;
  return (position) => {
    if (last?.position !== position)
      last = { position, value: k.let(operand.load(operand.index(position, elementDims))) };
    return last.value;
  };
}
