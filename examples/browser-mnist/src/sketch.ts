/** A square to draw on, with mouse, pen or finger. */
import { centred } from "./centre.js";

/** Pixels of the drawing, whatever size it is shown at. */
const SIDE = 280;
const STROKE = 22;

export class Sketch {
  readonly #context: CanvasRenderingContext2D;
  #last: readonly [x: number, y: number] | null = null;

  /** `changed` is called whenever something was drawn or wiped out. */
  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly changed: () => void,
  ) {
    canvas.width = SIDE;
    canvas.height = SIDE;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("this browser gave no 2D canvas to draw on");
    this.#context = context;
    context.lineWidth = STROKE;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = "#000";
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, () => {
        this.#last = null;
      });
  }

  clear(): void {
    this.#context.clearRect(0, 0, SIDE, SIDE);
    this.changed();
  }

  /** The digit as the network takes it [28 × 28]; null while nothing is drawn. */
  digit(): Float32Array | null {
    const { data } = this.#context.getImageData(0, 0, SIDE, SIDE);
    return centred(
      Float32Array.from({ length: SIDE * SIDE }, (_, i) => (data[4 * i + 3] as number) / 255),
      SIDE,
    );
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.#last = this.#place(event);
    this.#line(this.#last);
  }

  #move(event: PointerEvent): void {
    if (this.#last === null) return;
    // A fast stroke brings several places in one event.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) this.#line(this.#place(each));
  }

  #line(to: readonly [x: number, y: number]): void {
    const context = this.#context;
    context.beginPath();
    context.moveTo(...(this.#last ?? to));
    context.lineTo(...to);
    context.stroke();
    this.#last = to;
    this.changed();
  }

  #place(event: PointerEvent): readonly [x: number, y: number] {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [((event.clientX - left) / width) * SIDE, ((event.clientY - top) / height) * SIDE];
  }
}
