/** Parameters in lists and by name (`torch.nn.ParameterList`, `torch.nn.ParameterDict`). */
import type { Tensor } from "@flambeau/core";
import { Module } from "../../module.js";
import { Parameter } from "../../parameter.js";
import { Dictionary } from "./dictionary.js";
import { uncallable } from "./holder.js";
import { positionOf } from "./sequence.js";

const asParameter = (x: Tensor): Parameter => (x instanceof Parameter ? x : new Parameter(x));
const shown = (parameters: readonly [string, Parameter][]): string => {
  const lines = parameters.map(
    ([name, p]) => `\n  (${name}): Parameter containing: [${p.dtype} of size ${p.shape.join("x")}]`,
  );
  return lines.length === 0 ? "" : `${lines.join("")}\n`;
};

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
    return shown(this.ownParameters());
  }
  override forward(): never {
    return uncallable(this);
  }
}

/**
 * Parameters by name, in the order they were set; tensors become parameters. The names are the state keys.
 */
export class ParameterDict extends Dictionary<Parameter, Tensor> {
  constructor(parameters: Readonly<Record<string, Tensor>> = {}) {
    super("ParameterDict", "parameter", parameters);
  }
  protected override accept(_name: string, parameter: Tensor): Parameter {
    return asParameter(parameter);
  }
  protected override ownParameters(): [string, Parameter][] {
    return [...super.ownParameters(), ...this.items];
  }
  override extraRepr(): string {
    return shown(this.ownParameters());
  }
}
