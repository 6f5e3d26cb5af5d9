/** Runs a case that must be refused. */
import type { Subject } from "./api.js";
import { NotOffered, withReads } from "./api.js";
import { Decoder } from "./decode.js";
import type { OpCase, OpFile } from "./format.js";
import { callFor, checkOffered, invoke } from "./invoke.js";
import { typedReason } from "./notOffered.js";
import { force } from "./ops.js";

/** Python's errors about argument types: what a statically typed API refuses before the program runs. */
const typing = new Set(["TypeError", "AttributeError"]);

export async function runError(subject: Subject, file: OpFile, test: OpCase): Promise<string | null> {
  const call = callFor(file, test, "function");
  checkOffered(subject, call);
  const decoder = new Decoder(subject);
  const { type, message } = test.error!;
  let got: unknown;
  try {
    const args = decoder.arguments(test.args, test.kwargs);
    got = await withReads(subject.api, () => invoke(subject, call, test, decoder, args, false));
    await force(subject, got);
  } catch (error) {
    if (error instanceof NotOffered) throw error;
    if (error instanceof subject.api.FlambeauError) return null;
    if (typing.has(type)) throw new NotOffered(typedReason(type));
    return `expected a typed error (${type}: ${message}), got ${String(error)}`;
  }
  if (typing.has(type)) throw new NotOffered(typedReason(type));
  return `expected an error (${type}: ${message}), got a result`;
}
