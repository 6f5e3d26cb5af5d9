/** Schedules that cycle between two learning rates (Smith 2017). */
import { ArgumentError, type Arguments } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { bind, expectThat, perGroup } from "./arguments.js";
import { EpochScheduler, hasMomentum, type Moment } from "./scheduler.js";

const names = [
  "baseLr",
  "maxLr",
  "stepSizeUp",
  "stepSizeDown",
  "mode",
  "gamma",
  "scaleFn",
  "scaleMode",
  "cycleMomentum",
  "baseMomentum",
  "maxMomentum",
  "lastEpoch",
] as const;
type CyclicArguments = [
  baseLr: number | readonly number[],
  maxLr: number | readonly number[],
  stepSizeUp?: number,
  stepSizeDown?: number | null,
  mode?: "triangular" | "triangular2" | "exp_range",
  gamma?: number,
  scaleFn?: ((x: number) => number) | null,
  scaleMode?: "cycle" | "iterations",
  cycleMomentum?: boolean,
  baseMomentum?: number | readonly number[],
  maxMomentum?: number | readonly number[],
  lastEpoch?: number,
];

interface Scale {
  readonly of: "cycle" | "iterations";
  at(x: number, gamma: number): number;
}

/** How high a cycle goes, by the number of the cycle (from 1) or of the iteration. */
const modes: { readonly [mode: string]: Scale } = {
  triangular: { of: "cycle", at: () => 1 },
  triangular2: { of: "cycle", at: (x) => 2 ** (1 - x) },
  exp_range: { of: "iterations", at: (x, gamma) => gamma ** x },
};

/** Throws ArgumentError when the momentum is to cycle and the optimizer has none. */
export function expectMomentum(name: string, optimizer: Optimizer, cycleMomentum: boolean): void {
  if (!cycleMomentum || hasMomentum(optimizer)) return;
  throw new ArgumentError(
    name,
    `expected an optimizer with momentum or betas to cycle them, got ${optimizer.name}; pass cycleMomentum: false`,
  );
}

/**
 * Up from `baseLr` to `maxLr` in `stepSizeUp` steps and down again in `stepSizeDown` (as many unless given), over and over,
 * while the momentum goes the other way (`CyclicLR`). Later cycles are as high, half as high each, or `gamma` lower with each
 * step, by `mode`; or as `scaleFn` says. Step after each batch.
 */
export class CyclicLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<CyclicArguments, typeof names>) {
    const [
      baseLr,
      maxLr,
      stepSizeUp = 2000,
      stepSizeDown = null,
      mode = "triangular",
      gamma = 1,
      scaleFn = null,
      scaleMode = "cycle",
      cycleMomentum = true,
      baseMomentum = 0.8,
      maxMomentum = 0.9,
      lastEpoch = -1,
    ] = bind<CyclicArguments>("CyclicLR", names, args);
    const scale = scaleFn === null ? modes[mode] : { of: scaleMode, at: scaleFn };
    if (scale === undefined) {
      throw new ArgumentError(
        "CyclicLR",
        `expected mode to be ${Object.keys(modes).join(" or ")}, got ${mode}`,
      );
    }
    expectMomentum("CyclicLR", optimizer, cycleMomentum);
    const each = (option: string, value: number | readonly number[]): readonly number[] =>
      perGroup("CyclicLR", option, value, optimizer.paramGroups.length);
    const [base, max] = [each("baseLr", baseLr), each("maxLr", maxLr)];
    const [least, most] = [each("baseMomentum", baseMomentum), each("maxMomentum", maxMomentum)];
    const period = stepSizeUp + (stepSizeDown ?? stepSizeUp);
    expectThat(
      stepSizeUp > 0 && period > stepSizeUp,
      "CyclicLR",
      "stepSizeUp and stepSizeDown",
      "above 0",
      `${stepSizeUp} and ${stepSizeDown}`,
    );

    /** How far up, in [0, 1] times the cycle's scale. */
    const height = (epoch: number): number => {
      const cycle = Math.floor(1 + epoch / period);
      const at = 1 + epoch / period - cycle;
      const peak = stepSizeUp / period;
      const up = at <= peak ? at / peak : (at - 1) / (peak - 1);
      return up * scale.at(scale.of === "cycle" ? cycle : epoch, gamma);
    };
    const between = (from: readonly number[], to: readonly number[]) => {
      return ({ epoch, group }: Moment): number => {
        const start = from[group] as number;
        return start + ((to[group] as number) - start) * height(epoch);
      };
    };
    if (lastEpoch === -1) {
      optimizer.paramGroups.forEach((group, i) => {
        group.lr = base[i] as number;
      });
    }
    const momentum = cycleMomentum ? between(most, least) : undefined;
    super("CyclicLR", optimizer, between(base, max), { lastEpoch, momentum });
  }
}
