/** Digits per second over the last two seconds, leaving pauses out. */
const SPAN = 2000;

export class Tally {
  readonly #marks: { readonly at: number; readonly count: number }[] = [];

  /** Forgets what came before a pause. */
  restart(now: number): void {
    this.#marks.length = 0;
    this.#marks.push({ at: now, count: 0 });
  }

  add(now: number, count: number): void {
    this.#marks.push({ at: now, count });
    // One older mark stays: it says when the counting of the others began.
    while (this.#marks.length > 2 && now - (this.#marks[1]?.at ?? now) > SPAN) this.#marks.shift();
  }

  /** Null before the second mark. */
  rate(): number | null {
    const [first, ...rest] = this.#marks;
    const last = rest.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return null;
    const count = rest.reduce((sum, mark) => sum + mark.count, 0);
    return (1000 * count) / (last.at - first.at);
  }
}
