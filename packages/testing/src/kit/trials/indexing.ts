/** Random gathers, scatters, scans, sorts and searches for non-zero elements. */
import type { Coordinate, DType } from "@flambeau/core";
import { kindOf } from "@flambeau/core";
import { coarse, type HostOperand, randomOperand } from "../hostOperand.js";
import type { Seeded } from "../seeded.js";
import type { TrialMaker } from "../trial.js";
import { dtypesOf, indexDTypes, someShape } from "../trial.js";

interface Addressed {
  readonly coordinates: readonly Coordinate[];
  readonly indices: readonly HostOperand[];
  readonly sizes: readonly number[];
}

/** Addresses into a tensor from positions of `space`; every index is in range. */
function addresses(
  random: Seeded,
  dtypes: ReadonlySet<DType>,
  space: readonly number[],
  wrap: boolean,
): Addressed {
  const indices: HostOperand[] = [];
  const sizes: number[] = [];
  const axes = random.shuffled(space.map((_, axis) => axis));
  const coordinates = Array.from({ length: random.int(1, 3) }, (_, d): Coordinate => {
    const axis = random.chance(0.5) ? axes.pop() : undefined;
    if (axis !== undefined) {
      sizes[d] = space[axis]!;
      return { axis };
    }
    const size = random.int(1, 5);
    sizes[d] = size;
    const dtype = random.pick(indexDTypes(dtypes));
    indices.push(
      randomOperand(random, dtype, space, () => random.int(wrap ? -size : 0, size - 1), { broadcast: true }),
    );
    return { index: indices.length - 1 };
  });
  return { coordinates, indices, sizes };
}

const summary = ({ coordinates, sizes }: Addressed): string =>
  `[${sizes}] at ${coordinates.map((c) => ("axis" in c ? `axis ${c.axis}` : `index ${c.index}`)).join(", ")}`;

export const gatherTrial: TrialMaker = (random, dtypes) => {
  const dtype = random.pick([...dtypes]);
  const wrap = random.chance(0.5);
  const space = someShape(random, random.int(1, 3));
  const at = addresses(random, dtypes, space, wrap);
  const x = randomOperand(random, dtype, at.sizes, coarse(random), { broadcast: true });
  const out = randomOperand(random, dtype, space, coarse(random));
  return {
    kind: "gather",
    title: `gather ${dtype} ${summary(at)} to [${space}]`,
    bind: (place) => ({
      kernel: { kind: "gather", op: "gather", dtype, coordinates: at.coordinates, wrap },
      x: place(x),
      indices: at.indices.map(place),
      out: place(out),
    }),
  };
};

export const scatterTrial: TrialMaker = (random, dtypes) => {
  const reduce = random.pick(["set", "add", "mul", "max", "min"] as const);
  const dtype = random.pick(dtypesOf(dtypes, "f", "i").filter((d) => reduce !== "add" || !isHalf(d)));
  const wrap = random.chance(0.5);
  const space = someShape(random, random.int(1, 3));
  const at = addresses(random, dtypes, space, wrap);
  // Powers of two keep long products exact, whatever their order.
  const value = reduce === "mul" ? () => random.pick([1, 1, 1, 2]) : coarse(random);
  const src = randomOperand(random, dtype, space, value, { broadcast: true });
  const out = randomOperand(random, dtype, at.sizes, value);
  return {
    kind: "scatter",
    title: `scatter ${reduce} ${dtype} ${summary(at)} from [${space}]`,
    bind: (place) => ({
      kernel: { kind: "scatter", op: "scatter", dtype, reduce, coordinates: at.coordinates, wrap },
      src: place(src),
      indices: at.indices.map(place),
      out: place(out),
    }),
  };
};

/** Running sums in 16 bits depend on where they are rounded, which is left to the backend. */
const isHalf = (dtype: DType): boolean => dtype === "float16" || dtype === "bfloat16";

export const scanTrial: TrialMaker = (random, dtypes) => {
  const op = random.pick(["sum", "prod", "max", "min", "logsumexp"] as const);
  const placed = op === "max" || op === "min";
  const kinds = op === "logsumexp" ? ["f"] : ["f", "i"];
  const dtype = random.pick(dtypesOf(dtypes, ...kinds).filter((d) => placed || !isHalf(d)));
  const shape = someShape(random, random.int(1, 3));
  const axis = random.int(0, shape.length - 1);
  const reverse = random.chance(0.3);
  const value = op === "prod" ? () => (random.chance(0.02) ? 2 : 1) : coarse(random);
  const sameKind = dtypesOf(dtypes, kindOf(dtype));
  const x = randomOperand(random, placed ? dtype : random.pick(sameKind), shape, value);
  const out = randomOperand(random, dtype, shape, coarse(random));
  const indices = placed
    ? randomOperand(random, random.pick(indexDTypes(dtypes)), shape, coarse(random))
    : null;
  return {
    kind: "scan",
    title: `scan ${op} ${x.dtype} to ${dtype} [${shape}] along ${axis}${reverse ? " backwards" : ""}`,
    bind: (place) => ({
      kernel: { kind: "scan", op, axis, reverse, dtype },
      x: place(x),
      out: place(out),
      indices: indices && place(indices),
    }),
  };
};

export const sortTrial: TrialMaker = (random, dtypes) => {
  const dtype = random.pick([...dtypes]);
  const shape = someShape(random, random.int(1, 3));
  const length = shape.at(-1)!;
  const k = random.chance(0.5) ? random.int(1, length) : null;
  const descending = random.chance(0.5);
  const some = coarse(random);
  const value = (of: DType) => (of.includes("float") && random.chance(0.1) ? NaN : some(of));
  const to = shape.with(-1, k ?? length);
  const x = randomOperand(random, dtype, shape, value, { broadcast: true });
  const values = randomOperand(random, dtype, to, some);
  const indices = randomOperand(random, random.pick(indexDTypes(dtypes)), to, some);
  return {
    kind: "sort",
    title: `sort ${dtype} [${shape}]${descending ? " descending" : ""}${k === null ? "" : `, first ${k}`}`,
    bind: (place) => ({
      kernel: { kind: "sort", descending, k, dtype },
      x: place(x),
      values: place(values),
      indices: place(indices),
    }),
  };
};

export const nonzeroTrial: TrialMaker = (random, dtypes) => {
  const dtype = random.pick([...dtypes]);
  const shape = someShape(random, random.int(1, 3));
  const value = () => random.int(0, 1);
  const x = randomOperand(random, dtype, shape, value);
  const count = randomOperand(random, random.pick(indexDTypes(dtypes)), [1], value);
  return {
    kind: "nonzero",
    title: `nonzero ${dtype} [${shape}]`,
    bind: (place) => ({ kernel: { kind: "nonzero", stage: "count", dtype }, x: place(x), out: place(count) }),
  };
};
