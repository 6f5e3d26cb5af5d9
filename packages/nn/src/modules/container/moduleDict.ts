/** Modules by name (`torch.nn.ModuleDict`). */
import { ArgumentError } from "@flambeau/core";
import { checkName } from "../../module/names.js";
import { Module } from "../../module.js";
import { uncallable } from "./holder.js";

/** Modules by name, in the order they were set; the names are the state keys. */
export class ModuleDict<M extends Module = Module> extends Module {
  private readonly entryMap = new Map<string, M>();

  constructor(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]> = {}) {
    super();
    this.update(modules);
  }
  get size(): number {
    return this.entryMap.size;
  }
  /** The module of this name. Throws ArgumentError naming those there are. */
  get(name: string): M {
    const module = this.entryMap.get(name);
    if (module !== undefined) return module;
    const names = [...this.entryMap.keys()].join(", ") || "none";
    throw new ArgumentError("ModuleDict", `no module "${name}"; there are ${names}`);
  }
  set(name: string, module: M): this {
    checkName("ModuleDict", name);
    if (!(module instanceof Module))
      throw new ArgumentError("ModuleDict", `expected a module for "${name}", got ${typeof module}`);
    this.entryMap.set(name, module);
    return this;
  }
  has(name: string): boolean {
    return this.entryMap.has(name);
  }
  /** Sets all modules of an object, or of pairs of name and module. */
  update(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]>): this {
    const entries = Symbol.iterator in modules ? modules : Object.entries(modules);
    for (const [name, module] of entries as Iterable<readonly [string, M]>) this.set(name, module);
    return this;
  }
  /** Takes a module out and returns it. */
  pop(name: string): M {
    const module = this.get(name);
    this.entryMap.delete(name);
    return module;
  }
  clear(): void {
    this.entryMap.clear();
  }
  keys(): IterableIterator<string> {
    return this.entryMap.keys();
  }
  values(): IterableIterator<M> {
    return this.entryMap.values();
  }
  entries(): IterableIterator<[string, M]> {
    return this.entryMap.entries();
  }
  [Symbol.iterator](): IterableIterator<[string, M]> {
    return this.entryMap.entries();
  }

  override addModule(name: string, module: Module | null): void {
    if (module === null) super.addModule(name, module);
    else this.set(name, module as M);
  }
  protected override ownModules(): [string, Module][] {
    return [...super.ownModules(), ...this.entryMap];
  }
  override forward(): never {
    return uncallable(this);
  }
}
