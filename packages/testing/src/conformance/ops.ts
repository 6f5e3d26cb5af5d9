/** Runs one operator case in one spelling and compares everything it recorded. */
import type { Subject, TensorLike } from "./api.js";
import { isTensor, withReads } from "./api.js";
import type { OutputTensor } from "./compare.js";
import { pair, tensorDifference } from "./compare.js";
import { Decoder } from "./decode.js";
import type { Json, OpCase, OpFile } from "./format.js";
import { isTensorJson } from "./format.js";
import { gaugeDifference } from "./gauge.js";
import { gradientDifference } from "./gradients.js";
import { callFor, checkOffered, invoke } from "./invoke.js";
import { camel } from "./names.js";
import { dimOf, indexDifference } from "./ties.js";
import { read, wanted } from "./values.js";

/** The first difference, or null when the case passes. */
export async function runOp(
  subject: Subject,
  file: OpFile,
  test: OpCase,
  via: string,
): Promise<string | null> {
  const recorded = test.call ?? file.call;
  const call = callFor(file, test, via);
  checkOffered(subject, call);
  const decoder = new Decoder(subject);
  const args = decoder.arguments(test.args, test.kwargs);
  const detached = call.kind === "inplace" && recorded.kind !== "inplace";
  const got = await withReads(subject.api, () => invoke(subject, call, test, decoder, args, detached));

  const outputs: OutputTensor[] = [];
  const shape = pair(subject, got, test.out ?? null, "", outputs);
  if (shape) return shape;
  const wide = hasInt64(test.args) || hasInt64(test.kwargs ?? {});
  const free = new Set([...(test.gauge ?? []), ...(test.indices ?? [])]);
  for (const { path, got: tensor, want } of outputs) {
    const meta = test.compare === "meta" || free.has(path);
    const where = path === "" ? "out" : `out ${path}`;
    const difference = await tensorDifference(tensor, want, where, {
      what: "out",
      tol: test.tol,
      wide,
      meta,
    });
    if (difference) return difference;
  }
  return (
    (await tiesDifference(file, test, args, outputs)) ??
    (await factorsDifference(subject, file, test, args, outputs)) ??
    (await mutatedDifference(subject, test, args, call.kind)) ??
    (test.grad && via === test.via?.[0]
      ? gradientDifference(subject, test.grad, outputs, decoder.leaves, new Map(), test.tol)
      : null)
  );
}

/** Whether an int64 tensor, or the dtype itself, is among the arguments. */
function hasInt64(json: Json): boolean {
  if (json === null || typeof json !== "object") return false;
  if (isTensorJson(json)) return json.dtype === "int64";
  if ("$" in json && json.$ === "dtype") return json.v === "int64";
  return Object.values(json).some((item: Json) => hasInt64(item));
}

async function tiesDifference(
  file: OpFile,
  test: OpCase,
  args: readonly unknown[],
  outputs: readonly OutputTensor[],
): Promise<string | null> {
  for (const path of test.indices ?? []) {
    const output = outputs.find((candidate) => candidate.path === path);
    if (!output) continue;
    const input = await read(args[0] as TensorLike);
    const dim = dimOf(file.name, test.args, test.kwargs);
    const difference = indexDifference(
      input,
      await read(output.got),
      wanted(output.want),
      dim,
      `out ${path}`,
    );
    if (difference) return difference;
  }
  return null;
}

async function factorsDifference(
  subject: Subject,
  file: OpFile,
  test: OpCase,
  args: readonly unknown[],
  outputs: readonly OutputTensor[],
): Promise<string | null> {
  if (test.compare !== "gauge" || !isTensor(subject.api, args[0])) return null;
  const side = test.kwargs?.UPLO ?? test.kwargs?.upper ?? null;
  const upper = side === null ? null : side === "U" || side === true;
  const hosts = await Promise.all(outputs.map(({ got }) => read(got)));
  return gaugeDifference(file.name, await read(args[0]), hosts, upper);
}

async function mutatedDifference(
  subject: Subject,
  test: OpCase,
  args: readonly unknown[],
  kind: string,
): Promise<string | null> {
  if (kind !== "function") return null;
  for (const [path, want] of Object.entries(test.mutated ?? {})) {
    const [place, name] = path.split(".") as [string, string];
    const holder = place === "args" ? args : (args.at(-1) as object);
    const tensor = (holder as unknown as Record<string, unknown>)[place === "args" ? name : camel(name)];
    if (!isTensor(subject.api, tensor)) return `${path}: expected a tensor`;
    const difference = await tensorDifference(tensor, want, `${path} after the call`, {
      what: "out",
      tol: test.tol,
      wide: true,
    });
    if (difference) return difference;
  }
  return null;
}

/** Reads every tensor a call gave back, so that errors only a kernel can see come out. */
export async function force(subject: Subject, got: unknown): Promise<void> {
  if (isTensor(subject.api, got)) await read(got);
  else if (Array.isArray(got)) for (const item of got) await force(subject, item);
  else if (typeof got === "object" && got !== null)
    for (const item of Object.values(got)) await force(subject, item);
}
