/** A list of modules (`torch.nn.ModuleList`). */
import type { Module } from "../../module.js";
import { uncallable } from "./holder.js";
import { ModuleSequence } from "./sequence.js";

/** Modules in an order that a model goes through by itself; state keys are their positions. */
export class ModuleList<M extends Module = Module> extends ModuleSequence<M> {
  constructor(modules: Iterable<M> = []) {
    super([...modules].map((module, i) => [String(i), module]));
  }
  /** The modules from `start` up to and without `end`, shared, as a list. */
  slice(start?: number, end?: number): ModuleList<M> {
    return new ModuleList(this.toArray().slice(start, end));
  }
  override forward(): never {
    return uncallable(this);
  }
}
