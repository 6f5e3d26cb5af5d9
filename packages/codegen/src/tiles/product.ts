/** A tiled product as kernels describe it: C(m, n) = sum over k of A(m, k) B(k, n), for every item of a batch. */
import type { Operand } from "@flambeau/core";
import type { Parameters } from "../dispatch.js";
import { read, type ShaderOperand, type Use } from "../elements/operands.js";
import type { ShaderBuilder } from "../ir/builder.js";
import type { Type } from "../ir/types.js";
import type { Value } from "../ir/value.js";
import type { Along } from "./choose.js";
import type { Tile } from "./tile.js";
import type { Coordinates, Loader } from "./walk.js";

/** What a product's own code may use within a shader. */
export interface Scene {
  readonly k: ShaderBuilder;
  /** Number of the item within the batch. */
  readonly item: Value;
  /** The product's `dims` within the shader. */
  readonly dims: Parameters<Product["dims"]>;
  /** Operands: the inputs for `load`, the output for `place`. */
  readonly operands: readonly ShaderOperand[];
  /** How many coordinates of the depth are outer ones. */
  readonly outer: number;
}

export interface Loaders {
  readonly a: Loader;
  readonly b: Loader;
  /** Whether outer coordinates contribute anything; must be the same for the whole workgroup. */
  readonly active?: (outer: Coordinates) => Value;
}

/** Where elements of C stand in the output. What depends on the row or the column alone is asked once for each. */
export interface Placing {
  readonly row: (m: Value) => Coordinates;
  readonly column: (n: Value) => Coordinates;
  /** Coordinates in the output, one for each of its strides. */
  readonly at: (row: Coordinates, column: Coordinates) => Coordinates;
  /** Whether a column exists, where some of the last ones may not. */
  readonly exists?: (column: Coordinates) => Value;
}

/** What happens to finished elements on their way to the output. */
export interface Epilogue {
  /** Equal keys mean equal code. */
  readonly key: string;
  readonly uses: readonly Use[];
  /** What becomes of the element at `at` in the output; `operands` are those of `uses`. */
  readonly apply: (value: Value, at: Coordinates, operands: readonly ShaderOperand[]) => Value;
}

/** Adds a bias, if there is one, which lies along `axes` of the output. */
export const addBias = (bias: Operand | null, axes: readonly number[]): readonly Epilogue[] =>
  bias === null
    ? []
    : [
        {
          key: `bias${axes.join("")}`,
          uses: [read(bias)],
          apply: (value, at, [bias]) => {
            const own = axes.map((axis) => at[axis] as Value);
            return value.add((bias as ShaderOperand).load((bias as ShaderOperand).index(own)));
          },
        },
      ];

export interface Product {
  /** Name of the shader. */
  readonly name: string;
  /** Determines the code of `load` and `place`, together with the layout of the operands. */
  readonly key: string;
  /** The type of accumulators. */
  readonly type: Type;
  readonly m: number;
  readonly n: number;
  readonly batch: number;
  /** Extents of the depth's coordinates, outermost first. */
  readonly depth: readonly number[];
  /** How many of them are outer under a tile: a loop over phases, in which each walks the inner depth. */
  readonly outer: (tile: Tile) => number;
  readonly along: { readonly a: Along; readonly b: Along };
  readonly inputs: readonly Use[];
  readonly output: Use;
  /** In the order in which they apply. */
  readonly epilogues: readonly Epilogue[];
  /** Sizes that `load` and `place` need. */
  readonly dims: { readonly [name: string]: number | readonly number[] };
  readonly load: (scene: Scene) => Loaders;
  readonly place: (scene: Scene) => Placing;
}

/** The operands of a product behind its sums: the output, and what each epilogue reads. */
export const resultsOf = ({ output, epilogues }: Product): Use[] => [
  output,
  ...epilogues.flatMap(({ uses }) => uses),
];
