/** One layer in one direction over time. */
import { cat, type Tensor } from "@flambeau/core";
import { parts, type State, type Step, type StepWeights } from "./programs.js";

/**
 * How many sequences are still going on at each step: not increasing, and constant where all have one length.
 */
export type BatchSizes = readonly number[];

/**
 * Applies `step` at every time, forwards or backwards. `fromInput` [sum of batchSizes, gates · hidden] holds
 * the steps one behind the other, `initial` the state of all sequences. Returns the outputs laid out as the
 * input, and the state of each sequence after its own last step (its first one backwards).
 */
export function unroll(
  step: Step,
  weights: StepWeights,
  fromInput: Tensor,
  batchSizes: BatchSizes,
  initial: State,
  backwards: boolean,
): { output: Tensor; final: State } {
  const steps = parts(fromInput, batchSizes, 0);
  const outputs = new Array<Tensor>(steps.length);
  const times = steps.map((_, t) => (backwards ? steps.length - 1 - t : t));
  const rows = (state: State, start: number, end: number): State =>
    start === 0 && end === state[0]?.shape[0] ? state : state.map((x) => x.narrow(0, start, end - start));

  let state = rows(initial, 0, batchSizes[times[0] as number] as number);
  const finished: State[] = [];
  for (const t of times) {
    const before = state[0]?.shape[0] as number;
    const now = batchSizes[t] as number;
    // Forwards, sequences end and leave at the bottom; backwards, they begin and join there.
    if (now < before) {
      finished.unshift(rows(state, now, before));
      state = rows(state, 0, now);
    } else if (now > before) state = joined([state, rows(initial, before, now)]);
    state = step(steps[t] as Tensor, state, weights);
    outputs[t] = state[0] as Tensor;
  }
  return { output: cat(outputs, 0), final: joined([state, ...finished]) };
}

const joined = (states: readonly State[]): State =>
  states.length === 1
    ? (states[0] as State)
    : (states[0] as State).map((_, i) =>
        cat(
          states.map((state) => state[i] as Tensor),
          0,
        ),
      );
