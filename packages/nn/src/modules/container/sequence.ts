/** What Sequential and ModuleList share: modules in an order, whose keys are their positions. */
import { ArgumentError, IndexError } from "@flambeau/core";
import { Module } from "../../module.js";

/** The position that a possibly negative index names; throws IndexError outside -length … length - 1. */
export function positionOf(op: string, index: number, length: number): number {
  const position = index < 0 ? index + length : index;
  if (!Number.isInteger(index) || position < 0 || position >= length)
    throw new IndexError(op, `index ${index} is out of range for ${length} items`);
  return position;
}

/** Modules in an order. */
export abstract class ModuleSequence<M extends Module> extends Module {
  private entryList: [name: string, module: M][] = [];

  constructor(entries: readonly (readonly [string, M])[]) {
    super();
    for (const [name, module] of entries) this.entryList.push([name, this.checked(module)]);
  }

  private checked(module: M): M {
    if (module instanceof Module) return module;
    throw new ArgumentError(
      this.constructor.name,
      `expected modules, got ${module === null ? "null" : typeof module}`,
    );
  }
  /** After a change in the middle, keys are positions again. */
  private renumber(modules: readonly M[]): void {
    this.entryList = modules.map((module, i) => [String(i), this.checked(module)]);
  }

  get length(): number {
    return this.entryList.length;
  }
  /** The module at a position; negative ones count from the end. */
  at(index: number): M {
    return this.toArray()[positionOf(this.constructor.name, index, this.length)] as M;
  }
  toArray(): M[] {
    return this.entryList.map(([, module]) => module);
  }
  [Symbol.iterator](): Iterator<M> {
    return this.toArray()[Symbol.iterator]();
  }

  /** Puts a module in the place of the one at a position. */
  set(index: number, module: M): this {
    const entry = this.entryList[positionOf(this.constructor.name, index, this.length)] as [string, M];
    entry[1] = this.checked(module);
    return this;
  }
  append(module: M): this {
    this.entryList.push([String(this.length), this.checked(module)]);
    return this;
  }
  extend(modules: Iterable<M>): this {
    for (const module of [...modules]) this.append(module);
    return this;
  }
  /** Puts a module before the one at a position; at `length`, behind the last. */
  insert(index: number, module: M): this {
    const modules = this.toArray();
    modules.splice(positionOf(this.constructor.name, index, this.length + 1), 0, module);
    this.renumber(modules);
    return this;
  }
  /** Takes a module out and returns it. */
  pop(index = -1): M {
    const modules = this.toArray();
    const [taken] = modules.splice(positionOf(this.constructor.name, index, this.length), 1);
    this.renumber(modules);
    return taken as M;
  }

  /** Appends a module under a name, or replaces the one of that name. */
  override addModule(name: string, module: Module | null): void {
    if (module === null) {
      super.addModule(name, module);
      return;
    }
    const entry = this.entryList.find(([key]) => key === name);
    if (entry === undefined) this.entryList.push([name, this.checked(module as M)]);
    else entry[1] = this.checked(module as M);
  }
  protected override ownModules(): [string, Module][] {
    return [...super.ownModules(), ...this.entryList];
  }
}
