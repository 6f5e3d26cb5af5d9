/** Modules that hold modules (`torch.nn`). */
import { ArgumentError, IndexError, type Tensor } from "@flambeau/core";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";

/** A module that only lists others cannot be called. */
abstract class Holder extends Module {
  override forward(): never {
    throw new ArgumentError(
      this.constructor.name,
      "this container only holds modules; call the modules in it",
    );
  }
}

function at<T>(name: string, items: readonly T[], index: number): T {
  const item = items.at(index);
  if (item === undefined || !Number.isInteger(index))
    throw new IndexError(name, `index ${index} is out of range for ${items.length} modules`);
  return item;
}

/** Anything whose forward takes and returns one value: what a Sequential can chain. */
type Step = Module & { forward(x: Tensor): Tensor };

/** Modules applied one after the other; state keys are their positions, or the names of an object given instead. */
export class Sequential extends Module {
  readonly #entries: [string, Step][];

  constructor(...modules: readonly Step[] | [Readonly<Record<string, Step>>]) {
    super();
    const [first] = modules;
    const named = modules.length === 1 && !(first instanceof Module);
    this.#entries = named
      ? Object.entries(first as Record<string, Step>)
      : (modules as readonly Step[]).map((m, i) => [String(i), m]);
    for (const [name, module] of this.#entries) {
      if (!(module instanceof Module))
        throw new ArgumentError("Sequential", `expected modules, got ${typeof module} at ${name}`);
    }
  }

  get length(): number {
    return this.#entries.length;
  }
  /** The module at a position; negative ones count from the end. */
  at(index: number): Module {
    return at("Sequential", this.#entries, index)[1];
  }
  append(module: Step): this {
    this.#entries.push([String(this.#entries.length), module]);
    return this;
  }
  [Symbol.iterator](): Iterator<Module> {
    return this.#entries.map(([, module]) => module)[Symbol.iterator]();
  }

  override namedChildren(): [string, Module][] {
    return [...this.#entries];
  }
  override forward(x: Tensor): Tensor {
    let result = x;
    for (const [, module] of this.#entries) result = module.forward(result);
    return result;
  }
}

/** A list of modules; state keys are their positions. */
export class ModuleList<M extends Module = Module> extends Holder {
  readonly #items: M[];
  constructor(modules: Iterable<M> = []) {
    super();
    this.#items = [...modules];
  }
  get length(): number {
    return this.#items.length;
  }
  /** The module at a position; negative ones count from the end. */
  at(index: number): M {
    return at("ModuleList", this.#items, index);
  }
  append(module: M): this {
    this.#items.push(module);
    return this;
  }
  extend(modules: Iterable<M>): this {
    this.#items.push(...modules);
    return this;
  }
  [Symbol.iterator](): Iterator<M> {
    return this.#items[Symbol.iterator]();
  }
  override namedChildren(): [string, Module][] {
    return this.#items.map((module, i) => [String(i), module]);
  }
}

/** Modules by name; the names are the state keys. */
export class ModuleDict<M extends Module = Module> extends Holder {
  readonly #items: Map<string, M>;
  constructor(modules: Readonly<Record<string, M>> = {}) {
    super();
    this.#items = new Map(Object.entries(modules));
  }
  get size(): number {
    return this.#items.size;
  }
  get(name: string): M {
    const module = this.#items.get(name);
    if (module === undefined)
      throw new ArgumentError(
        "ModuleDict",
        `no module "${name}"; there are ${[...this.#items.keys()].join(", ") || "none"}`,
      );
    return module;
  }
  set(name: string, module: M): this {
    this.#items.set(name, module);
    return this;
  }
  has(name: string): boolean {
    return this.#items.has(name);
  }
  keys(): IterableIterator<string> {
    return this.#items.keys();
  }
  values(): IterableIterator<M> {
    return this.#items.values();
  }
  entries(): IterableIterator<[string, M]> {
    return this.#items.entries();
  }
  override namedChildren(): [string, Module][] {
    return [...this.#items];
  }
}

/** A list of parameters; state keys are their positions. */
export class ParameterList extends Holder {
  readonly #items: Parameter[];
  constructor(parameters: Iterable<Tensor> = []) {
    super();
    this.#items = [...parameters].map((p) => (p instanceof Parameter ? p : new Parameter(p)));
  }
  get length(): number {
    return this.#items.length;
  }
  at(index: number): Parameter {
    return at("ParameterList", this.#items, index);
  }
  append(parameter: Tensor): this {
    this.#items.push(parameter instanceof Parameter ? parameter : new Parameter(parameter));
    return this;
  }
  [Symbol.iterator](): Iterator<Parameter> {
    return this.#items[Symbol.iterator]();
  }
  protected override ownParameters(): [string, Parameter][] {
    return this.#items.map((parameter, i) => [String(i), parameter]);
  }
}
