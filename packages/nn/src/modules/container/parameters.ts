/** Parameters in lists and by name (`torch.nn.ParameterList`, `torch.nn.ParameterDict`). */
import { ArgumentError, type Tensor } from "@flambeau/core";
import { checkName } from "../../module/names.js";
import { Module } from "../../module.js";
import { Parameter } from "../../parameter.js";
import { uncallable } from "./holder.js";
import { positionOf } from "./sequence.js";

const asParameter = (x: Tensor): Parameter => (x instanceof Parameter ? x : new Parameter(x));
const shown = (name: string, p: Parameter): string =>
  `  (${name}): Parameter containing: [${p.dtype} of size ${p.shape.join("x")}]`;

/** Parameters in an order; tensors become parameters. State keys are positions. */
export class ParameterList extends Module {
  declare private readonly items: Parameter[];
  constructor(parameters: Iterable<Tensor> = []) {
    super();
    this.items = [...parameters].map(asParameter);
  }
  get length(): number {
    return this.items.length;
  }
  /** The parameter at a position; negative ones count from the end. */
  at(index: number): Parameter {
    return this.items[positionOf("ParameterList", index, this.length)] as Parameter;
  }
  set(index: number, parameter: Tensor): this {
    this.items[positionOf("ParameterList", index, this.length)] = asParameter(parameter);
    return this;
  }
  append(parameter: Tensor): this {
    this.items.push(asParameter(parameter));
    return this;
  }
  extend(parameters: Iterable<Tensor>): this {
    this.items.push(...[...parameters].map(asParameter));
    return this;
  }
  [Symbol.iterator](): Iterator<Parameter> {
    return this.items[Symbol.iterator]();
  }
  protected override ownParameters(): [string, Parameter][] {
    return [...super.ownParameters(), ...this.items.map((p, i): [string, Parameter] => [String(i), p])];
  }
  override extraRepr(): string {
    return this.length === 0
      ? ""
      : `\n${this.ownParameters()
          .map((p) => shown(...p))
          .join("\n")}\n`;
  }
  override forward(): never {
    return uncallable(this);
  }
}

/**
 * Parameters by name, in the order they were set; tensors become parameters. The names are the state keys.
 */
export class ParameterDict extends Module {
  private readonly items = new Map<string, Parameter>();
  constructor(parameters: Readonly<Record<string, Tensor>> = {}) {
    super();
    for (const [name, parameter] of Object.entries(parameters)) this.set(name, parameter);
  }
  get size(): number {
    return this.items.size;
  }
  /** The parameter of this name. Throws ArgumentError naming those there are. */
  get(name: string): Parameter {
    const parameter = this.items.get(name);
    if (parameter !== undefined) return parameter;
    const names = [...this.items.keys()].join(", ") || "none";
    throw new ArgumentError("ParameterDict", `no parameter "${name}"; there are ${names}`);
  }
  set(name: string, parameter: Tensor): this {
    checkName("ParameterDict", name);
    this.items.set(name, asParameter(parameter));
    return this;
  }
  has(name: string): boolean {
    return this.items.has(name);
  }
  /** Takes a parameter out and returns it. */
  pop(name: string): Parameter {
    const parameter = this.get(name);
    this.items.delete(name);
    return parameter;
  }
  keys(): IterableIterator<string> {
    return this.items.keys();
  }
  [Symbol.iterator](): IterableIterator<[string, Parameter]> {
    return this.items.entries();
  }
  protected override ownParameters(): [string, Parameter][] {
    return [...super.ownParameters(), ...this.items];
  }
  override extraRepr(): string {
    return this.size === 0
      ? ""
      : `\n${this.ownParameters()
          .map((p) => shown(...p))
          .join("\n")}\n`;
  }
  override forward(): never {
    return uncallable(this);
  }
}
