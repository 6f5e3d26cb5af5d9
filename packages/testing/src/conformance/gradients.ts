/** The gradient check: backward of the sum of outputs times their cotangents. */
import type { Callable, Subject, TensorLike } from "./api.js";
import { isTensor, NotOffered } from "./api.js";
import type { OutputTensor } from "./compare.js";
import { tensorDifference } from "./compare.js";
import { bytesPerElement, Decoder, rawBytes } from "./decode.js";
import type { GradJson, TensorJson, TolJson } from "./format.js";
import { notImplemented } from "./notOffered.js";

interface Leaf {
  readonly name: string;
  readonly x: TensorLike;
  readonly want: TensorJson | null;
}

export async function gradientDifference(
  subject: Subject,
  grad: GradJson,
  outputs: readonly OutputTensor[],
  leaves: ReadonlyMap<string, TensorLike>,
  params: ReadonlyMap<string, TensorLike>,
  tol: TolJson | undefined,
): Promise<string | null> {
  const wanted: Leaf[] = [
    ...grad.inputs.map(({ path, grad: want }) => ({ name: path, x: leaves.get(path)!, want })),
    ...Object.entries(grad.params ?? {}).map(([name, want]) => ({ name, x: params.get(name)!, want })),
  ];
  const lost = wanted.find((leaf) => leaf.x === undefined);
  if (lost) return `gradient of ${lost.name}: no such leaf`;
  if (wanted.length === 0) return null;

  const decoder = new Decoder(subject);
  const flowing = outputs.flatMap(({ got }, i) => {
    const cotangent = grad.cotangents[i];
    return cotangent ? [{ got, cotangent: decoder.tensor(cotangent) }] : [];
  });
  if (flowing.length === 0) return nothingFlows(wanted);
  const run = subject.api.grad;
  if (typeof run !== "function") throw new NotOffered(notImplemented("grad"));
  const grads = (run as Callable)(
    flowing.map(({ got }) => got),
    wanted.map(({ x }) => x),
    { gradOutputs: flowing.map(({ cotangent }) => cotangent), allowUnused: true },
  ) as readonly unknown[];
  for (const [i, { name, want }] of wanted.entries()) {
    const difference = await leafDifference(subject, grads[i], want, `gradient of ${name}`, tol);
    if (difference) return difference;
  }
  return null;
}

/** Without a cotangent there is nothing to run backward from: no leaf may expect a gradient. */
function nothingFlows(leaves: readonly Leaf[]): string | null {
  const hopeful = leaves.find(({ want }) => want !== null && !isZero(want));
  return hopeful ? `gradient of ${hopeful.name}: expected one, but no output has a cotangent` : null;
}

async function leafDifference(
  subject: Subject,
  got: unknown,
  want: TensorJson | null,
  where: string,
  tol: TolJson | undefined,
): Promise<string | null> {
  if (!isTensor(subject.api, got)) {
    if (want === null || isZero(want)) return null;
    return `${where}: expected a gradient, got none`;
  }
  const zeros = { $: "tensor" as const, dtype: got.dtype, shape: got.shape, data: zeroData(got) };
  return tensorDifference(got, want ?? zeros, where, { what: "grad", tol, wide: true });
}

const isZero = (json: TensorJson): boolean => rawBytes(json).every((byte) => byte === 0);

function zeroData(x: TensorLike): string {
  const count = x.shape.reduce((product, size) => product * size, 1);
  return btoa("\0".repeat(count * bytesPerElement(x.dtype)));
}
