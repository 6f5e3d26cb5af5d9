/** What ModuleDict and ParameterDict share: values by name. */
import { ArgumentError } from "@flambeau/core";
import { checkName } from "../../module/names.js";
import { Module } from "../../module.js";
import { uncallable } from "./holder.js";

/** Values V by name, in the order they were set, made of what is given as G; the names are the state keys. */
export abstract class Dictionary<V, G = V> extends Module {
  protected readonly items = new Map<string, V>();

  constructor(
    private readonly layerName: string,
    private readonly kind: string,
    given: Readonly<Record<string, G>> | Iterable<readonly [string, G]>,
  ) {
    super();
    this.update(given);
  }

  /** What is kept of a value given for a name. */
  protected abstract accept(name: string, given: G): V;

  get size(): number {
    return this.items.size;
  }
  /** The value of this name. Throws ArgumentError naming those there are. */
  get(name: string): V {
    const value = this.items.get(name);
    if (value !== undefined) return value;
    const names = [...this.items.keys()].join(", ") || "none";
    throw new ArgumentError(this.layerName, `no ${this.kind} "${name}"; there are ${names}`);
  }
  set(name: string, given: G): this {
    checkName(this.layerName, name);
    this.items.set(name, this.accept(name, given));
    return this;
  }
  has(name: string): boolean {
    return this.items.has(name);
  }
  /** Sets all values of an object, or of pairs of name and value. */
  update(given: Readonly<Record<string, G>> | Iterable<readonly [string, G]>): this {
    const entries = Symbol.iterator in given ? given : Object.entries(given);
    for (const [name, value] of entries as Iterable<readonly [string, G]>) this.set(name, value);
    return this;
  }
  /** Takes a value out and returns it. */
  pop(name: string): V {
    const value = this.get(name);
    this.items.delete(name);
    return value;
  }
  clear(): void {
    this.items.clear();
  }
  keys(): IterableIterator<string> {
    return this.items.keys();
  }
  values(): IterableIterator<V> {
    return this.items.values();
  }
  entries(): IterableIterator<[string, V]> {
    return this.items.entries();
  }
  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.items.entries();
  }
  override forward(): never {
    return uncallable(this);
  }
}
