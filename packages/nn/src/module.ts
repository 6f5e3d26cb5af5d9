/** The base class of layers and models (`torch.nn.Module`). */
import {
  ArgumentError,
  type DeviceLike,
  type DType,
  isFloat,
  noGrad,
  ShapeError,
  Tensor,
} from "@flambeau/core";
import { Parameter } from "./parameter.js";

export type StateDict = Record<string, Tensor>;

/** What `loadStateDict` found amiss when it was not strict. */
export interface LoadReport {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

export interface HookHandle {
  remove(): void;
}
type ForwardPreHook = (module: Module, args: readonly unknown[]) => readonly unknown[] | undefined;
type ForwardHook = (module: Module, args: readonly unknown[], output: unknown) => unknown;

/** state_dict keys are spelled as PyTorch spells them, so that checkpoints exchange: `runningMean` is `running_mean`. */
const keyOf = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Layers and models extend this, keep parameters (`Parameter`) and other modules in their properties, and define `forward`. Call a module by
 * `model.forward(x)`: hooks run around it.
 */
export abstract class Module {
  /** Whether layers such as dropout behave as in training; set by `train` and `eval`. */
  training = true;
  readonly #buffers = new Map<string, { persistent: boolean }>();
  readonly #preHooks = new Set<ForwardPreHook>();
  readonly #hooks = new Set<ForwardHook>();

  constructor() {
    // Hooks surround whatever `forward` the subclass defines, without a second name for calling a module.
    const forward = this.forward;
    Object.defineProperty(this, "forward", {
      value: (...args: never[]): unknown =>
        this.#preHooks.size + this.#hooks.size === 0
          ? forward.apply(this, args)
          : this.#hooked(forward, args),
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }

  /** Computes the module's result. */
  abstract forward(...args: never[]): unknown;

  #hooked(forward: (...args: never[]) => unknown, given: readonly unknown[]): unknown {
    let args = given;
    for (const hook of this.#preHooks) args = hook(this, args) ?? args;
    let output = forward.apply(this, args as never[]);
    for (const hook of this.#hooks) output = hook(this, args, output) ?? output;
    return output;
  }

  /** Runs `hook` before forward; what it returns replaces the arguments. */
  registerForwardPreHook(hook: ForwardPreHook): HookHandle {
    this.#preHooks.add(hook);
    return { remove: () => this.#preHooks.delete(hook) };
  }

  /** Runs `hook` after forward; what it returns replaces the output. */
  registerForwardHook(hook: ForwardHook): HookHandle {
    this.#hooks.add(hook);
    return { remove: () => this.#hooks.delete(hook) };
  }

  /** Makes a property that is saved with the module but not learned; null reserves the name. */
  registerBuffer(name: string, value: Tensor | null, options: { persistent?: boolean } = {}): void {
    this.#buffers.set(name, { persistent: options.persistent ?? true });
    (this as unknown as Record<string, unknown>)[name] = value;
  }

  /** Modules held directly in properties, by state key; lists and dictionaries of modules say their own. */
  namedChildren(): [string, Module][] {
    return Object.entries(this)
      .filter((entry): entry is [string, Module] => entry[1] instanceof Module)
      .map(([name, m]) => [keyOf(name), m]);
  }
  children(): Module[] {
    return this.namedChildren().map(([, module]) => module);
  }

  /** Parameters held directly in properties, by state key. */
  protected ownParameters(): [string, Parameter][] {
    return Object.entries(this)
      .filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter)
      .map(([name, p]) => [keyOf(name), p]);
  }

  #ownBuffers(persistentOnly: boolean): [string, Tensor][] {
    const found: [string, Tensor][] = [];
    for (const [name, { persistent }] of this.#buffers) {
      const value = (this as unknown as Record<string, unknown>)[name];
      if (value instanceof Tensor && (persistent || !persistentOnly)) found.push([keyOf(name), value]);
    }
    return found;
  }

  /** This module and all below it, each once, with dotted names; this one's is "". */
  namedModules(prefix = "", seen: Set<Module> = new Set()): [string, Module][] {
    if (seen.has(this)) return [];
    seen.add(this);
    const found: [string, Module][] = [[prefix, this]];
    for (const [name, child] of this.namedChildren())
      found.push(...child.namedModules(prefix === "" ? name : `${prefix}.${name}`, seen));
    return found;
  }
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** All parameters, each once, with dotted names. */
  namedParameters(): [string, Parameter][] {
    return this.#collect((module) => module.ownParameters());
  }
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** All buffers, each once, with dotted names. */
  namedBuffers(): [string, Tensor][] {
    return this.#collect((module) => module.#ownBuffers(false));
  }
  buffers(): Tensor[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  #collect<T>(own: (module: Module) => [string, T][]): [string, T][] {
    const seen = new Set<T>();
    const found: [string, T][] = [];
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of own(module)) {
        if (seen.has(value)) continue;
        seen.add(value);
        found.push([prefix === "" ? name : `${prefix}.${name}`, value]);
      }
    }
    return found;
  }

  /** Parameters and persistent buffers by dotted name, sharing the module's memory; also those reached twice. */
  stateDict(prefix = ""): StateDict {
    const state: StateDict = {};
    for (const [name, tensor] of [...this.ownParameters(), ...this.#ownBuffers(true)])
      state[prefix + name] = tensor.detach();
    for (const [name, child] of this.namedChildren())
      Object.assign(state, child.stateDict(`${prefix}${name}.`));
    return state;
  }

  /**
   * Copies a state dict's values into the module's parameters and buffers. Throws ArgumentError naming every missing or
   * unknown key (unless `strict` is false) and ShapeError for values that do not fit; nothing is changed then.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>, options: { strict?: boolean } = {}): LoadReport {
    const own = this.stateDict();
    const missingKeys = Object.keys(own).filter((key) => !Object.hasOwn(state, key));
    const unexpectedKeys = Object.keys(state).filter((key) => !Object.hasOwn(own, key));
    if ((options.strict ?? true) && missingKeys.length + unexpectedKeys.length > 0) {
      const parts = [
        missingKeys.length > 0 ? `missing keys ${missingKeys.join(", ")}` : "",
        unexpectedKeys.length > 0 ? `unknown keys ${unexpectedKeys.join(", ")}` : "",
      ];
      throw new ArgumentError(
        "loadStateDict",
        `the state does not match ${this.constructor.name}: ${parts.filter((p) => p !== "").join("; ")}`,
      );
    }
    const matched = Object.entries(own).filter(([key]) => Object.hasOwn(state, key));
    for (const [key, target] of matched) {
      const value = state[key] as Tensor;
      if (value.shape.join() !== target.shape.join()) {
        throw new ShapeError(
          "loadStateDict",
          `"${key}" has shape [${target.shape.join(", ")}], got a value of shape [${value.shape.join(", ")}]`,
        );
      }
    }
    noGrad(() => {
      for (const [key, target] of matched) target.copy_(state[key] as Tensor);
    });
    return { missingKeys, unexpectedKeys };
  }

  /** Puts this module and all below it into training mode, or out of it. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }
  /** Out of training mode: dropout passes through, normalisation uses its running statistics. */
  eval(): this {
    return this.train(false);
  }

  /** Calls `f` on every module below this one, then on this one. */
  apply(f: (module: Module) => void): this {
    for (const child of this.children()) child.apply(f);
    f(this);
    return this;
  }

  /** Sets whether the parameters collect gradients. */
  requiresGrad_(flag = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(flag);
    return this;
  }

  /** Forgets the parameters' gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /** Moves parameters and buffers, in place, to a device, a float dtype, or both. Integer buffers keep their dtype. */
  to(target: DType | DeviceLike | { dtype?: DType; device?: DeviceLike }): this {
    const move = (x: Tensor): Tensor => {
      const moved = x.to(target as DType);
      return isFloat(x.dtype) ? moved : moved.to(x.dtype);
    };
    noGrad(() => {
      for (const tensor of [...this.parameters(), ...this.buffers()]) {
        const grad = tensor.grad;
        tensor.set_(move(tensor.detach()));
        if (grad !== null) tensor.grad = move(grad);
      }
    });
    return this;
  }
  float(): this {
    return this.to("float32");
  }
  double(): this {
    return this.to("float64");
  }
  half(): this {
    return this.to("float16");
  }
  bfloat16(): this {
    return this.to("bfloat16");
  }

  /** What a layer shows of itself between its parentheses. */
  extraRepr(): string {
    return "";
  }

  /** The module tree as PyTorch prints it. */
  toString(): string {
    const lines = this.namedChildren().map(
      ([name, child]) => `  (${name}): ${child.toString().replaceAll("\n", "\n  ")}`,
    );
    const extra = this.extraRepr();
    if (lines.length === 0) return `${this.constructor.name}(${extra})`;
    return `${this.constructor.name}(\n${extra === "" ? "" : `  ${extra}\n`}${lines.join("\n")}\n)`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
