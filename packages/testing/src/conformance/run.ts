/** Runs case files against a library: one outcome per case and spelling. */
import type { Subject } from "./api.js";
import { NotOffered } from "./api.js";
import { runDistribution, runDivergence } from "./distributions.js";
import { runError } from "./errors.js";
import type { CaseFile, OpCase, TolJson } from "./format.js";
import { runModule } from "./modules.js";
import { deviceLacks, notOffered } from "./notOffered.js";
import { runOp } from "./ops.js";
import { runOptimizer } from "./optimizers.js";
import type { Outcome } from "./outcome.js";
import { runScheduler } from "./schedulers.js";
import type { NamedFile } from "./source.js";
import { tolOn } from "./tolerance.js";
import { read } from "./values.js";

/** One way to run one case; gives the first difference, or null. */
interface Trial {
  readonly id: string;
  readonly via: string;
  readonly test: object;
  run(): Promise<string | null>;
}

function trials(subject: Subject, file: string, content: CaseFile): Trial[] {
  const onDevice = <C extends { readonly tol?: TolJson }>(test: C): C => ({
    ...test,
    tol: tolOn(subject.device, file, test.tol),
  });
  const single = <C extends { readonly id: string }>(
    cases: readonly C[],
    run: (test: C) => Promise<string | null>,
  ): Trial[] => cases.map((test) => ({ id: test.id, via: content.kind, test, run: () => run(test) }));
  switch (content.kind) {
    case "op":
      return content.cases.flatMap((test) =>
        test.error
          ? [{ id: test.id, via: "error", test, run: () => runError(subject, content, test) }]
          : (test.via ?? []).map((via) => ({
              id: test.id,
              via,
              test,
              run: () => runOp(subject, content, onDevice(test), via),
            })),
      );
    case "nn":
      return single(content.cases, (test) => runModule(subject, content.class!, test));
    case "optim":
      return single(content.cases, (test) => runOptimizer(subject, content.class!, test));
    case "lr_scheduler":
      return single(content.cases, (test) => runScheduler(subject, content.class!, test));
    case "distribution":
      return single(content.cases, (test) => runDistribution(subject, content.class!, test));
    case "distribution_kl":
      return single(content.cases, (test) => runDivergence(subject, test));
    case "rng":
      return single(content.cases, async () => null);
    default:
      return content satisfies never;
  }
}

/** Runs every case of one file. A case that throws fails; it never stops the run. */
export async function* runFile(
  subject: Subject,
  { area, file, content }: NamedFile,
): AsyncGenerator<Outcome> {
  for (const { id, via, test, run } of trials(subject, file, content)) {
    const reason = notOffered({ file, content, case: test as OpCase, via });
    const [status, message] = reason === null ? await settle(run) : (["not offered", reason] as const);
    if (status === "failed" || via === "error") await flush(subject);
    yield { area, file, case: id, via, status, message };
  }
}

async function settle(run: () => Promise<string | null>): Promise<readonly [Outcome["status"], string]> {
  try {
    const difference = await run();
    return difference === null ? ["passed", ""] : ["failed", difference];
  } catch (error) {
    if (error instanceof NotOffered) return ["not offered", error.message];
    const lacking = deviceLacks(error);
    if (lacking !== null) return ["not offered", lacking];
    return ["failed", error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
}

/** Takes an error that a kernel left pending, so that the next case does not meet it. */
async function flush({ api, device }: Subject): Promise<void> {
  try {
    await read(api.fromBytes(new Uint8Array(4), [1], "float32", { device }));
  } catch {
    // It belongs to the case that has been judged already.
  }
}
