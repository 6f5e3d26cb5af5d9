/** One cycle of learning rate and momentum over a whole training (Smith & Topin 2018). */
import { ArgumentError, type Arguments } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { bind, expectThat, isCount, perGroup } from "./arguments.js";
import { expectMomentum } from "./cyclic.js";
import { EpochScheduler, type Moment } from "./scheduler.js";

const names = [
  "maxLr",
  "totalSteps",
  "epochs",
  "stepsPerEpoch",
  "pctStart",
  "annealStrategy",
  "cycleMomentum",
  "baseMomentum",
  "maxMomentum",
  "divFactor",
  "finalDivFactor",
  "threePhase",
  "lastEpoch",
] as const;
type OneCycleArguments = [
  maxLr: number | readonly number[],
  totalSteps?: number | null,
  epochs?: number | null,
  stepsPerEpoch?: number | null,
  pctStart?: number,
  annealStrategy?: "cos" | "linear",
  cycleMomentum?: boolean,
  baseMomentum?: number | readonly number[],
  maxMomentum?: number | readonly number[],
  divFactor?: number,
  finalDivFactor?: number,
  threePhase?: boolean,
  lastEpoch?: number,
];

const strategies: { readonly [name: string]: (from: number, to: number, at: number) => number } = {
  cos: (from, to, at) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * at)),
  linear: (from, to, at) => from + (to - from) * at,
};

/** A stretch of steps and the corners its values lead between: one value per group. */
interface Phase {
  readonly end: number;
  readonly lr: readonly [Corner, Corner];
  readonly momentum: readonly [Corner, Corner];
}
type Corner = readonly number[];

function totalOf(totalSteps: unknown, epochs: unknown, stepsPerEpoch: unknown): number {
  if (totalSteps === null && isCount(epochs) && isCount(stepsPerEpoch)) return epochs * stepsPerEpoch;
  if (isCount(totalSteps)) return totalSteps;
  throw new ArgumentError(
    "OneCycleLR",
    "expected totalSteps, or epochs and stepsPerEpoch, as whole numbers above 0, got " +
      `${String(totalSteps)}, ${String(epochs)} and ${String(stepsPerEpoch)}`,
  );
}

/**
 * Up from `maxLr / divFactor` to `maxLr` in the first `pctStart` of the steps, then down to a `finalDivFactor`th of the start;
 * with `threePhase` down to the start first, as fast as it went up. The momentum goes the other way (`OneCycleLR`). Step after each batch;
 * stepping past the last step is an ArgumentError.
 */
export class OneCycleLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<OneCycleArguments, typeof names>) {
    const [
      maxLr,
      totalSteps = null,
      epochs = null,
      stepsPerEpoch = null,
      pctStart = 0.3,
      annealStrategy = "cos",
      cycleMomentum = true,
      baseMomentum = 0.85,
      maxMomentum = 0.95,
      divFactor = 25,
      finalDivFactor = 1e4,
      threePhase = false,
      lastEpoch = -1,
    ] = bind<OneCycleArguments>("OneCycleLR", names, args);
    const total = totalOf(totalSteps, epochs, stepsPerEpoch);
    const anneal = strategies[annealStrategy];
    if (anneal === undefined) {
      throw new ArgumentError(
        "OneCycleLR",
        `expected annealStrategy to be cos or linear, got ${annealStrategy}`,
      );
    }
    expectThat(pctStart >= 0 && pctStart <= 1, "OneCycleLR", "pctStart", "in [0, 1]", pctStart);
    expectMomentum("OneCycleLR", optimizer, cycleMomentum);
    const each = (option: string, value: number | readonly number[]): Corner =>
      perGroup("OneCycleLR", option, value, optimizer.paramGroups.length);

    const top = each("maxLr", maxLr);
    const start = top.map((lr) => lr / divFactor);
    const bottom = start.map((lr) => lr / finalDivFactor);
    const [light, heavy] = [each("baseMomentum", baseMomentum), each("maxMomentum", maxMomentum)];
    const rise = { end: pctStart * total - 1, lr: [start, top], momentum: [heavy, light] } as const;
    const phases: readonly Phase[] = threePhase
      ? [
          rise,
          { end: 2 * pctStart * total - 2, lr: [top, start], momentum: [light, heavy] },
          { end: total - 1, lr: [start, bottom], momentum: [heavy, heavy] },
        ]
      : [rise, { end: total - 1, lr: [top, bottom], momentum: [light, heavy] }];

    const along = (what: "lr" | "momentum") => {
      return ({ epoch, group }: Moment): number => {
        if (epoch > total) {
          throw new ArgumentError("OneCycleLR.step", `expected at most ${total} steps, got step ${epoch}`);
        }
        const found = phases.findIndex(({ end }) => epoch <= end);
        const at = found < 0 ? phases.length - 1 : found;
        const { end, [what]: corners } = phases[at] as Phase;
        const begin = phases[at - 1]?.end ?? 0;
        const [from, to] = corners;
        return anneal(from[group] as number, to[group] as number, (epoch - begin) / (end - begin));
      };
    };
    if (lastEpoch === -1) {
      optimizer.paramGroups.forEach((group, i) => {
        group.initialLr = start[i];
      });
    }
    const momentum = cycleMomentum ? along("momentum") : undefined;
    super("OneCycleLR", optimizer, along("lr"), { lastEpoch, momentum });
  }
}
