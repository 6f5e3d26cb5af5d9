/** Shows how training goes: a bar in a terminal, one plain line per epoch in a file or a pipe. */
import { SingleBar } from "cli-progress";
import type { Step } from "./training.js";

export interface Progress {
  step(step: Step): void;
  /** With the accuracy on held-out digits. */
  epoch(step: Step, heldOut: number): void;
  stop(): void;
}

/** Images per second and seconds left, from the time since the start. */
function pace({ step, steps, seen }: Step, started: number): { rate: string; left: string } {
  const seconds = (performance.now() - started) / 1000;
  return {
    rate: Math.round(seen / seconds).toLocaleString("en"),
    left: Math.round((seconds / step) * (steps - step)).toString(),
  };
}

function bar(started: number): Progress {
  const shown = new SingleBar({
    stream: process.stdout,
    // Fits 80 columns.
    format: "epoch {epoch} [{bar}] loss {loss}  accuracy {accuracy}  {rate} images/s  {left} s left",
    barsize: 12,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
  });
  return {
    step(step) {
      const payload = {
        epoch: step.epoch,
        loss: step.loss.toFixed(4),
        accuracy: step.accuracy.toFixed(4),
        ...pace(step, started),
      };
      if (step.step === 1) shown.start(step.steps, 1, payload);
      else shown.update(step.step, payload);
    },
    epoch() {},
    stop: () => shown.stop(),
  };
}

function lines(started: number): Progress {
  return {
    step() {},
    epoch(step, heldOut) {
      const { rate, left } = pace(step, started);
      console.log(
        `epoch ${String(step.epoch).padStart(2)} · loss ${step.loss.toFixed(4)} · accuracy ${step.accuracy.toFixed(4)} · ` +
          `held out ${heldOut.toFixed(4)} · ${rate} images/s · ${left} s left`,
      );
    },
    stop() {},
  };
}

/** Starts the clock. */
export const startProgress = (): Progress => (process.stdout.isTTY === true ? bar : lines)(performance.now());
