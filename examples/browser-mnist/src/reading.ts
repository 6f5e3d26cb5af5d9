/** The part of the page that reads a drawn digit. */
import { Bars } from "./bars.js";
import { explain, part } from "./page.js";
import type { Session } from "./session.js";
import { Sketch } from "./sketch.js";

export class ReadingPanel {
  readonly #bars = new Bars(part("bars"));
  readonly #verdict = part("verdict");
  readonly #sketch: Sketch;
  #busy = false;
  #again = false;

  /** `session` gives the network to ask. */
  constructor(readonly session: () => Session) {
    const canvas = part<HTMLCanvasElement>("sketch");
    this.#sketch = new Sketch(canvas, () => {
      part("hint").hidden = this.#sketch?.digit() !== null;
      this.refresh();
    });
    part("clear").addEventListener("click", () => this.#sketch.clear());
  }

  /** Asks the network about the drawing: at once, or when the question under way has been answered. */
  refresh(): void {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    this.#answer()
      .catch(explain)
      .finally(() => {
        this.#busy = false;
      });
  }

  async #answer(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const digit = this.#sketch.digit();
      if (digit === null) {
        this.#bars.show(null);
        this.#verdict.textContent = "";
        continue;
      }
      const probabilities = await this.session().classify(digit);
      this.#bars.show(probabilities);
      this.#verdict.textContent = this.session().seen === 0 ? "an untrained guess" : verdict(probabilities);
    }
  }
}

function verdict(probabilities: Float32Array): string {
  const most = Math.max(...probabilities);
  const best = probabilities.indexOf(most);
  const said = [
    { above: 0.9, text: `this is a ${best}` },
    { above: 0.5, text: `looks like a ${best}` },
    { above: 0, text: `perhaps a ${best}?` },
  ];
  return said.find(({ above }) => most > above)?.text ?? "";
}
