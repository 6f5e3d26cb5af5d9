/** Whole states — model, optimizer, epoch, anything nested — in one safetensors file. */
import { FormatError } from "@flambeau/core";
import {
  decodeSafetensors,
  decodeSafetensorsHeader,
  encodeSafetensors,
  type LoadOptions,
} from "../safetensors/bytes.js";
import { openSafetensors, saveSafetensors } from "../safetensors/file.js";
import { flatten, type StateValue, unflatten } from "./tree.js";

const stateKey = "flambeau.state";

/**
 * Saves nested values (`torch.save` of a checkpoint): tensors, numbers, strings, booleans, bigints, null and undefined in
 * arrays, maps and plain objects. The file is a safetensors file: other programs find the tensors under their paths
 * ("optimizer.state.0.expAvg"), and the rest is JSON in its metadata. `loadState` gives back exactly what was saved;
 * a tensor that stands in two places is written once. Throws ArgumentError for functions, class instances and cycles.
 */
export async function saveState(path: string | URL, state: StateValue): Promise<void> {
  const { json, tensors } = flatten("saveState", state);
  await saveSafetensors(path, tensors, { [stateKey]: json });
}

/** What `saveState` saved (`torch.load`). Throws FormatError for a file it did not write. */
export async function loadState<T = StateValue>(path: string | URL, options: LoadOptions = {}): Promise<T> {
  await using file = await openSafetensors(path);
  const json = stateIn("loadState", file.metadata);
  const tensors = new Map<string, Awaited<ReturnType<typeof file.tensor>>>();
  for (const name of file.names) tensors.set(name, await file.tensor(name, options));
  return unflatten("loadState", json, tensors) as T;
}

/** The bytes `saveState` would write. */
export async function encodeState(state: StateValue): Promise<Uint8Array<ArrayBuffer>> {
  const { json, tensors } = flatten("encodeState", state);
  return encodeSafetensors(tensors, { [stateKey]: json });
}

/** `loadState` of bytes in memory. */
export function decodeState<T = StateValue>(bytes: Uint8Array, options: LoadOptions = {}): T {
  const json = stateIn("decodeState", decodeSafetensorsHeader(bytes).metadata);
  return unflatten("decodeState", json, new Map(Object.entries(decodeSafetensors(bytes, options)))) as T;
}

function stateIn(op: string, metadata: Readonly<Record<string, string>>): string {
  const json = Object.hasOwn(metadata, stateKey) ? metadata[stateKey] : undefined;
  if (json !== undefined) return json;
  throw new FormatError(
    op,
    `expected a file of saveState, whose metadata has "${stateKey}"; use loadSafetensors for others`,
  );
}
