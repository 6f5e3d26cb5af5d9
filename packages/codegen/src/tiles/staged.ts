/** Products whose operands pass through workgroup memory, a slab of the depth at a time. */
import type { Type } from "../ir/types.js";
import { literal, type Value } from "../ir/value.js";
import type { Along } from "./choose.js";
import { drain } from "./drain.js";
import { accumulate, accumulators, type Frame, type Sink } from "./frame.js";
import type { Product } from "./product.js";
import { heightOf, lanesOf, widthOf } from "./tile.js";
import type { Coordinates, Loader } from "./walk.js";

export function stagedProduct(frame: Frame, product: Product, sink: Sink): void {
  const { k, tile, sizes, range, top, left } = frame;
  const { lanesM, lanesN, slab } = tile;
  const laneM = k.let(k.lane.shr(Math.log2(lanesN)), "laneM");
  const laneN = k.let(k.lane.and(lanesN - 1), "laneN");
  const sums = accumulators(k, product.type, tile);
  const { a, b, active } = product.load(frame.scene);
  const { along, type } = product;
  const [slabA, slabB] = [
    slabOf(frame, { type, along: along.a, loader: a, first: top, lines: heightOf(tile), size: sizes.m }),
    slabOf(frame, { type, along: along.b, loader: b, first: left, lines: widthOf(tile), size: sizes.n }),
  ];
  frame.eachPhase(active, (outer) => {
    const [fillA, fillB] = [slabA.phase(outer), slabB.phase(outer)];
    k.for(
      range.from,
      range.to,
      (start) => {
        // All loads stand before the barrier, so that they are under way while slower invocations still compute.
        const [storeA, storeB] = [fillA(start), fillB(start)];
        k.barrier();
        storeA();
        storeB();
        k.barrier();
        k.for(0, slab, (depth) =>
          accumulate(
            sums,
            slabA.read(depth, laneM, tile.rows, lanesM),
            slabB.read(depth, laneN, tile.columns, lanesN),
          ),
        );
      },
      slab,
    );
  });
  const found = sums.map((row) => row.map((sum) => sum.value));
  const at = { m: k.let(top.add(laneM), "m"), n: k.let(left.add(laneN), "n") };
  drain(frame, found, at, sink);
}

/** The rows of A or the columns of B. */
interface Side {
  readonly type: Type;
  readonly along: Along;
  readonly loader: Loader;
  /** The workgroup's first line, how many it takes, and how many there are in all. */
  readonly first: Value;
  readonly lines: number;
  readonly size: Value;
}

/** A slab of one operand in workgroup memory: line beside line at every depth. */
interface Slab {
  /** For the outer coordinates of a phase: what loads the slab from `start` on, and gives back what then stores it. */
  phase(outer: Coordinates): (start: Value) => () => void;
  /** `count` lines at a depth, `step` apart. */
  read(depth: Value, first: Value, count: number, step: number): Value[];
}

function slabOf(frame: Frame, { type, along, loader, first, lines, size }: Side): Slab {
  const { k, tile, range, innerAt } = frame;
  const { slab } = tile;
  const deep = along === "depth";
  // Stores of neighbours along the depth would meet in one bank of memory if lines were a power of two apart.
  const pitch = deep ? lines + 1 : lines;
  const memory = k.shared(type, pitch * slab, "slab");
  const index = (depth: Value, line: Value): Value => depth.mul(pitch).add(line);
  // Neighbouring invocations load neighbours in memory.
  const width = deep ? slab : lines;
  const lanes = lanesOf(tile);
  const near = [k.let(k.lane.and(width - 1), "near")];
  const far = k.let(k.lane.shr(Math.log2(width)), "far");
  const spread = Array.from({ length: (lines * slab) / lanes }, (_, i) =>
    k.let(far.add((i * lanes) / width)),
  );
  /** Depths at which an invocation loads each of its lines. */
  const [depths, own] = deep ? [near, spread] : [spread, near];
  const loads = own.map((at) => ({ at, load: loader(k.let(first.add(at).min(size.sub(1)), "line")) }));
  return {
    phase(outer) {
      const within = loads.map(({ at, load }) => ({ at, load: load(outer) }));
      return (start) => {
        const loaded = depths.flatMap((depth) => {
          const at = k.let(start.add(depth), "k");
          const inner = innerAt(k.let(at.min(range.to.sub(1)), "k"));
          return within.map((line) => ({
            to: index(depth, line.at),
            value: k.let(at.lt(range.to).select(line.load(inner), literal(type, 0)), "x"),
          }));
        });
        return () => {
          for (const { to, value } of loaded) memory.set(to, value);
        };
      };
    },
    read(depth, line, count, step) {
      const from = k.let(index(depth, line), "from");
      return Array.from({ length: count }, (_, i) => k.let(memory.at(from.add(i * step)), "x"));
    },
  };
}
