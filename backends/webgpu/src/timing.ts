/** Why dispatches are timed: to print them (FLAMBEAU_DEBUG), or to tell the tuner how fast its candidates are (FLAMBEAU_TUNE). */
import { type DeviceTraits, type Plan, tunerOf } from "@flambeau/codegen";
import { batchLength } from "./encoder.js";
import { Stopwatch } from "./stopwatch.js";

/** A plan whose dispatches are timed, and what is known of it so far. */
interface Timed {
  readonly label: string;
  readonly plan: Plan;
  missing: number;
  total: number;
}

export class Timing {
  readonly stopwatch: Stopwatch<{ readonly of: Timed; readonly shader: string }>;
  private current: Timed | null = null;

  /** `print` gets a line for each dispatch; null where only the tuner listens, which then tries every candidate once. */
  constructor(
    device: GPUDevice,
    private readonly traits: DeviceTraits,
    private readonly print: ((line: string) => void) | null,
    private readonly tuning: boolean,
  ) {
    this.stopwatch = new Stopwatch(device, batchLength, ({ of, shader }, time) =>
      this.report(of, shader, time),
    );
    tunerOf(traits).exploring = tuning && device.features.has("timestamp-query");
  }

  /** The dispatches that follow belong to `plan`. */
  begin(plan: Plan, label: string): void {
    const wanted = this.print !== null || (this.tuning && plan.choice !== undefined);
    this.current = wanted ? { label, plan, missing: plan.dispatches.length, total: 0 } : null;
  }

  /** What follows belongs to no plan. */
  end(): void {
    this.current = null;
  }

  /** The pass of the next dispatch, where it is to be timed. */
  pass(shader: string): GPUComputePassDescriptor | undefined {
    return this.current === null ? undefined : this.stopwatch.pass({ of: this.current, shader });
  }

  private report(of: Timed, shader: string, time: number | null): void {
    const name = of.label === "" ? shader : `${of.label} (${shader})`;
    this.print?.(time === null ? name : `${name} ${time.toFixed(1)} µs`);
    of.total += time ?? 0;
    of.missing--;
    const { choice } = of.plan;
    if (of.missing === 0 && choice !== undefined && time !== null)
      tunerOf(this.traits).record(choice.key, choice.candidate, of.total / choice.work);
  }
}
