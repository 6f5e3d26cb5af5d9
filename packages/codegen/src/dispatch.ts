/**
 * Dispatches from one description: what a launch passes and what the shader declares come from the same lists, so that they cannot
 * disagree.
 */
import { bindOperands, type ShaderOperand, type Use } from "./elements/operands.js";
import { ShaderBuilder, type Words } from "./ir/builder.js";
import type { ParamType } from "./ir/types.js";
import type { Value } from "./ir/value.js";
import type { Dispatch } from "./plan.js";

/** What a launch passes by value, by name: i32s. The code of a shader may depend on how many there are, not on what they are. */
export type Numbers = number | readonly number[] | { readonly [name: string]: Numbers };

/** The same numbers within a shader. */
export type Parameters<N extends Numbers> = N extends number
  ? Value
  : N extends readonly number[]
    ? readonly Value[]
    : { readonly [K in keyof N]: N[K] extends Numbers ? Parameters<N[K]> : never };

/** A number of any type that a launch passes. */
export interface Scalar {
  readonly type: ParamType;
  readonly value: number | bigint;
}

/** What a shader is written with. */
export interface Scope<N extends Numbers> {
  readonly k: ShaderBuilder;
  /** Number of the invocation, or of the workgroup where those are what the recipe counts. */
  readonly at: Value;
  readonly numbers: Parameters<N>;
  /** One for each use, in their order. */
  readonly operands: readonly ShaderOperand[];
  readonly scalars: readonly Value[];
  /** The error record, where the recipe asks for it. */
  readonly errors: Words | null;
}

export interface Recipe<N extends Numbers> {
  /** Determines the shader, together with the layout of the operands. */
  readonly key: string;
  readonly name: string;
  readonly lanes: number;
  /** Invocations or workgroups that have something to do; those beyond leave at once. */
  readonly count: number;
  readonly each?: "invocation" | "group";
  readonly uses: readonly Use[];
  readonly numbers: N;
  readonly scalars?: readonly Scalar[];
  readonly errors?: boolean;
  readonly write: (scope: Scope<N>) => void;
}

export function dispatchOf<N extends Numbers>(recipe: Recipe<N>): Dispatch {
  const { key, lanes, count, each, uses, numbers, scalars = [], errors } = recipe;
  const bound = bindOperands(uses, errors);
  const params: (number | bigint)[] = [count];
  pass(numbers, params);
  params.push(...bound.params);
  for (const { value } of scalars) params.push(value);
  return {
    key: `${key} ${bound.key}`,
    build: () => {
      const k = new ShaderBuilder(recipe.name, lanes);
      const total = k.param("count");
      const declared = declare(k, "number", numbers) as Parameters<N>;
      const operands = bound.declare(k);
      const passed = scalars.map(({ type }) => k.param("scalar", type));
      const at = k.let(each === "group" ? k.group : k.invocation, "at");
      k.if(at.ge(total), () => k.return());
      recipe.write({ k, at, numbers: declared, scalars: passed, ...operands });
      return k.finish();
    },
    buffers: bound.buffers,
    params,
    groups: each === "group" ? count : Math.ceil(count / lanes),
  };
}

function declare(k: ShaderBuilder, name: string, numbers: Numbers): unknown {
  if (typeof numbers === "number") return k.param(name);
  if (Array.isArray(numbers)) return numbers.map((number) => declare(k, name, number));
  return Object.fromEntries(Object.entries(numbers).map(([own, number]) => [own, declare(k, own, number)]));
}

/** Appends the numbers in the order in which they are declared; by plain loops, since every launch passes here. */
function pass(numbers: Numbers, to: (number | bigint)[]): void {
  if (typeof numbers === "number") to.push(numbers);
  else if (Array.isArray(numbers)) for (const number of numbers) to.push(number);
  else for (const name in numbers) pass((numbers as Record<string, Numbers>)[name] as Numbers, to);
}
