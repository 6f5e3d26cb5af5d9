/** Modules by name (`torch.nn.ModuleDict`). */
import { ArgumentError } from "@flambeau/core";
import { Module } from "../../module.js";
import { Dictionary } from "./dictionary.js";

/** Modules by name, in the order they were set; the names are the state keys. */
export class ModuleDict<M extends Module = Module> extends Dictionary<M> {
  constructor(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]> = {}) {
    super("ModuleDict", "module", modules);
  }
  protected override accept(name: string, module: M): M {
    if (module instanceof Module) return module;
    throw new ArgumentError("ModuleDict", `expected a module for "${name}", got ${typeof module}`);
  }
  override addModule(name: string, module: Module | null): void {
    if (module === null) super.addModule(name, module);
    else this.set(name, module as M);
  }
  protected override ownModules(): [string, Module][] {
    return [...super.ownModules(), ...this.items];
  }
}
