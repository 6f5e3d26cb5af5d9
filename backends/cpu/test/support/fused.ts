/** Fused programs on the device, from functions of scalar expressions. */
import {
  type Axes,
  bytesOf,
  type DType,
  definePointwise,
  defineRowwise,
  type Expr,
  type FusedKernel,
  kindOf,
  type Operand,
  type Program,
  type Row,
  schedule,
  type Widths,
} from "@flambeau/core";
import { backend, count, empty } from "./tensors.js";

export type Given = Operand | number | bigint;

const widthsOf = (dtypes: readonly DType[]): Widths => ({
  f: dtypes.includes("float64") ? "float64" : "float32",
  i: dtypes.includes("int64") ? "int64" : "int32",
});

/** Launches the only step of `program`: dimension d of the operands is axis d. */
function launch(
  program: Program,
  inputs: readonly Given[],
  dtypes: readonly DType[],
  outputs: readonly Operand[],
  shape: readonly number[],
): void {
  const [step] = schedule(program);
  const outputTypes = outputs.map(({ dtype }) => dtype);
  const kernel: FusedKernel = {
    kind: "fused",
    name: program.name,
    step: step!,
    inputs: dtypes,
    outputs: outputTypes,
    widths: widthsOf([...dtypes, ...outputTypes]),
  };
  backend.enqueue({ kernel, sizes: shape, axisOf: shape.map((_, d) => d), inputs, outputs });
}

const axesOf = (strides: readonly number[]): Axes =>
  strides.reduce((axes, stride, d) => (stride === 0 ? axes : axes | (1 << d)), 0);

interface Options {
  readonly dtypes?: readonly DType[];
  readonly out?: readonly Operand[];
}

const typesOf = (inputs: readonly Given[], options: Options): readonly DType[] =>
  options.dtypes ?? inputs.map((input) => (typeof input === "object" ? input.dtype : "float32"));

const describe = (inputs: readonly Given[], dtypes: readonly DType[]) =>
  inputs.map((input, i) => ({
    axes: typeof input === "object" ? axesOf(input.strides) : 0,
    kind: kindOf(dtypes[i]!),
  }));

/** `f` of every element: one output of `dtype` and `shape` per expression. */
export function pointwise(
  f: (...args: Expr[]) => Expr | readonly Expr[],
  inputs: readonly Given[],
  shape: readonly number[],
  dtype: DType,
  options: Options = {},
): Operand[] {
  const dtypes = typesOf(inputs, options);
  const all = (1 << shape.length) - 1;
  const program = definePointwise("test", f).program(describe(inputs, dtypes), all);
  const outputs = options.out ?? program.outputs.map(() => empty(dtype, shape));
  launch(program, inputs, dtypes, outputs, shape);
  return [...outputs];
}

/** `f` of every row along the dimensions `over`; outputs that do not vary along them lack them. */
export function rowwise(
  f: (row: Row, ...args: Expr[]) => Expr | readonly Expr[],
  inputs: readonly Given[],
  shape: readonly number[],
  over: readonly number[],
  dtype: DType | readonly DType[],
  options: Options = {},
): Operand[] {
  const dtypes = typesOf(inputs, options);
  const bits = over.reduce((axes, d) => axes | (1 << d), 0);
  const program = defineRowwise("test", f).program(describe(inputs, dtypes), (1 << shape.length) - 1, bits);
  const outputs = program.outputs.map(({ axes }, i) => {
    const type = typeof dtype === "string" ? dtype : dtype[i]!;
    const kept = shape.map((size, d) => ((axes >> d) & 1 ? size : 1));
    const { buffer } = empty(type, kept);
    const strides = new Array<number>(shape.length).fill(0);
    let step = 1;
    for (let d = shape.length - 1; d >= 0; d--) {
      if ((axes >> d) & 1) strides[d] = step;
      step *= kept[d]!;
    }
    return { buffer, dtype: type, shape: kept, strides, offset: 0 };
  });
  launch(program, inputs, dtypes, outputs, shape);
  return outputs;
}

/** Raw bytes of an operand whose buffer holds nothing else. */
export const bytes = (x: Operand): Uint8Array =>
  backend.readSync(x.buffer, 0, count(x.shape) * bytesOf(x.dtype));
