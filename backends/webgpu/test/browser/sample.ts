/** Some of the recorded cases, chosen so that every kind of kernel is among what they launch. */
import type { KernelKind } from "@flambeau/core";
import type { OpCase } from "../../../../packages/testing/src/conformance/format.js";
import { notOffered } from "../../../../packages/testing/src/conformance/notOffered.js";
import {
  caseFiles,
  type NamedFile,
  packedCases,
} from "../../../../packages/testing/src/conformance/source.js";

interface Portion {
  readonly cases: number;
  /** Files of cases, by operator. */
  readonly operators: readonly string[];
}

/** By kind of kernel. */
const portions: Readonly<Record<KernelKind, Portion>> = {
  fused: {
    cases: 40,
    operators: [
      "add",
      "sub",
      "div__no_rounding_mode",
      "pow",
      "atan2",
      "exp",
      "log",
      "sin",
      "tanh",
      "erf",
      "lgamma",
      "where",
      "clamp",
      "remainder",
      "bitwise_xor",
      "sum",
      "mean",
      "prod",
      "amax",
      "argmin",
      "var",
      "logsumexp",
      "softmax",
      "nn.functional.layer_norm",
      "nn.functional.cross_entropy",
      "nn.functional.gelu",
      "nn.functional.mse_loss",
      "cat",
      "flip",
      "tril",
    ],
  },
  matmul: {
    cases: 20,
    operators: [
      "matmul",
      "mm",
      "bmm",
      "addmm",
      "baddbmm",
      "mv",
      "einsum",
      "tensordot",
      "nn.functional.linear",
    ],
  },
  conv: {
    cases: 20,
    operators: [
      "nn.functional.conv1d",
      "nn.functional.conv2d",
      "extra.nn.functional.conv3d",
      "nn.functional.conv_transpose1d",
      "nn.functional.conv_transpose2d",
      "nn.functional.conv_transpose3d",
    ],
  },
  pool: {
    cases: 20,
    operators: [
      "nn.functional.max_pool1d",
      "nn.functional.max_pool2d",
      "nn.functional.max_pool3d",
      "nn.functional.avg_pool1d",
      "nn.functional.avg_pool2d",
      "nn.functional.avg_pool3d",
    ],
  },
  gather: {
    cases: 20,
    operators: ["gather", "index_select", "take", "take_along_dim", "nn.functional.embedding", "__getitem__"],
  },
  scatter: {
    cases: 20,
    operators: ["scatter", "scatter_add", "scatter_reduce__amax", "index_add", "index_copy", "put"],
  },
  scan: { cases: 20, operators: ["cumsum", "cumprod", "cummax", "cummin", "logcumsumexp"] },
  sort: { cases: 20, operators: ["sort", "argsort", "topk", "kthvalue", "msort", "median"] },
  nonzero: { cases: 20, operators: ["nonzero", "argwhere", "masked_select"] },
};

export interface Chosen {
  readonly kind: KernelKind;
  /** The file with its chosen cases alone, each with one spelling. */
  readonly file: NamedFile;
}

/** A case with its first spelling alone. */
const once = (test: OpCase): OpCase => ({ ...test, via: test.via?.slice(0, 1) ?? [] });

/** Leaves out what shaders do not compute, cases that only look at an error, and what counts as not offered anyway. */
const isOffered = ({ file, content }: NamedFile, test: OpCase): boolean =>
  test.error === undefined &&
  test.via?.[0] !== undefined &&
  !/"(float64|complex\d*)"/.test(JSON.stringify(test)) &&
  notOffered({ file, content, case: test, via: test.via[0] }) === null;

/** As many as asked for, taken from the lists in turn. */
function inTurn<T>(lists: readonly (readonly T[])[], count: number): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, row) => lists.flatMap((list) => list.slice(row, row + 1)))
    .flat()
    .slice(0, count);
}

/** 200 cases of operators. */
export async function sampleCases(): Promise<Chosen[]> {
  const files = new Map<string, NamedFile>();
  for await (const file of caseFiles(packedCases, "^ops/"))
    files.set(file.file.slice("ops/".length, -".json".length), file);
  const chosen: Chosen[] = [];
  for (const [kind, { cases, operators }] of Object.entries(portions) as [KernelKind, Portion][]) {
    const lists = operators.map((name) => {
      const file = files.get(name);
      if (file?.content.kind !== "op") throw new Error(`no cases of an operator "${name}" are recorded`);
      return file.content.cases
        .filter((test) => isOffered(file, test))
        .map((test) => ({ file, test: once(test) }));
    });
    for (const { file, test } of inTurn(lists, cases))
      chosen.push({
        kind,
        file: { ...file, content: { ...file.content, cases: [test] } as NamedFile["content"] },
      });
  }
  return chosen;
}
