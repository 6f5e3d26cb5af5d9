/** State dicts of optimizers: PyTorch's structure, with parameters by number. */
import { ArgumentError, isTensor, ShapeError, type Tensor } from "@flambeau/core";
import { formatShape, sameShape } from "@flambeau/core/internal";
import { checkNames } from "../names.js";
import { copiedFor } from "./buffers.js";
import type { LearningRate, ParamGroup } from "./groups.js";

/** What a state dict holds; all of it can be saved by `formats.saveState`. */
export type StateValue = Tensor | number | string | boolean | null | readonly StateValue[];
export type StateValues = { readonly [name: string]: StateValue };

/** `state` by parameter number; in `paramGroups` the options of each group, and its parameters' numbers as `params`. */
export type OptimizerStateDict = {
  readonly state: { readonly [parameter: string]: StateValues };
  readonly paramGroups: readonly StateValues[];
};

type Groups = readonly ParamGroup<LearningRate>[];

/** The state dict of groups and the state kept for their parameters. */
export function saved(groups: Groups, state: ReadonlyMap<Tensor, object>): OptimizerStateDict {
  const entries: Record<string, StateValues> = {};
  let number = 0;
  const paramGroups = groups.map(({ params, ...options }) => {
    const numbers = params.map((param) => {
      const values = state.get(param);
      if (values !== undefined) entries[number] = snapshot(values);
      return number++;
    });
    return { ...options, params: numbers } as StateValues;
  });
  return { state: entries, paramGroups };
}

/** The same tensors in arrays and an object of their own. */
const snapshot = (values: object): StateValues =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  );

/** The options a state dict holds for each group. Throws ArgumentError where its groups are not these. */
export function readOptions(op: string, groups: Groups, dict: OptimizerStateDict): StateValues[] {
  if (!Array.isArray(dict?.paramGroups) || typeof dict.state !== "object" || dict.state === null) {
    throw new ArgumentError(op, "expected { state, paramGroups } as stateDict gives it, got something else");
  }
  if (dict.paramGroups.length !== groups.length) {
    throw new ArgumentError(
      op,
      `expected ${groups.length} parameter groups, got a state of ${dict.paramGroups.length}`,
    );
  }
  return dict.paramGroups.map((saved: StateValues, i) => {
    const group = groups[i] as ParamGroup<LearningRate>;
    const { params, ...options } = saved;
    const length = Array.isArray(params) ? params.length : 0;
    if (length !== group.params.length) {
      throw new ArgumentError(
        op,
        `group ${i} has ${group.params.length} parameters, the state's has ${length}`,
      );
    }
    const missing = Object.keys(group).filter(
      (name) => name !== "params" && name !== "initialLr" && !Object.hasOwn(options, name),
    );
    if (missing.length > 0)
      throw new ArgumentError(op, `group ${i} of the state lacks ${missing.join(", ")}`);
    return options;
  });
}

/** A parameter with its group and what a state dict holds of it. */
interface Entry {
  readonly where: string;
  readonly values: StateValues;
  readonly param: Tensor;
  readonly group: ParamGroup<LearningRate>;
}

/** The parameters a state dict has state for. Throws ArgumentError for numbers that no parameter has. */
export function readState(op: string, groups: Groups, dict: OptimizerStateDict): Entry[] {
  const byNumber = new Map<string, Pick<Entry, "param" | "group">>();
  groups.forEach((group, i) => {
    const numbers = (dict.paramGroups[i] as StateValues).params as readonly number[];
    group.params.forEach((param, j) => void byNumber.set(String(numbers[j]), { param, group }));
  });
  return Object.entries(dict.state).map(([number, values]) => {
    const found = byNumber.get(number);
    if (found === undefined) {
      throw new ArgumentError(op, `the state has parameter ${number}, which none of its groups has`);
    }
    return { where: `${op}: parameter ${number}`, values, ...found };
  });
}

/**
 * `fresh`, the state before a first step, with the saved values in place of its own: numbers as they are, tensors copied.
 * Where `fresh` has null, which an optimizer fills when it needs it, the value may be null or of the parameter's shape.
 */
export function fit<S extends object>(where: string, fresh: S, values: StateValues, param: Tensor): S {
  const own = fresh as Record<string, Tensor | number | null>;
  checkNames(where, Object.keys(own), values);
  for (const [name, before] of Object.entries(own)) {
    const value = values[name] as StateValue;
    const refuse = (expected: string): never => {
      throw new ArgumentError(where, `expected ${name} to be ${expected}, got ${kind(value)}`);
    };
    if (typeof before === "number") own[name] = typeof value === "number" ? value : refuse("a number");
    else if (isTensor(value)) {
      const { shape } = before ?? param;
      if (!sameShape(value.shape, shape)) {
        throw new ShapeError(
          where,
          `expected ${name} to have shape ${formatShape(shape)}, got ${formatShape(value.shape)}`,
        );
      }
      own[name] = before?.copy_(value) ?? copiedFor(param, value);
    } else if (before !== null || value !== null) {
      refuse(before === null ? "a tensor or null" : "a tensor");
    }
  }
  return fresh;
}

const kind = (value: unknown): string =>
  isTensor(value) ? "a tensor" : value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
