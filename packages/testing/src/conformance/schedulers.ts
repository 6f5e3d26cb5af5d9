/** Runs one learning-rate scheduler case on an SGD with two parameter groups. */
import type { Subject } from "./api.js";
import { near } from "./compare.js";
import { Decoder } from "./decode.js";
import type { Json, Kwargs, SchedulerCase } from "./format.js";
import { call } from "./modules.js";
import { lookUpClass } from "./names.js";
import { splitOptions } from "./signatures.js";

interface Group {
  readonly lr: number;
  readonly momentum: number;
}

const namespace = "torch.optim.lr_scheduler";

export async function runScheduler(
  subject: Subject,
  className: string,
  test: SchedulerCase,
): Promise<string | null> {
  const decoder = new Decoder(subject);
  const numeric = (json: Json): number => decoder.value(json, "") as number;
  const zero = { $: "tensor" as const, dtype: "float32", shape: [1], data: "AAAAAA==", requiresGrad: true };
  const optimizer = new (lookUpClass(subject.api, "torch.optim.SGD"))(
    test.groups.map(({ lr }) => ({ params: [decoder.tensor(zero)], lr: numeric(lr) })),
    { lr: numeric(test.groups[0]!.lr), momentum: test.momentum },
  ) as { readonly paramGroups: readonly Group[] };
  const children = test.schedulers?.map((child) =>
    build(subject, decoder, `${namespace}.${child.class}`, optimizer, [], child.options),
  );
  const scheduler = children
    ? combine(subject, decoder, className, optimizer, children, test.options)
    : build(subject, decoder, className, optimizer, [], test.options);
  for (const [i, lrs] of test.lrs.entries()) {
    if (i > 0) {
      await call(optimizer, "step")();
      await call(scheduler, "step")(...(test.metrics ? [numeric(test.metrics[i - 1]!)] : []));
    }
    for (const [g, group] of optimizer.paramGroups.entries()) {
      const lr = numeric(lrs[g]!);
      if (!near(group.lr, lr, [1e-9, 0]))
        return `learning rate of group ${g} after ${i} steps is ${group.lr}, expected ${lr}`;
      const recorded = test.momenta?.[i]?.[g];
      const momentum = recorded === undefined ? group.momentum : numeric(recorded);
      if (!near(group.momentum, momentum, [1e-9, 0]))
        return `momentum of group ${g} after ${i} steps is ${group.momentum}, expected ${momentum}`;
    }
  }
  return null;
}

function build(
  subject: Subject,
  decoder: Decoder,
  className: string,
  optimizer: unknown,
  before: readonly unknown[],
  options: Kwargs,
): unknown {
  const { positional, named } = splitOptions(className, 0, options);
  return new (lookUpClass(subject.api, className))(
    optimizer,
    ...before,
    ...decoder.arguments(positional, named),
  );
}

/** SequentialLR takes optimizer, schedulers, milestones; ChainedScheduler its schedulers alone. */
function combine(
  subject: Subject,
  decoder: Decoder,
  className: string,
  optimizer: unknown,
  children: readonly unknown[],
  options: Kwargs,
): unknown {
  const Combined = lookUpClass(subject.api, className);
  if (className.endsWith("ChainedScheduler")) return new Combined(children);
  return new Combined(optimizer, children, decoder.value(options.milestones!, "milestones"));
}
