/** Functions that a program hangs around a module's forward and backward. */
import { ArgumentError } from "@flambeau/core";
import type { Module } from "../module.js";
import { type Gradients, watchBackward } from "./backwardHooks.js";

export interface HookHandle {
  /** Does nothing the second time. */
  remove(): void;
}

/** What comes back replaces the arguments: an array all of them, anything else the only one. */
export type ForwardPreHook =
  | ((module: Module, args: readonly unknown[]) => unknown)
  | ((module: Module, args: readonly unknown[]) => void);
/** What comes back replaces the output. */
export type ForwardHook =
  | ((module: Module, args: readonly unknown[], output: unknown) => unknown)
  | ((module: Module, args: readonly unknown[], output: unknown) => void);
/** What comes back replaces the gradients of forward's outputs. */
export type FullBackwardPreHook =
  | ((module: Module, gradOutput: Gradients) => Gradients | undefined)
  | ((module: Module, gradOutput: Gradients) => void);
/**
 * What comes back replaces the gradients of forward's arguments; those are null for what is no tensor or
 * needs none.
 */
export type FullBackwardHook =
  | ((module: Module, gradInput: Gradients, gradOutput: Gradients) => Gradients | undefined)
  | ((module: Module, gradInput: Gradients, gradOutput: Gradients) => void);

/** Where among the hooks of its kind a new one goes. */
export interface HookOptions {
  /** Before those registered so far instead of after. */
  readonly prepend?: boolean;
}

type AnyForward = (...args: never[]) => unknown;

/** One registration: a function registered twice runs twice, and each handle removes one. */
export interface Registered<H> {
  readonly run: H;
}

/** The hooks of one module, in the order they run. */
export class Hooks {
  readonly forwardPre: Registered<ForwardPreHook>[] = [];
  readonly forward: Registered<ForwardHook>[] = [];
  readonly backwardPre: Registered<FullBackwardPreHook>[] = [];
  readonly backward: Registered<FullBackwardHook>[] = [];
  /** A forward that was set on the module itself; null where its class defines it. */
  own: AnyForward | null = null;

  get count(): number {
    return this.forwardPre.length + this.forward.length + this.backwardPre.length + this.backward.length;
  }
}

/**
 * Adds a hook. A module without hooks runs its class's `forward` and nothing else; the first hook puts a
 * `forward` that runs them on the module itself, and removing the last one takes it away again.
 */
export function addHook<H>(
  module: Hooked,
  list: Registered<H>[],
  run: H,
  options: HookOptions = {},
): HookHandle {
  if (typeof run !== "function")
    throw new ArgumentError(module.constructor.name, `expected a function as a hook, got ${typeof run}`);
  const hook = { run };
  if (module.moduleHooks.count === 0) surround(module);
  if (options.prepend === true) list.unshift(hook);
  else list.push(hook);
  return { remove: () => removeHook(module, list, (other) => other === hook) };
}

/** Takes the first hook that `isIt` says out of a list; tells whether there was one. */
export function removeHook<H>(
  module: Hooked,
  list: Registered<H>[],
  isIt: (hook: Registered<H>) => boolean,
): boolean {
  const at = list.findIndex(isIt);
  if (at < 0) return false;
  list.splice(at, 1);
  if (module.moduleHooks.count === 0) release(module);
  return true;
}

type Hooked = Module & { readonly moduleHooks: Hooks };

function surround(module: Hooked): void {
  if (Object.hasOwn(module, "forward")) module.moduleHooks.own = module.forward as AnyForward;
  Object.defineProperty(module, "forward", {
    // Reads `this`, not `module`: a clone takes the property over.
    get(this: Hooked): AnyForward {
      return (...args: readonly unknown[]) => runHooked(this, args);
    },
    set(this: Hooked, forward: AnyForward) {
      this.moduleHooks.own = forward;
    },
    configurable: true,
    enumerable: false,
  });
}

function release(module: Hooked): void {
  const { own } = module.moduleHooks;
  delete (module as { forward?: unknown }).forward;
  module.moduleHooks.own = null;
  if (own !== null) Object.assign(module, { forward: own });
}

function runHooked(module: Hooked, given: readonly unknown[]): unknown {
  const hooks = module.moduleHooks;
  let args = given;
  for (const { run } of hooks.forwardPre) {
    const replaced = run(module, args);
    if (replaced !== undefined) args = Array.isArray(replaced) ? replaced : [replaced];
  }
  const watch = hooks.backward.length + hooks.backwardPre.length > 0 ? watchBackward(module, hooks) : null;
  if (watch !== null) args = watch.inputs(args);
  const forward = hooks.own ?? (Object.getPrototypeOf(module) as Module).forward;
  let output = Reflect.apply(forward, module, args) as unknown;
  for (const { run } of hooks.forward) {
    const replaced = run(module, args, output);
    if (replaced !== undefined) output = replaced;
  }
  return watch === null ? output : watch.outputs(output);
}
