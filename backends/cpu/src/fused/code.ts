/** Bytecode before registers are assigned. */
import type { DType, Monoid } from "@flambeau/core";
import type { InstructionName, ValueType } from "./instructions.js";

/** One value, one per row of the tile, or one per element. Numbers mirror `Shape` in kernel.h. */
export const shapes = { uniform: 0, row: 1, element: 2 } as const;
export type ValueShape = (typeof shapes)[keyof typeof shapes];

/** When a value is computed: once per launch, once per row (or tile of rows), or in every tile. */
export const levels = { once: 0, row: 1, tile: 2 } as const;
export type Level = (typeof levels)[keyof typeof levels];

export interface Value {
  readonly type: ValueType;
  readonly shape: ValueShape;
  readonly level: Level;
  /** Place in the kernel's table of values. */
  readonly index: number;
}

export interface Instruction {
  readonly name: InstructionName;
  readonly type: ValueType;
  readonly shape: ValueShape;
  readonly result: Value | null;
  readonly args: readonly Value[];
  /** load, bind, store, position, rand: which operand. */
  readonly operand: number;
  /** Constant bits, stream or fold. */
  readonly immediate: bigint;
}

export interface FoldCode {
  readonly monoid: Monoid;
  readonly type: ValueType;
  readonly results: readonly [Value | null, Value | null];
}

export interface PassCode {
  readonly folds: FoldCode[];
  readonly element: Instruction[];
  readonly row: Instruction[];
}

export interface Code {
  readonly values: Value[];
  /** Input dtypes, with one int64 for each size the program reads. */
  readonly inputs: readonly DType[];
  readonly outputs: readonly DType[];
  /** Axes whose size is an input, after the step's own inputs. */
  readonly sizeInputs: readonly number[];
  /** Axes that positions are counted along: operands after the outputs. */
  readonly positions: readonly number[];
  readonly once: Instruction[];
  readonly prologue: Instruction[];
  readonly passes: PassCode[];
  /** Whether tiles made in one pass are there in the next ones. */
  readonly resident: boolean;
}
