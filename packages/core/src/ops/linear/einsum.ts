/** Sums of products in Einstein's notation. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { formatShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { batched } from "./batched.js";

/** A tensor whose dimensions carry distinct labels. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/** Labels of one operand; the dimensions of an ellipsis are labelled by their place from the right. */
function labelsOf(term: string, rank: number): string[] {
  const match = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/.exec(term);
  if (match === null)
    throw new ArgumentError("einsum", `expected letters and at most one ellipsis, got "${term}"`);
  const [before, after] = [[...(match[1] as string)], [...(match[3] as string)]];
  const covered = rank - before.length - after.length;
  if (covered < 0 || (match[2] === undefined && covered > 0)) {
    throw new ShapeError("einsum", `"${term}" does not fit a tensor of rank ${rank}`);
  }
  return [...before, ...Array.from({ length: covered }, (_, i) => `.${covered - i}`), ...after];
}

/** Repeated labels become diagonals. */
function distinct({ x, labels }: Labelled): Labelled {
  for (let d = 0; d < labels.length; d++) {
    const again = labels.indexOf(labels[d] as string, d + 1);
    if (again < 0) continue;
    if (x.shape[d] !== x.shape[again]) {
      throw new ShapeError(
        "einsum",
        `sizes ${x.shape[d]} and ${x.shape[again]} of the repeated label ${labels[d]} differ`,
      );
    }
    const rest = labels.filter((_, i) => i !== d && i !== again);
    return distinct({ x: x.diagonal(0, d, again), labels: [...rest, labels[d] as string] });
  }
  return { x, labels };
}

/** Sums out labels that nothing else needs. */
function reduced({ x, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const gone = labels.map((label, d) => (needed.has(label) ? -1 : d)).filter((d) => d >= 0);
  return gone.length === 0
    ? { x, labels }
    : { x: x.sum(gone).to(x.dtype), labels: labels.filter((label) => needed.has(label)) };
}

/** The dimensions of `order`; labels the tensor lacks have size 1. */
function arranged({ x, labels }: Labelled, order: readonly string[]): Tensor {
  const present = order.filter((label) => labels.includes(label));
  let result = x.permute(present.map((label) => labels.indexOf(label)));
  order.forEach((label, d) => {
    if (!labels.includes(label)) result = result.unsqueeze(d);
  });
  return result;
}

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);

/** One batched matrix product over the labels both have and nobody else needs. */
function contracted(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const common = a.labels.filter((label) => b.labels.includes(label));
  const [batch, summed] = [
    common.filter((label) => needed.has(label)),
    common.filter((label) => !needed.has(label)),
  ];
  const [left, right] = [a, b].map(({ labels }) => labels.filter((label) => !common.includes(label))) as [
    string[],
    string[],
  ];
  const labels = [...batch, ...left, ...right];
  if (summed.length === 0) return { x: arranged(a, labels).mul(arranged(b, labels)), labels };
  const size = (of: Labelled, names: readonly string[]): number[] =>
    names.map((label) => of.x.shape[of.labels.indexOf(label)] as number);
  const [outer, k] = [size(a, batch), product(size(a, summed))];
  const [m, n] = [size(a, left), size(b, right)];
  const one = arranged(a, [...batch, ...left, ...summed]).reshape([product(outer), product(m), k]);
  const two = arranged(b, [...batch, ...summed, ...right]).reshape([product(outer), k, product(n)]);
  return { x: batched("einsum", one, two).reshape([...outer, ...m, ...n]), labels };
}

/** Sublists of numbers, as PyTorch also takes them, as an equation. */
function fromSublists(args: readonly unknown[]): { equation: string; tensors: Tensor[] } {
  const letter = (n: unknown): string => {
    if (n === "...") return "...";
    if (!Number.isInteger(n) || (n as number) < 0 || (n as number) >= 52)
      throw new ArgumentError("einsum", `expected subscripts from 0 to 51, got ${String(n)}`);
    return String.fromCharCode((n as number) < 26 ? 65 + (n as number) : 71 + (n as number));
  };
  const word = (list: unknown): string => (list as readonly unknown[]).map(letter).join("");
  const tensors = args.filter((arg): arg is Tensor => arg instanceof Tensor);
  const terms = tensors.map((_, i) => word(args[2 * i + 1]));
  const out = args.length % 2 === 1 ? `->${word(args[args.length - 1])}` : "";
  return { equation: terms.join(",") + out, tensors };
}

/**
 * Sums products of the operands' elements over the labels that the result lacks: `einsum("ij,jk->ik", a, b)` (`torch.einsum`). Without
 * an arrow the result has the labels that occur once, in alphabetical order. Operands are contracted from left to right.
 */
export function einsum(
  equation: string,
  ...operands: readonly Tensor[] | readonly [readonly Tensor[]]
): Tensor;
export function einsum(...sublists: readonly (Tensor | readonly (number | "...")[])[]): Tensor;
export function einsum(...args: readonly unknown[]): Tensor {
  const [first, ...rest] = args;
  const { equation, tensors } =
    typeof first === "string"
      ? { equation: first, tensors: (Array.isArray(rest[0]) ? rest[0] : rest) as Tensor[] }
      : fromSublists(args);
  const [inputs, output, more] = equation.replace(/\s/g, "").split("->") as [
    string,
    string | undefined,
    string | undefined,
  ];
  const terms = inputs.split(",");
  if (more !== undefined || terms.length !== tensors.length || tensors.length === 0) {
    throw new ArgumentError(
      "einsum",
      `expected one term for each operand, got "${equation}" for ${tensors.length} operands`,
    );
  }
  const named = terms.map((term, i) => ({
    x: tensors[i] as Tensor,
    labels: labelsOf(term, (tensors[i] as Tensor).ndim),
  }));
  const all = named.flatMap(({ labels }) => labels);
  const dots = [...new Set(all.filter((label) => label.startsWith(".")))].sort(
    (a, b) => Number(b.slice(1)) - Number(a.slice(1)),
  );
  const once = [...new Set(all)]
    .filter((label) => !label.startsWith(".") && all.filter((other) => other === label).length === 1)
    .sort();
  const wanted = output === undefined ? [...dots, ...once] : resultLabels(output, dots);
  for (const label of wanted) {
    if (!all.includes(label))
      throw new ArgumentError("einsum", `the result's label ${label} is in no operand of "${equation}"`);
  }
  return contractAll(named.map(distinct), wanted);
}

function resultLabels(output: string, dots: readonly string[]): string[] {
  const match = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/.exec(output);
  const letters = [...(match?.[1] ?? ""), ...(match?.[3] ?? "")];
  if (match === null || new Set(letters).size !== letters.length) {
    throw new ArgumentError(
      "einsum",
      `expected distinct letters and at most one ellipsis as the result, got "${output}"`,
    );
  }
  return [...(match[1] as string), ...(match[2] === undefined ? [] : dots), ...(match[3] as string)];
}

function contractAll(operands: readonly Labelled[], wanted: readonly string[]): Tensor {
  const sizes = new Map<string, number>();
  for (const { x, labels } of operands) {
    labels.forEach((label, d) => {
      const [size, known] = [x.shape[d] as number, sizes.get(label) ?? 1];
      if (known !== 1 && size !== 1 && known !== size)
        throw new ShapeError(
          "einsum",
          `label ${label} has sizes ${known} and ${size} in shapes ${operands.map((o) => formatShape(o.x.shape)).join(", ")}`,
        );
      sizes.set(label, known === 1 ? size : known);
    });
  }
  // A dimension of size 1 that meets a longer one is broadcast: it counts for nothing.
  let rest = operands.map(({ x, labels }) => {
    const dims = labels
      .map((label, d) => (x.shape[d] === 1 && sizes.get(label) !== 1 ? d : -1))
      .filter((d) => d >= 0);
    return dims.length === 0
      ? { x, labels }
      : {
          x: dims.reduceRight((y, d) => y.squeeze(d), x),
          labels: labels.filter((_, d) => !dims.includes(d)),
        };
  });
  const neededBy = (others: readonly Labelled[]): Set<string> =>
    new Set([...wanted, ...others.flatMap(({ labels }) => labels)]);
  let result = reduced(rest[0] as Labelled, neededBy(rest.slice(1)));
  rest = rest.slice(1);
  while (rest.length > 0) {
    const [next, ...later] = rest as [Labelled, ...Labelled[]];
    const needed = neededBy(later);
    const alone = new Set([...needed, ...result.labels]);
    result = reduced(contracted(result, reduced(next, alone), needed), needed);
    rest = later;
  }
  return arranged(result, wanted);
}
