/**
 * Pointwise steps: an invocation computes the few elements that fill a word of every packed output, else one element, or in a large launch
 * several, a workgroup apart.
 */
import { type FusedLaunch, numelOf } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { codecOf, perWord } from "../elements/codec.js";
import { convert } from "../elements/convert.js";
import { ShaderOperand, type Use, unravel } from "../elements/operands.js";
import type { ShaderBuilder } from "../ir/builder.js";
import { u32, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, type Plan, single } from "../plan.js";
import { emitterOf } from "./emit.js";
import { dividesIntegers, isOperand, type Lie, lieOf, scalarsOf, slotsOf } from "./layout.js";

const lanes = 256;
/** Elements from which on an invocation takes several. */
const largeLaunch = 1 << 16;
const roundsOn = { gpu: 4, emulated: 16 } as const;

interface Placed extends Use {
  readonly lie: Lie;
}

/** The operands, inputs first; `own` are outputs that are written by whole words. */
function placedIn({ sizes, inputs, outputs }: FusedLaunch): Placed[] {
  const given = inputs
    .filter(isOperand)
    .map((view): Placed => ({ view, as: "read", lie: lieOf(view, sizes) }));
  const made = outputs.map((view): Placed => {
    const lie = lieOf(view, sizes);
    const count = perWord(view.dtype);
    const whole = count > 1 && lie !== "stride" && sizes.length > 0 && view.offset % count === 0;
    return whole ? { view, as: "own", lie: "walk" } : { view, as: "write", lie };
  });
  return [...given, ...made];
}

export function lowerPointwise(launch: FusedLaunch, traits: DeviceTraits): Plan {
  const { kernel, sizes, axisOf, outputs } = launch;
  const placed = placedIn(launch);
  const total = numelOf(sizes);
  const owned = placed.filter(({ as }) => as === "own");
  /** Elements that an invocation takes, side by side to fill words, or else a workgroup apart. */
  const perLane = Math.max(1, ...owned.map(({ view }) => perWord(view.dtype)));
  const several = perLane === 1 && total >= largeLaunch;
  const rounds = several ? roundsOn[traits.emulated ? "emulated" : "gpu"] : 1;
  return single(
    dispatchOf({
      key: `pointwise ${kernelId(kernel)} ${axisOf.join("")} ${placed.map(({ lie, as }) => lie[1] + as).join("")}${rounds}`,
      name: kernel.name,
      lanes,
      count: Math.ceil(total / (several ? lanes * rounds : perLane)),
      each: several ? "group" : "invocation",
      uses: placed.map(({ view, as, lie }) => ({
        view: { ...view, strides: lie === "stride" ? view.strides : [] },
        as,
      })),
      numbers: { total, sizes },
      scalars: scalarsOf(launch),
      errors: dividesIntegers(kernel.step),
      write({ k, at, operands, numbers: { total, sizes }, scalars, errors }) {
        const slots = slotsOf(launch, operands, scalars);
        const packed = operands.map((operand, i) =>
          placed[i]?.as === "own" ? packing(k, operand, perLane) : null,
        );

        const compute = (at: Value, e: number): void => {
          const coordinates = lazy(() => unravel(k, at, sizes));
          const where = (operand: ShaderOperand): Value => {
            const lie = placed[operands.indexOf(operand)]?.lie;
            if (lie === "stride") return operand.index(coordinates());
            return lie === "walk" ? operand.offset.add(at) : operand.offset;
          };
          const emitter = emitterOf(k, launch, sizes, errors);
          for (const pass of kernel.step.passes) {
            emitter.compute(pass.element, {
              coordinate: (d) => (sizes.length === 1 ? at : (coordinates()[d] as Value)),
              input: (slot) => {
                const input = slots[slot] as ShaderOperand | Value;
                return input instanceof ShaderOperand ? input.load(where(input)) : input;
              },
            });
          }
          for (const { output, node } of kernel.step.passes.flatMap((pass) => pass.stores)) {
            const at = operands.length - outputs.length + output;
            const operand = operands[at] as ShaderOperand;
            const value = emitter.value(node);
            const words = packed[at];
            if (words) words.put(e, value);
            else operand.store(where(operand), value);
          }
        };

        if (several) {
          const start = k.let(at.mul(lanes * rounds).add(k.lane), "start");
          const end = k.let(start.add(lanes * rounds).min(total), "end");
          k.for(start, end, (at) => compute(at, 0), lanes);
        } else if (perLane === 1) compute(at, 0);
        else {
          const first = k.let(at.mul(perLane), "first");
          for (let e = 0; e < perLane; e++) {
            const own = k.let(first.add(e), "at");
            k.if(own.lt(total), () => compute(own, e));
          }
          for (const words of packed) words?.flush(first);
        }
      },
    }),
  );
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Collects an invocation's elements of an output into words, and writes each whole; only a last, partial one is merged with what is there. */
function packing(k: ShaderBuilder, { dtype, type, offset, words }: ShaderOperand, perLane: number) {
  const { width, encode } = codecOf(dtype);
  const each = perWord(dtype);
  const collected = Array.from({ length: perLane / each }, () => ({
    value: k.variable(u32(0)),
    mask: k.variable(u32(0)),
  }));
  return {
    put(element: number, x: Value): void {
      const shift = (element % each) * width;
      const { value, mask } = collected[Math.floor(element / each)] as (typeof collected)[number];
      value.set(value.value.or(encode(convert(x, type)).shl(shift)));
      mask.set(mask.value.or((2 ** width - 1) * 2 ** shift));
    },
    /** `first` is the invocation's first element. */
    flush(first: Value): void {
      for (const [w, { value, mask }] of collected.entries()) {
        const at = offset.add(first).div(each).add(w);
        k.if(
          mask.value.eq(0xffffffff),
          () => words.store(at, value.value),
          () =>
            k.if(mask.value.ne(0), () => {
              words.store(at, words.load(at).and(mask.value.not()).or(value.value));
            }),
        );
      }
    },
  };
}
