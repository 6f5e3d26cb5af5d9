/** Runs one module case: build, load the state, run in each mode, compare outputs, state and gradients. */
import type { Callable, Subject, TensorLike } from "./api.js";
import { NotOffered, withReads } from "./api.js";
import type { OutputTensor } from "./compare.js";
import { pair, tensorDifference } from "./compare.js";
import { Decoder } from "./decode.js";
import type { ModuleCase, ModuleRun } from "./format.js";
import { gradientDifference } from "./gradients.js";
import { forwardOf } from "./invoke.js";
import { lookUpClass } from "./names.js";
import { notImplemented } from "./notOffered.js";
import { constructorArguments } from "./signatures.js";

export async function runModule(
  subject: Subject,
  className: string,
  test: ModuleCase,
): Promise<string | null> {
  for (const run of test.runs) {
    for (const mode of run.modes) {
      const difference = await runMode(subject, className, test, run, mode);
      if (difference) return `${mode}: ${difference}`;
    }
  }
  return null;
}

async function runMode(
  subject: Subject,
  className: string,
  test: ModuleCase,
  run: ModuleRun,
  mode: "train" | "eval",
): Promise<string | null> {
  const decoder = new Decoder(subject);
  const module = new (lookUpClass(subject.api, className))(
    ...constructorArguments(decoder, className, test.constructor),
  );
  await onDevice(module, subject.device);
  const state = Object.fromEntries(
    Object.entries(test.state).map(([name, json]) => [name, new Decoder(subject).tensor(json)]),
  );
  call(module, "loadStateDict")(state);
  call(module, mode)();

  const params = new Map(entriesOf(call(module, "namedParameters")()));
  const missing = test.parameters.filter((name) => !params.has(name));
  if (missing.length > 0 || params.size !== test.parameters.length)
    return `expected parameters ${test.parameters.join(", ")}, got ${[...params.keys()].join(", ")}`;

  const inputs = new Decoder(subject);
  const args = inputFirst(inputs.arguments(test.args, test.kwargs));
  const got = await withReads(subject.api, () => forwardOf(module, className)(...args));
  const outputs: OutputTensor[] = [];
  const shape = pair(subject, got, run.out, "", outputs);
  if (shape) return shape;
  for (const { path, got: tensor, want } of outputs) {
    const rules = { what: "out" as const, tol: run.tol, wide: false };
    const difference = await tensorDifference(tensor, want, path === "" ? "out" : `out ${path}`, rules);
    if (difference) return difference;
  }
  const after = new Map(entriesOf(call(module, "stateDict")()));
  for (const [name, want] of Object.entries(run.stateAfter ?? {})) {
    const entry = after.get(name);
    if (!entry) return `state: expected an entry ${name}`;
    const difference = await tensorDifference(entry, want, `state ${name}`, {
      what: "out",
      tol: run.tol,
      wide: false,
    });
    if (difference) return difference;
  }
  return run.grad ? gradientDifference(subject, run.grad, outputs, inputs.leaves, params, run.tol) : null;
}

/** Forward's input is positional in TypeScript, also where it was recorded by name. */
function inputFirst(args: readonly unknown[]): readonly unknown[] {
  const [options] = args;
  if (args.length !== 1 || Object.getPrototypeOf(options) !== Object.prototype) return args;
  const { input, ...rest } = options as Record<string, unknown>;
  if (input === undefined) return args;
  return Object.keys(rest).length === 0 ? [input] : [input, rest];
}

/** A method that must be there. */
export function call(target: unknown, name: string): Callable {
  const method = Object(target)[name] as unknown;
  if (typeof method !== "function")
    throw new NotOffered(notImplemented(`${Object(target).constructor.name}.${name}`));
  return (...args) => Reflect.apply(method, target, args) as unknown;
}

async function onDevice(module: unknown, device: string): Promise<void> {
  if (typeof Object(module).to === "function") await call(module, "to")(device);
}

/** Named tensors come as an iterable of pairs or as an object. */
function entriesOf(named: unknown): [string, TensorLike][] {
  if (typeof named === "object" && named !== null && Symbol.iterator in named)
    return [...(named as Iterable<[string, TensorLike]>)];
  return Object.entries(named as Record<string, TensorLike>);
}
