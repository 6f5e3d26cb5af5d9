/** The part of the page that trains: buttons, figures and curves around a session. */
import type { Digits } from "@flambeau/example-mnist/digits.js";
import { Chart } from "./chart.js";
import type { Gpu } from "./device.js";
import { explain, megabytes, part, percent } from "./page.js";
import { Session } from "./session.js";
import { Tally } from "./tally.js";

export class TrainingPanel {
  readonly #run = part<HTMLButtonElement>("run");
  readonly #reset = part<HTMLButtonElement>("reset");
  readonly #choices = [part<HTMLSelectElement>("epochs"), part<HTMLSelectElement>("batch")] as const;
  readonly #loss = new Chart(part<SVGSVGElement>("loss"), { color: "#d9480f", format: String });
  readonly #accuracy = new Chart(part<SVGSVGElement>("accuracy"), {
    color: "#1864ab",
    top: 1,
    format: (value) => percent(value, 0),
  });
  readonly #tally = new Tally();
  #session: Session;

  /** `learned` is called when the network has changed, at most once per step. */
  constructor(
    readonly gpu: Gpu,
    readonly digits: Digits,
    readonly learned: () => void,
  ) {
    this.#session = this.#begin();
    this.#run.addEventListener("click", () => this.#toggle());
    this.#reset.addEventListener("click", () => void this.#restart());
    for (const choice of this.#choices) choice.addEventListener("change", () => void this.#restart());
    this.#run.disabled = false;
  }

  /** The network as it is now. */
  get session(): Session {
    return this.#session;
  }

  #begin(): Session {
    const [epochs, batchSize] = this.#choices.map(({ value }) => Number(value)) as [number, number];
    const session = new Session(
      this.digits,
      { epochs, batchSize },
      {
        stepped: ({ step, loss, accuracy }) => {
          this.#loss.add(step, loss);
          this.#accuracy.add(step, accuracy);
          this.#tally.add(performance.now(), batchSize);
          this.#figures(step, loss);
          this.learned();
        },
        examined: (step, heldOut) => {
          this.#accuracy.mark(step, heldOut);
          part("heldOut").textContent = percent(heldOut, 2);
        },
        stopped: (state) => this.#show(state),
      },
    );
    this.#loss.reset(session.steps);
    this.#accuracy.reset(session.steps);
    part("heldOut").textContent = "–";
    part("lossNow").textContent = "–";
    part("rate").textContent = "–";
    this.#progress(session, 0);
    this.#memory();
    this.#show("ready");
    return session;
  }

  #toggle(): void {
    const session = this.#session;
    if (session.finished) void this.#restart().then(() => this.#toggle());
    else if (session.running) void session.pause();
    else {
      this.#tally.restart(performance.now());
      this.#show("training");
      session.start().catch(explain);
    }
  }

  async #restart(): Promise<void> {
    this.#reset.disabled = true;
    await this.#session.dispose();
    this.#session = this.#begin();
    this.#reset.disabled = false;
    this.learned();
  }

  #figures(step: number, loss: number): void {
    part("lossNow").textContent = loss.toFixed(3);
    const rate = this.#tally.rate();
    if (rate !== null) part("rate").textContent = Math.round(rate).toLocaleString("en");
    this.#progress(this.#session, step);
    this.#memory();
  }

  #progress(session: Session, step: number): void {
    const epoch = Math.min(session.options.epochs, Math.floor(step / session.stepsPerEpoch) + 1);
    part("progress").style.width = percent(step / session.steps);
    part("steps").textContent =
      `epoch ${epoch} of ${session.options.epochs} · step ${step} of ${session.steps}`;
    part("steps").dataset.step = String(step);
  }

  #memory(): void {
    const { allocatedBytes, reservedBytes } = this.gpu.device.backend.stats();
    const memory = part("memory");
    memory.textContent = megabytes(allocatedBytes);
    part("reserved").textContent = `of ${megabytes(reservedBytes)} kept`;
    memory.dataset.reserved = String(reservedBytes);
  }

  #show(state: "ready" | "training" | "paused" | "done"): void {
    const label = { ready: "Start training", training: "Pause", paused: "Go on", done: "Train again" }[state];
    this.#run.textContent = label;
    part("lab").dataset.state = state;
  }
}
