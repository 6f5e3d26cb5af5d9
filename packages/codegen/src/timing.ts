/** Why dispatches are timed: to print them (FLAMBEAU_DEBUG), or to tell the tuner how fast its candidates are (FLAMBEAU_TUNE). */
import { type DebugOptions, setting } from "@flambeau/core/internal";
import type { DeviceTraits, Plan } from "./plan.js";
import { tunerOf } from "./tiles/tuner.js";

/** A plan whose dispatches are timed, and what is known of it so far. */
interface Timed {
  readonly label: string;
  readonly plan: Plan;
  missing: number;
  total: number;
}

/** A dispatch that is to be timed: a runtime hands it back with its time. */
export interface TimedDispatch {
  readonly of: Timed;
  readonly shader: string;
}

export class Timing {
  private current: Timed | null = null;

  /** `print` gets a line for each dispatch; null where only the tuner listens, which then tries every candidate once. */
  constructor(
    private readonly traits: DeviceTraits,
    private readonly print: ((line: string) => void) | null,
  ) {}

  /** What the settings ask for, null where nothing is to be timed. `clock`: whether the device can tell times. */
  static wanted(
    traits: DeviceTraits,
    debug: DebugOptions,
    clock: boolean,
    print: (line: string) => void,
  ): Timing | null {
    const tuning = clock && setting("FLAMBEAU_TUNE") !== "";
    tunerOf(traits).exploring = tuning;
    return debug.level > 0 || tuning ? new Timing(traits, debug.level > 0 ? print : null) : null;
  }

  /** The dispatches that follow belong to `plan`. */
  begin(plan: Plan, label: string): void {
    const wanted = this.print !== null || plan.choice !== undefined;
    this.current = wanted ? { label, plan, missing: plan.dispatches.length, total: 0 } : null;
  }

  /** What follows belongs to no plan. */
  end(): void {
    this.current = null;
  }

  /** The next dispatch, where it is to be timed. */
  next(shader: string): TimedDispatch | null {
    return this.current && { of: this.current, shader };
  }

  /** Takes the time of a dispatch in µs, null where the device cannot tell. */
  report({ of, shader }: TimedDispatch, time: number | null): void {
    const name = of.label === "" ? shader : `${of.label} (${shader})`;
    this.print?.(time === null ? name : `${name} ${time.toFixed(1)} µs`);
    of.total += time ?? 0;
    of.missing--;
    const { choice } = of.plan;
    if (of.missing === 0 && choice !== undefined && time !== null)
      tunerOf(this.traits).record(choice.key, choice.candidate, of.total / choice.work);
  }
}
