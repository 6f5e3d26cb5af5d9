/** Ten bars, one for each digit. */
export class Bars {
  readonly #rows: { readonly row: HTMLElement; readonly bar: HTMLElement; readonly text: HTMLElement }[];

  constructor(readonly list: HTMLElement) {
    this.#rows = Array.from({ length: 10 }, (_, digit) => {
      const row = document.createElement("li");
      const [name, track, bar, text] = ["b", "span", "i", "output"].map((tag) =>
        document.createElement(tag),
      ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
      name.textContent = String(digit);
      track.append(bar);
      row.append(name, track, text);
      return { row, bar, text };
    });
    list.replaceChildren(...this.#rows.map(({ row }) => row));
    this.show(null);
  }

  /** Ten probabilities, or null for nothing to show. */
  show(probabilities: Float32Array | null): void {
    const best = probabilities === null ? -1 : probabilities.indexOf(Math.max(...probabilities));
    for (const [digit, { row, bar, text }] of this.#rows.entries()) {
      const probability = probabilities?.[digit] ?? 0;
      row.dataset.probability = String(probability);
      row.classList.toggle("best", digit === best);
      bar.style.width = `${100 * probability}%`;
      text.textContent =
        probabilities === null ? "" : `${(100 * probability).toFixed(probability < 0.1 ? 1 : 0)}%`;
    }
  }
}
