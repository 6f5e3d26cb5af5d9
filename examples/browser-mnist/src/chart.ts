/** A curve that grows: every value faintly, their running mean clearly, and marks where something was measured apart. */
interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ChartOptions {
  readonly color: string;
  /** Highest value of the axis; as high as the values unless given. */
  readonly top?: number;
  /** How values are written. */
  readonly format: (value: number) => string;
}

const HEIGHT = 160;
const MARGIN = { left: 40, right: 12, top: 12, bottom: 22 } as const;
/** Points drawn at most: more would not be seen. */
const POINTS = 400;
/** Weight of a new value in the running mean. */
const FRESH = 0.12;

const svg = (name: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
};

export class Chart {
  #values: Point[] = [];
  #means: Point[] = [];
  #marks: Point[] = [];
  #end = 1;
  #waiting = false;

  constructor(
    readonly element: SVGSVGElement,
    readonly options: ChartOptions,
  ) {
    new ResizeObserver(() => this.#redraw()).observe(element);
  }

  /** Empties the chart; its x axis runs from 0 to `end`. */
  reset(end: number): void {
    [this.#values, this.#means, this.#marks] = [[], [], []];
    this.#end = end;
    this.#redraw();
  }

  add(x: number, y: number): void {
    const before = this.#means.at(-1)?.y ?? y;
    // The first values weigh as much as their number allows.
    const fresh = Math.max(FRESH, 1 / (this.#means.length + 1));
    this.#values.push({ x, y });
    this.#means.push({ x, y: before + fresh * (y - before) });
    this.#redraw();
  }

  /** A value that is no part of the curve. */
  mark(x: number, y: number): void {
    this.#marks.push({ x, y });
    this.#redraw();
  }

  /** Once per frame however much is added. */
  #redraw(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { element, options } = this;
    const width = element.clientWidth;
    if (width === 0) return;
    const top = options.top ?? niceTop(Math.max(0, ...this.#means.map(({ y }) => y)));
    const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
    const place = ({ x, y }: Point): Point => ({
      x: MARGIN.left + (inner.width * x) / this.#end,
      y: MARGIN.top + inner.height * (1 - Math.min(1, Math.max(0, y / top))),
    });
    const line = (points: readonly Point[]): string =>
      thinned(points)
        .map(place)
        .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
        .join(" ");
    const stroke = { fill: "none", stroke: options.color, "stroke-linejoin": "round" };
    element.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    element.replaceChildren(
      ...this.#axes(top, width, place),
      svg("polyline", { ...stroke, points: line(this.#values), opacity: 0.25, "stroke-width": 1 }),
      svg("polyline", { ...stroke, points: line(this.#means), "stroke-width": 2.25 }),
      ...this.#marks.map(place).map(({ x, y }) => svg("circle", { cx: x, cy: y, r: 4, class: "mark" })),
    );
  }

  #axes(top: number, width: number, place: (point: Point) => Point): SVGElement[] {
    const rows = [0, 0.5, 1].flatMap((part) => {
      const { y } = place({ x: 0, y: part * top });
      return [
        svg("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: y, y2: y, class: "rule" }),
        svg("text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" }, this.options.format(part * top)),
      ];
    });
    const foot = HEIGHT - 4;
    return [
      ...rows,
      svg("text", { x: MARGIN.left, y: foot }, "0"),
      svg("text", { x: width - MARGIN.right, y: foot, "text-anchor": "end" }, `${this.#end} steps`),
    ];
  }
}

/** 1, 2, 2.5 or 5 times a power of ten, the first that is not below the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 2.5, 5].find((factor) => factor * power >= value) ?? 10);
}

function thinned(points: readonly Point[]): readonly Point[] {
  const every = Math.ceil(points.length / POINTS);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}
