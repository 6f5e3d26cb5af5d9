/** A chain of modules (`torch.nn.Sequential`). */
import type { Tensor } from "@flambeau/core";
import { Module } from "../../module.js";
import { ModuleSequence } from "./sequence.js";

/** Anything whose forward takes and returns one tensor: what a Sequential can chain. */
export type Step = Module & { forward(x: Tensor): Tensor };

/**
 * Modules applied one after the other; state keys are their positions, or the names of an object given
 * instead.
 */
export class Sequential extends ModuleSequence<Step> {
  constructor(...modules: readonly Step[] | [Readonly<Record<string, Step>>]) {
    const [first] = modules;
    const isNamed = modules.length === 1 && isRecord(first);
    super(isNamed ? Object.entries(first) : (modules as readonly Step[]).map((m, i) => [String(i), m]));
  }

  /** The modules from `start` up to and without `end`, shared, as a Sequential. */
  slice(start?: number, end?: number): Sequential {
    return new Sequential(...this.toArray().slice(start, end));
  }

  override forward(x: Tensor): Tensor {
    let result = x;
    for (const module of this) result = module.forward(result);
    return result;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, Step>> =>
  typeof value === "object" && value !== null && !(value instanceof Module);
