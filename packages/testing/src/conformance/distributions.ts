/** Runs cases of probability distributions: one member of one distribution, or a divergence between two. */
import type { Callable, Subject } from "./api.js";
import { NotOffered } from "./api.js";
import type { OutputTensor } from "./compare.js";
import { pair, tensorDifference } from "./compare.js";
import { Decoder } from "./decode.js";
import type { DistributionCase, GradJson, Json, KlCase, TolJson } from "./format.js";
import { gradientDifference } from "./gradients.js";
import { camel, lookUp, lookUpClass } from "./names.js";
import { notImplemented } from "./notOffered.js";

export async function runDistribution(
  subject: Subject,
  className: string,
  test: DistributionCase,
): Promise<string | null> {
  const decoder = new Decoder(subject);
  const { args, kwargs } = test.constructor;
  const made = new (lookUpClass(subject.api, className))(...decoder.arguments(args, kwargs));
  const name = camel(test.member);
  if (!(name in Object(made))) throw new NotOffered(notImplemented(`${className}.${name}`));
  const member = Object(made)[name] as unknown;
  const got =
    typeof member === "function"
      ? (member as Callable).apply(made, new Decoder(subject).arguments(test.args, undefined))
      : member;
  return difference(subject, decoder, await got, test.out, test.grad, test.tol);
}

export async function runDivergence(subject: Subject, test: KlCase): Promise<string | null> {
  const decoder = new Decoder(subject);
  const Distribution = lookUpClass(subject.api, `torch.distributions.${test.class}`);
  const [p, q] = decoder.arguments(test.args, undefined).map((parameters) => new Distribution(parameters));
  const got = await lookUp(subject.api, "torch.distributions.kl_divergence")(p, q);
  return difference(subject, decoder, got, test.out, test.grad, test.tol);
}

async function difference(
  subject: Subject,
  decoder: Decoder,
  got: unknown,
  want: Json,
  grad: GradJson | undefined,
  tol: TolJson | undefined,
): Promise<string | null> {
  const outputs: OutputTensor[] = [];
  const shape = pair(subject, got, want, "", outputs);
  if (shape) return shape;
  for (const output of outputs) {
    const found = await tensorDifference(output.got, output.want, "out", { what: "out", tol, wide: false });
    if (found) return found;
  }
  return grad ? gradientDifference(subject, grad, outputs, decoder.leaves, new Map(), tol) : null;
}
