/** Tensors as text, laid out as PyTorch prints them. */
import { kindOf } from "../dtype.js";
import { ArgumentError } from "../errors.js";
import { defaultDType } from "../fused/dtypes.js";
import { noGrad } from "../gradMode.js";
import { catTensors } from "../ops/shape/joining.js";
import { sliceAlong } from "../ops/shape/slicing.js";
import { readBytes, readBytesSync } from "../primitives/copy.js";
import { decodeHost } from "./host.js";
import { type NumberFormat, numberFormat, type Printable } from "./numberFormat.js";
import { formatShape } from "./shape.js";
import { Tensor } from "./tensor.js";

export interface PrintOptions {
  /** Digits after the point. */
  readonly precision: number;
  /** Tensors of more elements are summarised. */
  readonly threshold: number;
  /** Elements shown at either end of a summarised dimension. */
  readonly edgeitems: number;
  /** Characters per line. */
  readonly linewidth: number;
  /** Scientific notation: always, never, or (null) where the range of values asks for it. */
  readonly sciMode: boolean | null;
}

const defaults: PrintOptions = { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80, sciMode: null };
const profiles = {
  default: defaults,
  short: { ...defaults, precision: 2, edgeitems: 2 },
  full: { ...defaults, threshold: Number.POSITIVE_INFINITY },
};
let options = defaults;

/** Changes how tensors are printed (`torch.set_printoptions`); `profile` first resets all to "default", "short" or "full". */
export function setPrintOptions(
  changes: Partial<PrintOptions> & { readonly profile?: keyof typeof profiles },
): void {
  const { profile, ...rest } = changes;
  if (profile !== undefined && !Object.hasOwn(profiles, profile)) {
    throw new ArgumentError(
      "setPrintOptions",
      `expected profile "default", "short" or "full", got "${String(profile)}"`,
    );
  }
  for (const key of Object.keys(rest)) {
    if (!Object.hasOwn(defaults, key))
      throw new ArgumentError(
        "setPrintOptions",
        `unknown option "${key}"; expected ${Object.keys(defaults).join(", ")}`,
      );
  }
  options = { ...(profile === undefined ? options : profiles[profile]), ...rest };
}

/** The options in force (`torch._tensor_str.PRINT_OPTS`). */
export const getPrintOptions = (): PrintOptions => options;

const isSummarised = (x: Tensor): boolean => x.numel > options.threshold;

/** The corners that a summary shows; `x` itself where it is shown whole. */
function shown(x: Tensor): Tensor {
  if (!isSummarised(x)) return x;
  const edge = options.edgeitems;
  return noGrad(() =>
    x.shape.reduce(
      (part, size, d) =>
        size <= 2 * edge
          ? part
          : catTensors("print", [sliceAlong(part, d, 0, edge), sliceAlong(part, d, size - edge, edge)], d),
      x,
    ),
  );
}

interface Layout {
  readonly shape: readonly number[];
  readonly values: readonly Printable[];
  readonly format: NumberFormat;
  readonly summarised: boolean;
}

/** Parts with "..." in the middle where some are left out. */
function withGap(parts: readonly string[], size: number, { summarised }: Layout, gap: string): string[] {
  const edge = options.edgeitems;
  if (!summarised || size <= 2 * edge) return [...parts];
  return [...parts.slice(0, edge), gap, ...parts.slice(edge)];
}

function vectorText(layout: Layout, size: number, start: number, indent: number): string {
  const count = Math.min(size, layout.summarised ? Math.max(2 * options.edgeitems, 0) : size);
  const numbers = layout.values.slice(start, start + count).map((v) => layout.format.write(v));
  const parts = withGap(numbers, size, layout, " ...");
  const perLine = Math.max(1, Math.floor((options.linewidth - indent) / (layout.format.width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < parts.length; i += perLine) lines.push(parts.slice(i, i + perLine).join(", "));
  return `[${lines.join(`,\n${" ".repeat(indent + 1)}`)}]`;
}

/** Elements of the values shown that dimension `d` and those inside it hold. */
function shownCount({ shape, summarised }: Layout, d: number): number {
  return shape
    .slice(d)
    .reduce((n, size) => n * (summarised ? Math.min(size, 2 * options.edgeitems) : size), 1);
}

function nestedText(layout: Layout, d: number, start: number, indent: number): string {
  const { shape, format, values } = layout;
  const rank = shape.length - d;
  if (rank === 0) return format.write(values[start] as Printable);
  const size = shape[d] as number;
  if (rank === 1) return vectorText(layout, size, start, indent);
  const step = shownCount(layout, d + 1);
  const count = shownCount(layout, d) / Math.max(step, 1);
  const parts = Array.from({ length: count }, (_, i) =>
    nestedText(layout, d + 1, start + i * step, indent + 1),
  );
  return `[${withGap(parts, size, layout, "...").join(`,${"\n".repeat(rank - 1)}${" ".repeat(indent + 1)}`)}]`;
}

function suffixes(x: Tensor): string[] {
  const plain = x.dtype === defaultDType() || x.dtype === "int32" || x.dtype === "bool";
  const { gradFn, requiresGrad } = x as {
    readonly gradFn?: { readonly name: string } | null;
    readonly requiresGrad?: boolean;
  };
  return [
    ...(x.device.type === "cpu" ? [] : [`device="${x.device}"`]),
    ...(x.numel === 0 && x.shape.length !== 1 ? [`size=${formatShape(x.shape)}`] : []),
    ...(plain ? [] : [`dtype=${x.dtype}`]),
    ...(gradFn ? [`gradFn=<${gradFn.name}>`] : requiresGrad === true ? ["requiresGrad=true"] : []),
  ];
}

const prefix = "tensor(";

function withSuffixes(body: string, parts: readonly string[]): string {
  let text = prefix + body;
  let column = text.length - (text.lastIndexOf("\n") + 1);
  for (const part of parts) {
    if (column + part.length + 2 > options.linewidth) {
      text += `,\n${" ".repeat(prefix.length)}${part}`;
      column = prefix.length + part.length;
    } else {
      text += `, ${part}`;
      column += part.length + 2;
    }
  }
  return `${text})`;
}

function textOf(x: Tensor, bytes: Uint8Array<ArrayBuffer>): string {
  if (x.numel === 0) return withSuffixes("[]", suffixes(x));
  const values = Array.from<Printable>(decodeHost(bytes, x.dtype) as ArrayLike<Printable>);
  const format = numberFormat(values, kindOf(x.dtype), options.precision, options.sciMode);
  const body = nestedText(
    { shape: x.shape, values, format, summarised: isSummarised(x) },
    0,
    0,
    prefix.length,
  );
  return withSuffixes(body, suffixes(x));
}

/** `x` without its values, where they are not at hand. */
const outline = (x: Tensor, why: string): string =>
  withSuffixes(`<${why}>`, [`shape=${formatShape(x.shape)}`, `dtype=${x.dtype}`]);

/**
 * `x` as text: `tensor([[1., 2.], [3., 4.]])` in PyTorch's layout, with dtype, device, and its part in differentiation where they are not
 * the usual. On a device that cannot be read without waiting the values are left out: await `formatTensorAsync`.
 */
export function formatTensor(x: Tensor): string {
  if (x.isDisposed) return outline(x, "disposed");
  if (!x.device.backend.capabilities.syncRead)
    return outline(x, `on ${x.device}: await x.array() to see the values`);
  return textOf(x, readBytesSync(shown(x)));
}

/** As `formatTensor`, on every device. */
export async function formatTensorAsync(x: Tensor): Promise<string> {
  return x.isDisposed ? outline(x, "disposed") : textOf(x, await readBytes(shown(x)));
}

/** What Node's console and `util.inspect` show, and `String(x)`. */
for (const name of [Symbol.for("nodejs.util.inspect.custom"), "toString"]) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor) {
      return formatTensor(this);
    },
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
