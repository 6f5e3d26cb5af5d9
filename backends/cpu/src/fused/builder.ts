/** The bytecode under construction: values, and instructions placed where their values vary. */
import type { DType, FusedKernel } from "@flambeau/core";
import {
  type Code,
  type Instruction,
  type Level,
  levels,
  type PassCode,
  shapes,
  type Value,
  type ValueShape,
} from "./code.js";
import { constantBits } from "./constants.js";
import type { InstructionName, ValueType } from "./instructions.js";
import type { Layout } from "./plan.js";

const casts: { readonly [T in ValueType]: InstructionName } = {
  f32: "toF32",
  f64: "toF64",
  i32: "toI32",
  i64: "toI64",
  bool: "isNonzero",
};

/** The operand number of positions along every axis of the step. */
export const everyAxis = -1;

export class CodeBuilder {
  readonly #values: Value[] = [];
  readonly #sizeInputs: number[] = [];
  readonly #positions: number[] = [];
  readonly #once: Instruction[] = [];
  readonly #prologue: Instruction[] = [];
  readonly #passes: PassCode[] = [];
  #section: Instruction[] = this.#prologue;
  protected level: Level = levels.row;
  /** Values of the current pass by what they are; of all passes where rows are resident. */
  protected readonly passing = new Map<string, Value>();
  /** Whether rows and elements both vary within a tile, so that a row's value has to be spread over its elements. */
  readonly #expands: boolean;
  /** The shape of a row's value. */
  protected readonly rowShape: ValueShape;

  constructor(
    protected readonly kernel: FusedKernel,
    protected readonly layout: Layout,
  ) {
    this.#expands = layout.severalRows && layout.severalElements;
    this.rowShape = layout.severalRows ? shapes.row : shapes.uniform;
  }

  protected finished(): Code {
    const { inputs, outputs } = this.kernel;
    return {
      values: this.#values,
      inputs: [...inputs, ...this.#sizeInputs.map((): DType => "int64")],
      outputs,
      sizeInputs: this.#sizeInputs,
      positions: this.#positions,
      once: this.#once,
      prologue: this.#prologue,
      passes: this.#passes,
      resident: this.layout.resident,
    };
  }

  /** Begins a pass: instructions go to its elements. */
  protected beginPass(): PassCode {
    const code: PassCode = { folds: [], element: [], row: [] };
    this.#passes.push(code);
    if (!this.layout.resident) this.passing.clear();
    this.#section = code.element;
    this.level = levels.tile;
    return code;
  }

  /** From now on instructions are those of the row, at the end of the pass. */
  protected endElements(code: PassCode): void {
    if (!this.layout.resident) this.passing.clear();
    this.#section = code.row;
    this.level = levels.row;
  }

  protected emit(
    name: InstructionName,
    type: ValueType,
    shape: ValueShape,
    result: Value | null,
    args: readonly Value[],
    rest: Partial<Instruction> = {},
  ): void {
    const section = result?.level === levels.once ? this.#once : this.#section;
    section.push({ name, type, shape, result, args, operand: -1, immediate: 0n, ...rest });
  }

  protected make(type: ValueType, shape: ValueShape, level: Level): Value {
    const value: Value = { type, shape, level, index: this.#values.length };
    this.#values.push(value);
    return value;
  }

  /** A plain function of `args`: hoisted out of the launch's loops when they are. `type` is that of the arguments. */
  protected apply(name: InstructionName, type: ValueType, result: ValueType, args: readonly Value[]): Value {
    let shape: ValueShape = shapes.uniform;
    let level: Level = levels.once;
    for (const arg of args) {
      if (arg.shape > shape) shape = arg.shape;
      if (arg.level > level) level = this.level;
    }
    const fitted =
      shape === shapes.element
        ? args.map((arg) => (arg.shape === shapes.row ? this.perElement(arg) : arg))
        : args;
    const value = this.make(result, shape, level);
    this.emit(name, type, shape, value, fitted);
    return value;
  }

  /** A row's value next to elements: spread over them when a tile has several of each. */
  protected perElement(value: Value): Value {
    if (!this.#expands) return value;
    return this.remember(this.passing, `expand/${value.index}`, () => this.#spread(value, shapes.element));
  }

  #spread(value: Value, shape: ValueShape): Value {
    const spread = this.make(value.type, shape, this.level);
    this.emit("expand", value.type, shape, spread, [value]);
    return spread;
  }

  /** `value` with `shape`, for those that cannot take a uniform one. */
  protected exactly(value: Value, shape: ValueShape): Value {
    if (value.shape === shape) return value;
    if (value.shape === shapes.row && !this.#expands) return value;
    return this.#spread(value, shape);
  }

  protected remember(table: Map<string, Value>, key: string, make: () => Value): Value {
    let value = table.get(key);
    if (value === undefined) {
      value = make();
      table.set(key, value);
    }
    return value;
  }

  protected cast(value: Value, type: ValueType): Value {
    return value.type === type ? value : this.apply(casts[type], value.type, type, [value]);
  }

  protected shapeOf(axes: number): ValueShape {
    if ((axes & this.layout.tileAxes) === 0) return shapes.uniform;
    const { over } = this.kernel.step;
    return over === 0 || (axes & over) !== 0 ? shapes.element : this.rowShape;
  }

  protected constant(type: ValueType, p: number | bigint): Value {
    const value = this.make(type, shapes.uniform, levels.once);
    this.emit("constant", type, shapes.uniform, value, [], { immediate: constantBits(type, p) });
    return value;
  }

  protected leaf(
    name: "load" | "position",
    type: ValueType,
    axes: number,
    operand: number,
    shape = this.shapeOf(axes),
  ): Value {
    const once = axes === 0;
    const value = this.make(type, shape, once ? levels.once : this.level);
    this.emit(name, type, shape, value, [], { operand });
    return value;
  }

  protected sizeInput(axes: number): number {
    let at = this.#sizeInputs.indexOf(axes);
    if (at < 0) at = this.#sizeInputs.push(axes) - 1;
    return this.kernel.inputs.length + at;
  }

  /** Positions are operands after inputs, sizes and outputs; `encode` adds where they begin. */
  protected positionOperand(axes: number): number {
    const at = this.#positions.indexOf(axes);
    return at < 0 ? this.#positions.push(axes) - 1 : at;
  }
}
