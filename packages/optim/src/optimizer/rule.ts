/** Update rules: what an optimizer does to a parameter, as one fused program that writes in place. */
import {
  definePointwise,
  type Expr,
  executeFused,
  type Program,
  schedule,
  type Tensor,
} from "@flambeau/core";
import { type FusedParams, widthsFor, withScalars } from "@flambeau/core/internal";

/** An update rule over scalar expressions: state S, numbers N and flags F by name. */
export interface RuleDefinition<S extends string, N extends string, F extends string> {
  /** Tensors of the parameter's shape that the optimizer keeps for it. */
  readonly state: readonly S[];
  /** Numbers that may change from step to step; they are passed to the kernel and never recompile it. */
  readonly numbers: readonly N[];
  /** Switches of terms; each combination in use is a program of its own, so that what is off costs nothing. */
  readonly flags?: readonly F[];
  /** The values after the step of `param` and of all the state that changes. `grad` points uphill and includes weight decay. */
  update(
    x: { readonly [K in S | "param" | "grad"]: Expr },
    n: { readonly [K in N]: Expr },
    flags: { readonly [K in F]: boolean },
  ): { readonly [K in S | "param"]?: Expr };
}

/** Options that turn a gradient into what a rule descends along; the rule's callers pass their group. */
export interface Descent {
  /** Climbs instead of descending. */
  readonly maximize: boolean;
  /** Adds this much of the parameter to the gradient (L2 penalty). */
  readonly weightDecay?: number;
}

export type UpdateRule<S extends string, N extends string, F extends string> = (
  param: Tensor,
  grad: Tensor,
  state: { readonly [K in S]?: Tensor | null },
  descent: Descent,
  numbers: { readonly [K in N]: number },
  ...flags: [F] extends [never] ? [] : [{ readonly [K in F]: boolean }]
) => void;

interface Variant {
  readonly program: Program;
  /** For each program input the tensor or the number it is; null where the program has no use for it. */
  readonly inputs: readonly (string | null)[];
  readonly written: readonly string[];
  /** By parameter: what its calls have in common, whatever the numbers. */
  readonly patterns: WeakMap<Tensor, FusedParams>;
}

/** Tensors all lie along one axis, numbers along none: one program serves every shape, stride, device and float dtype. */
const along = { axes: 1, kind: "f" } as const;
const everywhere = { axes: 0, kind: "f" } as const;

/** The parameters of a program for tensors of a parameter's shape. */
function patternFor(
  program: Program,
  { dtype, shape }: Tensor,
  scalars: readonly (number | null)[],
  outputs: number,
): FusedParams {
  const map = shape.map((_, d) => d);
  return {
    program,
    sizes: shape,
    axisOf: shape.map(() => 0),
    scalars,
    maps: scalars.flatMap((scalar) => (scalar === null ? [map] : [])),
    outputs: new Array<FusedParams["outputs"][number]>(outputs).fill({ dtype, shape, map }),
    widths: widthsFor(dtype, [], []),
  };
}

/**
 * Makes an update rule of its definition. A call runs one kernel that reads parameter, gradient and state and writes
 * parameter and state; their versions move as with any write in place, so that a graph which saved them refuses to go
 * backward. Nothing is recorded.
 */
export function updateRule<S extends string, N extends string, F extends string = never>(
  name: string,
  definition: RuleDefinition<S, N, F>,
): UpdateRule<S, N, F> {
  const tensorNames = ["param", "grad", ...definition.state];
  const names = [...tensorNames, "weightDecay", ...definition.numbers];
  const flagNames = definition.flags ?? [];
  const variants: Variant[] = [];
  type Named = { readonly [K in S | N | "param" | "grad" | "weightDecay"]: Expr };

  const make = (maximize: boolean, decays: boolean, flags: Readonly<Record<F, boolean>>): Variant => {
    const build = (...inputs: Expr[]) => {
      const given = Object.fromEntries(names.map((key, i) => [key, inputs[i] as Expr])) as Named;
      const uphill = maximize ? given.grad.neg() : given.grad;
      const grad = decays ? uphill.add(given.param.mul(given.weightDecay)) : uphill;
      return definition.update({ ...given, grad }, given, flags) as Readonly<Record<string, Expr>>;
    };
    const slots = names.map((_, i) => (i < tensorNames.length ? along : everywhere));
    const program = definePointwise(name, build).program(slots, 1);
    const read = schedule(program).flatMap((step) => step.inputs.map(({ from }) => from));
    const reads = (slot: number) => read.some((from) => "program" in from && from.program === slot);
    return {
      program,
      inputs: names.map((key, i) => (reads(i) ? key : null)),
      written: program.outputs.map((out) => out.name),
      patterns: new WeakMap(),
    };
  };

  return (param, grad, state, descent, numbers, ...rest) => {
    const flags = (rest[0] ?? {}) as Readonly<Record<F, boolean>>;
    const weightDecay = descent.weightDecay ?? 0;
    let at = (descent.maximize ? 1 : 0) + (weightDecay === 0 ? 0 : 2);
    for (let i = 0; i < flagNames.length; i++) if (flags[flagNames[i] as F]) at += 4 << i;
    variants[at] ??= make(descent.maximize, weightDecay !== 0, flags);
    const { program, inputs, written, patterns } = variants[at] as Variant;

    const tensors: Tensor[] = [];
    const scalars: (number | null)[] = [];
    const tensorOf = (key: string): Tensor =>
      (key === "param" ? param : key === "grad" ? grad : state[key as S]) as Tensor;
    for (let i = 0; i < inputs.length; i++) {
      const key = inputs[i] as string | null;
      if (key === null) scalars.push(0);
      else if (i >= tensorNames.length) {
        scalars.push(key === "weightDecay" ? weightDecay : numbers[key as N]);
      } else {
        tensors.push(tensorOf(key));
        scalars.push(null);
      }
    }
    const outputs = written.map(tensorOf);
    let pattern = patterns.get(param);
    if (pattern === undefined || pattern.sizes !== param.shape || pattern.outputs[0]?.dtype !== param.dtype) {
      pattern = patternFor(program, param, scalars, outputs.length);
      patterns.set(param, pattern);
    }
    executeFused(tensors, withScalars(pattern, scalars), outputs);
    for (const out of outputs) out.storage.version++;
  };
}
