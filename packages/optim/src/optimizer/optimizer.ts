/** The base class of optimizers (`torch.optim.Optimizer`). */
import { enableGrad, noGrad, type Tensor } from "@flambeau/core";
import "@flambeau/autograd";
import {
  type GroupOptions,
  type LearningRate,
  type ParamGroup,
  type Params,
  readGroups,
  readParams,
} from "./groups.js";
import { checkOptions, defaultsOf, type OptionTable } from "./options.js";
import {
  fit,
  type OptimizerStateDict,
  readOptions,
  readState,
  type StateValues,
  saved,
} from "./stateDict.js";

/** Called around a step with the optimizer. */
export type StepHook = (optimizer: Optimizer) => void;

/**
 * An optimizer gives, per parameter, the state to start from (`begin`) and the change of one step (`update`). The base
 * holds parameters, options and state, and turns them into `step`.
 */
export abstract class Optimizer<O extends LearningRate = LearningRate, S extends object = object> {
  /** Groups of parameters with their options, which may be written between steps. */
  readonly paramGroups: readonly ParamGroup<O>[] = [];
  /** What is kept for each parameter that had a gradient in some step. */
  readonly state: Map<Tensor, S> = new Map();
  /** Options of groups that do not say their own. */
  declare readonly defaults: Readonly<O>;
  readonly #table: OptionTable<O>;
  readonly #preHooks = new Set<StepHook>();
  readonly #postHooks = new Set<StepHook>();

  /** `name` is the optimizer's own, for messages. */
  protected constructor(
    readonly name: string,
    table: OptionTable<O>,
    params: Params<O>,
    options: Partial<O>,
  ) {
    checkOptions(name, table, options);
    this.#table = table;
    this.defaults = { ...defaultsOf(table), ...options };
    for (const group of readGroups(name, params)) this.addParamGroup(group);
  }

  /** The state of a parameter before its first step. */
  protected abstract begin(param: Tensor, group: ParamGroup<O>): S;
  /** Changes a parameter and its state, in place, by one step along its gradient. */
  protected abstract update(param: Tensor, grad: Tensor, state: S, group: ParamGroup<O>): void;
  /** Throws where options, each valid, do not go together. */
  protected checkGroup(_group: ParamGroup<O>): void {}

  /**
   * Adds parameters with options of their own, such as layers that are thawed while training. Throws ArgumentError for an
   * option out of its range, a parameter that is in a group already, and one that is no leaf.
   */
  addParamGroup(given: GroupOptions<O>): void {
    const { params, ...options } = given;
    checkOptions(this.name, this.#table, options);
    const taken = new Set(this.paramGroups.flatMap((group) => group.params));
    const list = readParams(this.name, params, taken);
    const group = { ...this.defaults, ...options, params: list } as unknown as ParamGroup<O>;
    this.checkGroup(group);
    (this.paramGroups as ParamGroup<O>[]).push(group);
  }

  /** Forgets the parameters' gradients, or overwrites them by zeros with `setToNone: false`. */
  zeroGrad({ setToNone = true }: { setToNone?: boolean } = {}): void {
    for (const { params } of this.paramGroups) {
      for (const param of params) {
        param.grad = setToNone ? null : (param.grad?.detach().zero_() ?? null);
      }
    }
  }

  /**
   * Changes every parameter that has a gradient by one step. With a closure, which computes the loss and its gradients,
   * that is called first and its result returned.
   */
  step(): undefined;
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | undefined {
    for (const hook of this.#preHooks) hook(this);
    const loss = noGrad(() => this.run(closure && (() => enableGrad(closure))));
    for (const hook of this.#postHooks) hook(this);
    return loss;
  }

  /** One step, with nothing recorded outside of the closure. */
  protected run<T>(closure?: () => T): T | undefined {
    const loss = closure?.();
    for (const group of this.paramGroups) {
      for (const param of group.params) {
        const { grad } = param;
        if (grad === null || param.numel === 0) continue;
        let state = this.state.get(param);
        if (state === undefined) {
          state = this.begin(param, group);
          this.state.set(param, state);
        }
        this.update(param, grad, state, group);
      }
    }
    return loss;
  }

  /** Calls `hook` before each step, with the optimizer (`Optimizer.register_step_pre_hook`). */
  registerStepPreHook(hook: StepHook): { remove(): void } {
    return registered(this.#preHooks, hook);
  }

  /** Calls `hook` after each step, with the optimizer (`Optimizer.register_step_post_hook`). */
  registerStepPostHook(hook: StepHook): { remove(): void } {
    return registered(this.#postHooks, hook);
  }

  /**
   * What training needs to go on: state by the parameter's number, counted over all groups, and the groups' options with
   * their parameters' numbers. Tensors share the optimizer's memory; save them before the next step.
   */
  stateDict(): OptimizerStateDict {
    return saved(this.paramGroups, this.state);
  }

  /**
   * Goes on where the optimizer with this state was; tensors are copied, to each parameter's dtype and device. Throws
   * ArgumentError, naming what does not match, for other groups, options or state, and ShapeError for state of another
   * shape than its parameter; nothing is changed then.
   */
  loadStateDict(dict: OptimizerStateDict): void {
    const op = `${this.name}.loadStateDict`;
    const options = readOptions(op, this.paramGroups, dict);
    const groups = this.paramGroups.map((group, i) => ({ ...group, ...options[i] }));
    groups.forEach((group, i) => {
      const { initialLr: _, ...own } = options[i] as Record<string, unknown>;
      checkOptions(op, this.#table, own);
      this.checkGroup(group);
    });
    const state = noGrad(() =>
      readState(op, groups, dict).map(({ where, values, param, group }): [Tensor, S] => [
        param,
        this.restore(where, values, param, group as ParamGroup<O>),
      ]),
    );
    this.paramGroups.forEach((group, i) => void Object.assign(group, options[i]));
    this.state.clear();
    for (const [param, entry] of state) this.state.set(param, entry);
  }

  /** A parameter's state from what a state dict holds of it. `where` names it in messages. */
  protected restore(where: string, values: StateValues, param: Tensor, group: ParamGroup<O>): S {
    return fit(where, this.begin(param, group), values, param);
  }
}

function registered(hooks: Set<StepHook>, hook: StepHook): { remove(): void } {
  hooks.add(hook);
  return { remove: () => void hooks.delete(hook) };
}
