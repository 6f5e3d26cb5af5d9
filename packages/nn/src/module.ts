/** The base class of layers and models (`torch.nn.Module`). */
import {
  ArgumentError,
  type DeviceLike,
  type DType,
  DTypeError,
  dtypes,
  isFloat,
  noGrad,
  Tensor,
} from "@flambeau/core";
import { tensorsIn } from "@flambeau/core/internal";
import { deepCopy } from "./module/clone.js";
import {
  addHook,
  type ForwardHook,
  type ForwardPreHook,
  type FullBackwardHook,
  type FullBackwardPreHook,
  type HookHandle,
  type HookOptions,
  Hooks,
} from "./module/hooks.js";
import { checkName, dotted, keyOf } from "./module/names.js";
import { type LoadReport, loadInto, type StateDict } from "./module/state.js";
import { Parameter } from "./parameter.js";

/** Which tensors `namedParameters` and `namedBuffers` list. */
export interface ListOptions {
  /** Put before every name, with a dot. */
  readonly prefix?: string;
  /** Whether those of the modules below are listed too, as they are by default. */
  readonly recurse?: boolean;
}

/** Where `Module.to` moves a module. */
export type ModuleTarget = DType | DeviceLike | Tensor | { dtype?: DType; device?: DeviceLike };

/**
 * Layers and models extend this, keep parameters (`Parameter`) and other modules in their properties, and
 * define `forward`. Call a module by `model.forward(x)`.
 *
 * A property's name in camelCase is its key in state dicts in PyTorch's spelling: `runningMean` is
 * `running_mean`.
 */
export abstract class Module {
  /** Whether layers such as dropout behave as in training; set by `train` and `eval`. */
  training = true;
  /** @internal */
  readonly moduleHooks = new Hooks();
  /** The names of buffers, and whether they are saved. */
  private readonly persistence = new Map<string, boolean>();

  /** Computes the module's result. */
  abstract forward(...args: never[]): unknown;

  /** Runs `hook` before forward, with its arguments; an array it returns replaces them. */
  registerForwardPreHook(hook: ForwardPreHook, options?: HookOptions): HookHandle {
    return addHook(this, this.moduleHooks.forwardPre, hook, options);
  }
  /** Runs `hook` after forward, with its arguments and output; what it returns replaces the output. */
  registerForwardHook(hook: ForwardHook, options?: HookOptions): HookHandle {
    return addHook(this, this.moduleHooks.forward, hook, options);
  }
  /**
   * Runs `hook` in backward, with the gradients of forward's outputs, before the module's own backward; may
   * replace them.
   */
  registerFullBackwardPreHook(hook: FullBackwardPreHook, options?: HookOptions): HookHandle {
    return addHook(this, this.moduleHooks.backwardPre, hook, options);
  }
  /**
   * Runs `hook` in backward, with the gradients of forward's arguments and outputs; may replace the former.
   */
  registerFullBackwardHook(hook: FullBackwardHook, options?: HookOptions): HookHandle {
    return addHook(this, this.moduleHooks.backward, hook, options);
  }

  /**
   * Makes a property that is saved with the module (unless not persistent) but not learned; null reserves the
   * name.
   */
  registerBuffer(name: string, value: Tensor | null, options: { persistent?: boolean } = {}): void {
    this.claim("registerBuffer", name, value, this.persistence.has(name));
    this.persistence.set(name, options.persistent ?? true);
  }
  /**
   * Makes a property that is learned; null reserves the name. The same as assigning it, for names known at
   * run time only.
   */
  registerParameter(name: string, parameter: Parameter | null): void {
    this.register("registerParameter", name, parameter, Parameter, "a Parameter");
  }
  /** Makes a property that holds a module. The same as assigning it, for names known at run time only. */
  addModule(name: string, module: Module | null): void {
    this.register("addModule", name, module, Module, "a module");
  }
  /** The same as `addModule`. */
  registerModule(name: string, module: Module | null): void {
    this.addModule(name, module);
  }

  private register(op: string, name: string, value: unknown, kind: Kind<unknown>, expected: string): void {
    if (value !== null && !(value instanceof kind))
      throw new ArgumentError(op, `expected ${expected} for "${name}", got ${typeof value}`);
    this.claim(op, name, value, members(this)[name] instanceof kind);
  }
  /** Sets a member. A name may be given again to one of the same kind, but must not hide anything else. */
  private claim(op: string, name: string, value: unknown, isSameKind: boolean): void {
    checkName(op, name);
    if (!isSameKind && members(this)[name] != null)
      throw new ArgumentError(op, `${this.constructor.name} already has a member "${name}"`);
    members(this)[name] = value;
  }

  /** Modules held directly, by key, also those held twice. Containers say their own. */
  protected ownModules(): [string, Module][] {
    return held(Object.entries(this), Module);
  }
  /** Parameters held directly, by key. */
  protected ownParameters(): [string, Parameter][] {
    return held(Object.entries(this), Parameter);
  }
  private ownBuffers(all: boolean): [string, Tensor][] {
    const names = [...this.persistence].flatMap(([name, persistent]) => (persistent || all ? [name] : []));
    return held(
      names.map((name) => [name, members(this)[name]]),
      Tensor,
    );
  }

  /** Modules held directly, each once, by key. */
  namedChildren(): [string, Module][] {
    return once(this.ownModules());
  }
  children(): Module[] {
    return this.namedChildren().map(([, module]) => module);
  }
  /** This module and all below it, each once, with dotted names; this one's is "". */
  namedModules(prefix = "", seen: Set<Module> = new Set()): [string, Module][] {
    if (seen.has(this)) return [];
    seen.add(this);
    const below = this.ownModules().flatMap(([name, child]) =>
      child.namedModules(dotted(prefix, name), seen),
    );
    return [[prefix, this], ...below];
  }
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }
  /** All parameters, each once, with dotted names. */
  namedParameters(options?: ListOptions): [string, Parameter][] {
    return this.listed((module) => module.ownParameters(), options);
  }
  parameters(options?: Pick<ListOptions, "recurse">): Parameter[] {
    return this.namedParameters(options).map(([, parameter]) => parameter);
  }
  /** All buffers, each once, with dotted names. */
  namedBuffers(options?: ListOptions): [string, Tensor][] {
    return this.listed((module) => module.ownBuffers(true), options);
  }
  buffers(options?: Pick<ListOptions, "recurse">): Tensor[] {
    return this.namedBuffers(options).map(([, buffer]) => buffer);
  }
  private listed<T>(
    own: (module: Module) => [string, T][],
    { prefix = "", recurse = true }: ListOptions = {},
  ): [string, T][] {
    const seen = new Set<T>();
    const modules: [string, Module][] = recurse ? this.namedModules(prefix) : [[prefix, this]];
    return modules.flatMap(([path, module]) =>
      once(own(module), seen).map(([name, value]): [string, T] => [dotted(path, name), value]),
    );
  }

  /**
   * The module at a dotted path of keys or property names, "" being this one. Throws ArgumentError naming
   * where the path ends.
   */
  getSubmodule(path: string): Module {
    let found: Module = this;
    for (const [depth, name] of (path === "" ? [] : path.split(".")).entries()) {
      const parent = path.split(".").slice(0, depth).join(".") || found.constructor.name;
      const missing = `no module "${name}" in ${parent}, whose modules are`;
      found = memberAt("getSubmodule", found.ownModules(), name, missing);
    }
    return found;
  }
  /** The parameter at a dotted path. Throws ArgumentError where there is none. */
  getParameter(path: string): Parameter {
    return this.tensorAt("getParameter", path, (module) => module.ownParameters());
  }
  /** The buffer at a dotted path. Throws ArgumentError where there is none. */
  getBuffer(path: string): Tensor {
    return this.tensorAt("getBuffer", path, (module) => module.ownBuffers(true));
  }
  private tensorAt<T>(op: string, path: string, own: (module: Module) => [string, T][]): T {
    const cut = path.lastIndexOf(".");
    const tensors = own(this.getSubmodule(path.slice(0, Math.max(cut, 0))));
    return memberAt(op, tensors, path.slice(cut + 1), `nothing at "${path}"; there are`);
  }

  /**
   * Parameters and persistent buffers by dotted name, sharing the module's memory; tied ones under each of
   * their names.
   */
  stateDict(options: { readonly prefix?: string } = {}): StateDict {
    const entries = this.stateEntries(options.prefix ?? "");
    return Object.fromEntries(entries.map(([key, tensor]) => [key, tensor.detach()]));
  }
  private stateEntries(prefix: string): [string, Tensor][] {
    const own = [...this.ownParameters(), ...this.ownBuffers(false)];
    return [
      ...own.map(([name, tensor]): [string, Tensor] => [prefix + name, tensor]),
      ...this.ownModules().flatMap(([name, child]) => child.stateEntries(`${prefix}${name}.`)),
    ];
  }
  /**
   * Copies a state dict's values into the module's parameters and buffers, converted to their dtypes. Throws
   * ArgumentError that names all missing and unknown keys, unless `strict` is false, and ShapeError that
   * names all values that do not fit; nothing is changed then.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>, options: { strict?: boolean } = {}): LoadReport {
    return loadInto(this.constructor.name, new Map(this.stateEntries("")), state, options.strict ?? true);
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

  /**
   * Moves parameters, their gradients and buffers to a device, a floating-point dtype, or both, in place:
   * whoever holds a parameter sees it moved. Integer buffers keep their dtype. Throws DTypeError for a dtype
   * that is not floating-point.
   */
  to(target: ModuleTarget): this {
    const { dtype, device } = targetOf(target);
    if (dtype !== undefined && !isFloat(dtype))
      throw new DTypeError("Module.to", `expected a floating-point dtype, got ${dtype}`);
    const move = (x: Tensor): Tensor => x.to(isFloat(x.dtype) ? { dtype, device } : { device });
    noGrad(() => {
      const moved = this[tensorsIn].map((tensor) => ({
        tensor,
        value: move(tensor.detach()),
        grad: tensor.grad === null ? null : move(tensor.grad),
      }));
      for (const { tensor, value, grad } of moved) {
        tensor.set_(value);
        if (grad !== null) tensor.grad = grad;
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

  /**
   * A deep copy, with parameters and buffers of its own (`copy.deepcopy`). Copied are properties; a class
   * that keeps state in `#private` fields has to override this.
   */
  clone(): this {
    return deepCopy(this, (value) => value instanceof Module || value instanceof Hooks);
  }
  /** For scopes: what lives on with the module. */
  get [tensorsIn](): Tensor[] {
    return [...this.parameters(), ...this.buffers()];
  }
  /** Frees the memory of parameters and buffers at once. Using the module afterwards is an error. */
  dispose(): void {
    for (const tensor of this[tensorsIn]) tensor.dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What a layer shows of itself between its parentheses. */
  extraRepr(): string {
    return "";
  }
  /** The module tree as PyTorch prints it. */
  toString(): string {
    const lines = this.ownModules().map(
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

/** Properties by the names they have at run time. */
const members = (module: Module): Record<string, unknown> => module as unknown as Record<string, unknown>;

type Kind<T> = abstract new (...args: never[]) => T;

/** The values that are of a kind, by key. */
const held = <T>(values: readonly (readonly [string, unknown])[], kind: Kind<T>): [string, T][] =>
  values.flatMap(([name, value]): [string, T][] => (value instanceof kind ? [[keyOf(name), value]] : []));

/** The entries whose value was not seen before. */
const once = <T>(entries: [string, T][], seen: Set<T> = new Set()): [string, T][] =>
  entries.filter(([, value]) => !seen.has(value) && seen.add(value));

/** What has this key or property name. `missing` begins the message that names what there is instead. */
function memberAt<T>(op: string, own: readonly [string, T][], name: string, missing: string): T {
  const found = own.find(([key]) => key === name) ?? own.find(([key]) => key === keyOf(name));
  if (found !== undefined) return found[1];
  throw new ArgumentError(op, `${missing} ${own.map(([key]) => key).join(", ") || "none"}`);
}

function targetOf(target: ModuleTarget): { dtype?: DType; device?: DeviceLike } {
  if (typeof target === "string" && Object.hasOwn(dtypes, target)) return { dtype: target as DType };
  if (typeof target === "string" || "backend" in target) return { device: target as DeviceLike };
  return { dtype: target.dtype, device: target.device };
}
