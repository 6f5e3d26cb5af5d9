/** Random fused programs: single operations, expressions, reductions, casts and random numbers over strided inputs. */
import type { DType, Program, Step, Widths } from "@flambeau/core";
import { schedule } from "@flambeau/core";
import type { HostOperand, Value } from "../hostOperand.js";
import { coarse, randomOperand } from "../hostOperand.js";
import type { Seeded } from "../seeded.js";
import type { Trial, TrialMaker } from "../trial.js";
import { dtypesOf, someShape } from "../trial.js";
import type { Recipe } from "./recipes.js";
import { expressionRecipe, operationRecipe, randomRecipe, reductionRecipe } from "./recipes.js";

export const fusedTrial: TrialMaker = (random, dtypes) => {
  const recipe = random.pick([operationRecipe, expressionRecipe, reductionRecipe, randomRecipe])(random);
  return bindRecipe(random, dtypes, recipe);
};

/** Wide enough for every dtype involved; float64 only where the device has it. */
function widthsFor(involved: readonly DType[], dtypes: ReadonlySet<DType>, wide: boolean): Widths {
  return {
    f: involved.includes("float64") || (wide && dtypes.has("float64")) ? "float64" : "float32",
    i: involved.includes("int64") || (wide && dtypes.has("int64")) ? "int64" : "int32",
  };
}

function bindRecipe(random: Seeded, dtypes: ReadonlySet<DType>, recipe: Recipe): Trial {
  const sizes = someShape(random, random.int(1, 3));
  const over = recipe.rowwise ? overOf(random, sizes.length) : 0;
  const full = (1 << sizes.length) - 1;
  const inputs = recipe.inputs.map((input, i) => {
    const dtype = random.pick(dtypesOf(dtypes, input.kind));
    // A fold of what is broadcast along other rows would be a step of its own: the folded input varies along all axes.
    const axes = random.chance(0.6) || (recipe.rowwise && i === 0) ? full : random.int(0, full);
    return {
      dtype,
      axes,
      kind: input.kind,
      host: inputOperand(random, dtype, sizes, axes, input.value ?? coarse(random)),
    };
  });
  const program = recipe.define(inputs, full, over);
  const step = onlyStep(program);
  const outputs = step.outputs.map((output) => {
    const shape = sizes.map((size, d) => ((output.axes >> d) & 1 ? size : 1));
    return randomOperand(random, random.pick(dtypesOf(dtypes, output.kind)), shape, coarse(random));
  });
  const used = step.inputs.map(({ from }) => inputs["program" in from ? from.program : 0]!);
  const involved = [...used.map((input) => input.dtype), ...outputs.map((output) => output.dtype)];
  const widths = widthsFor(involved, dtypes, random.chance(0.2));
  return {
    kind: "fused",
    title: `${program.name} (${used.map((input) => input.dtype)}) to ${outputs.map((o) => o.dtype)} [${sizes}] over ${over.toString(2)} in ${widths.f}/${widths.i}`,
    bind: (place) => ({
      kernel: {
        kind: "fused",
        name: program.name,
        step,
        inputs: used.map((input) => input.dtype),
        outputs: outputs.map((output) => output.dtype),
        widths,
      },
      sizes,
      axisOf: sizes.map((_, d) => d),
      inputs: used.map(({ host }) => place(host)),
      outputs: outputs.map((output, i) => {
        const { buffer, dtype, strides, offset } = place(output);
        return {
          buffer,
          dtype,
          offset,
          strides: strides.map((stride, d) => ((step.outputs[i]!.axes >> d) & 1 ? stride : 0)),
        };
      }),
    }),
  };
}

/** A run of neighbouring axes, mostly the last one. */
function overOf(random: Seeded, rank: number): number {
  const from = random.chance(0.7) ? rank - 1 : random.int(0, rank - 1);
  const to = random.int(from, rank - 1);
  return ((1 << (to + 1)) - 1) & ~((1 << from) - 1);
}

function onlyStep(program: Program): Step {
  const steps = schedule(program);
  if (steps.length !== 1) throw new Error(`expected ${program.name} to be one step, got ${steps.length}`);
  return steps[0]!;
}

/** An operand over the launch's dimensions, with stride 0 along those it does not vary along. */
function inputOperand(
  random: Seeded,
  dtype: DType,
  sizes: readonly number[],
  axes: number,
  value: Value,
): HostOperand {
  const kept = sizes.map((size, d) => ((axes >> d) & 1 ? size : 1));
  const operand = randomOperand(random, dtype, kept, value);
  const strides = operand.strides.map((stride, d) => ((axes >> d) & 1 ? stride : 0));
  return { ...operand, shape: sizes, strides };
}
