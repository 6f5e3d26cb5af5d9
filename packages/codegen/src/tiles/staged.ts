/** Products whose operands pass through workgroup memory, a slab of the depth at a time. */
import type { Shared } from "../ir/builder.js";
import { i32, literal, type Value } from "../ir/value.js";
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
  const shapes = { a: slabShape(heightOf(tile), slab, along.a), b: slabShape(widthOf(tile), slab, along.b) };
  const memory = k.shared(type, shapes.a.length + shapes.b.length, "slabs");
  const [slabA, slabB] = [
    new Slab(frame, memory, 0, shapes.a, { loader: a, first: top, size: sizes.m }),
    new Slab(frame, memory, shapes.a.length, shapes.b, { loader: b, first: left, size: sizes.n }),
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

interface Side {
  readonly loader: Loader;
  /** The workgroup's first line of this side, and how many lines there are in all. */
  readonly first: Value;
  readonly size: Value;
}

interface SlabShape {
  readonly lines: number;
  readonly along: Along;
  /** From one depth to the next: stores of neighbours along the depth would meet in one bank of memory if it were a power of two. */
  readonly pitch: number;
  readonly length: number;
}

function slabShape(lines: number, slab: number, along: Along): SlabShape {
  const pitch = along === "depth" ? lines + 1 : lines;
  return { lines, along, pitch, length: pitch * slab };
}

/** A slab of one operand in workgroup memory from `base` on: line beside line at every depth. */
class Slab {
  /** Lines that an invocation loads, and the depths at which it loads each of them. */
  private readonly lines: readonly { readonly at: Value; readonly load: ReturnType<Loader> }[];
  private readonly depths: readonly Value[];

  constructor(
    private readonly frame: Frame,
    private readonly memory: Shared,
    private readonly base: number,
    private readonly shape: SlabShape,
    { loader, first, size }: Side,
  ) {
    const { k, tile } = frame;
    const { slab } = tile;
    const { along, lines } = shape;
    // Neighbouring invocations load neighbours in memory.
    const width = along === "depth" ? slab : lines;
    const lanes = lanesOf(tile);
    const [near, far] = [k.let(k.lane.and(width - 1), "near"), k.let(k.lane.shr(Math.log2(width)), "far")];
    const reach = lanes / width;
    const spread = Array.from({ length: (lines * slab) / lanes }, (_, i) => k.let(far.add(i * reach)));
    this.depths = along === "depth" ? [near] : spread;
    const own = along === "depth" ? spread : [near];
    this.lines = own.map((at) => ({ at, load: loader(k.let(first.add(at).min(size.sub(1)), "line")) }));
  }

  /** For the outer coordinates of a phase: what loads the slab from `start` on, and gives back what then stores it. */
  phase(outer: Coordinates): (start: Value) => () => void {
    const { k, range, innerAt } = this.frame;
    const { type } = this.memory;
    const lines = this.lines.map(({ at, load }) => ({ at, load: load(outer) }));
    return (start) => {
      const loaded = this.depths.flatMap((depth) => {
        const at = k.let(start.add(depth), "k");
        const inner = innerAt(k.let(at.min(range.to.sub(1)), "k"));
        return lines.map((line) => ({
          index: this.index(depth, line.at),
          value: k.let(at.lt(range.to).select(line.load(inner), literal(type, 0)), "x"),
        }));
      });
      return () => {
        for (const { index, value } of loaded) this.memory.set(index, value);
      };
    };
  }

  /** `count` lines at a depth, `step` apart. */
  read(depth: Value, first: Value, count: number, step: number): Value[] {
    const { k } = this.frame;
    const from = k.let(this.index(depth, first), "from");
    return Array.from({ length: count }, (_, i) => k.let(this.memory.at(from.add(i * step)), "x"));
  }

  private index(depth: Value, line: Value): Value {
    return depth.mul(this.shape.pitch).add(line).add(this.base);
  }
}
