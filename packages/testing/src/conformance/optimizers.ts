/** Runs one optimizer case: recorded gradients in, parameters compared after every step. */
import type { Callable, Subject, TensorLike } from "./api.js";
import { near, tensorDifference } from "./compare.js";
import { Decoder } from "./decode.js";
import type { OptimCase } from "./format.js";
import { call } from "./modules.js";
import { lookUp, lookUpClass } from "./names.js";
import { toleranceFor } from "./tolerance.js";
import { read } from "./values.js";

export async function runOptimizer(
  subject: Subject,
  className: string,
  test: OptimCase,
): Promise<string | null> {
  const decoder = new Decoder(subject);
  const Optimizer = lookUpClass(subject.api, className);
  if (test.closure !== undefined) return runClosure(subject, Optimizer, decoder, test);
  const groups = test.groups!.map(({ params, options }) => ({
    params: params.map((json) => decoder.tensor({ ...json, requiresGrad: true })),
    options: decoder.options(options) ?? {},
  }));
  const params = groups.flatMap((group) => group.params);
  const plain = groups.length === 1 && Object.keys(groups[0]!.options).length === 0;
  const subjectOf = plain ? params : groups.map((group) => ({ params: group.params, ...group.options }));
  const optimizer = new Optimizer(subjectOf, decoder.options(test.options) ?? {});
  for (const [step, grads] of test.grads!.entries()) {
    for (const [i, json] of grads.entries()) {
      (params[i] as { grad?: TensorLike | null }).grad = json ? decoder.tensor(json) : null;
    }
    await call(optimizer, "step")();
    const difference = await paramsDifference(params, test, step);
    if (difference) return difference;
  }
  return null;
}

async function paramsDifference(
  params: readonly TensorLike[],
  test: OptimCase,
  step: number,
): Promise<string | null> {
  for (const [i, want] of test.after[step]!.entries()) {
    if (!want) continue;
    const where = `parameter ${i} after step ${step + 1}`;
    const difference = await tensorDifference(params[i]!, want, where, {
      what: "after",
      tol: test.tol,
      wide: true,
    });
    if (difference) return difference;
  }
  return null;
}

/** The functions LBFGS minimises, by the formula the case names. */
const closures: {
  readonly [formula: string]: (subject: Subject, x: TensorLike, data: Record<string, TensorLike>) => unknown;
} = {
  "0.5 x^T A x - b^T x": ({ api }, x, { A, b }) => {
    const half = method(lookUp(api, "torch.dot")(x, lookUp(api, "torch.mv")(A, x)), "mul")(0.5);
    return method(half, "sub")(lookUp(api, "torch.dot")(b, x));
  },
  "100 (x1 - x0^2)^2 + (1 - x0)^2": (_, x) => {
    const x0 = method(x, "at")(0);
    const x1 = method(x, "at")(1);
    const valley = method(method(method(x1, "sub")(method(x0, "mul")(x0)), "pow")(2), "mul")(100);
    return method(valley, "add")(method(method(method(x0, "neg")(), "add")(1), "pow")(2));
  },
};

const method = (target: unknown, name: string): Callable => call(target, name);

async function runClosure(
  subject: Subject,
  Optimizer: new (...args: readonly unknown[]) => unknown,
  decoder: Decoder,
  test: OptimCase,
): Promise<string | null> {
  const formula = closures[test.closure!];
  if (!formula) return `the closure ${test.closure} is unknown to the runner`;
  const params = test.params!.map((json) => decoder.tensor({ ...json, requiresGrad: true }));
  const data = Object.fromEntries(
    Object.entries(test.data ?? {}).map(([name, json]) => [name, decoder.tensor(json)]),
  );
  const optimizer = new Optimizer(params, decoder.options(test.options) ?? {});
  const tolerance = toleranceFor("after", "float64", test.tol);
  for (const [step, want] of test.losses!.entries()) {
    let first: TensorLike | null = null;
    await method(
      optimizer,
      "step",
    )(() => {
      method(optimizer, "zeroGrad")();
      const loss = formula(subject, params[0]!, data);
      method(loss, "backward")();
      first ??= loss as TensorLike;
      return loss;
    });
    const loss = Number((await read(first!)).values[0]);
    if (!near(loss, want, tolerance)) return `loss of step ${step + 1} is ${loss}, expected ${want}`;
    const difference = await paramsDifference(params, test, step);
    if (difference) return difference;
  }
  return null;
}
