/**
 * Pointwise steps: an invocation computes the few elements that fill a word of every packed output, else one element, or in a large launch
 * several, a workgroup apart.
 */
import type { FusedKernel, FusedLaunch, FusedOperand, Kind } from "@flambeau/core";
import { codecOf, perWord } from "../elements/codec.js";
import {
  bindOperands,
  declareOperands,
  type OperandLayout,
  type ShaderOperand,
  type Use,
  unravel,
} from "../elements/operands.js";
import { ShaderBuilder, type Variable } from "../ir/builder.js";
import type { Shader } from "../ir/types.js";
import { literal, u32, type Value } from "../ir/value.js";
import { type DeviceTraits, type Plan, single } from "../plan.js";
import { Emitter, type Place } from "./emit.js";
import { dividesIntegers, isOperand, type Lie, lieOf, scalarParams, scalarType } from "./layout.js";

const lanes = 256;
/** Elements from which on an invocation takes several. */
const largeLaunch = 1 << 16;
const roundsOn = { gpu: 4, emulated: 16 } as const;

interface Variant {
  readonly kernel: FusedKernel;
  readonly axisOf: readonly number[];
  readonly layout: OperandLayout;
  /** For every operand, inputs first. */
  readonly lies: readonly Lie[];
  /** Which outputs are written by whole words. */
  readonly owned: readonly boolean[];
  /** Which inputs are operands. */
  readonly given: readonly boolean[];
  /** Elements an invocation takes, where it does not fill words. */
  readonly rounds: number;
}

/** `id` stands for the kernel in keys. */
export function lowerPointwise(launch: FusedLaunch, id: number, traits: DeviceTraits): Plan {
  const { kernel, sizes, axisOf } = launch;
  const uses: Use[] = [];
  const lies: Lie[] = [];
  const owned: boolean[] = [];
  const use = (operand: FusedOperand, as: Use["as"], lie: Lie): void => {
    lies.push(lie);
    uses.push({ view: { ...operand, strides: lie === "stride" ? operand.strides : [] }, as });
  };
  for (const input of launch.inputs) if (isOperand(input)) use(input, "read", lieOf(input, sizes));
  for (const output of launch.outputs) {
    const lie = lieOf(output, sizes);
    const count = perWord(output.dtype);
    const whole = count > 1 && lie !== "stride" && sizes.length > 0 && output.offset % count === 0;
    owned.push(whole);
    use(output, whole ? "own" : "write", whole ? "walk" : lie);
  }
  const { layout, buffers, params } = bindOperands(uses, dividesIntegers(kernel.step));
  const total = sizes.reduce((count, size) => count * size, 1);
  const elements = elementsPerLane(launch.outputs.filter((_, i) => owned[i]).map((output) => output.dtype));
  const given = launch.inputs.map(isOperand);
  const several = elements === 1 && total >= largeLaunch;
  const taken = several ? roundsOn[traits.emulated ? "emulated" : "gpu"] : 1;
  const variant: Variant = { kernel, axisOf, layout, lies, owned, given, rounds: taken };
  return single({
    key: `pointwise ${id} ${axisOf.join("")} ${lies.map((lie) => lie[1]).join("")} ${owned.map(Number).join("")}${taken} ${layout.key}`,
    build: () => build(variant),
    buffers,
    params: [total, ...sizes, ...params, ...scalarParams(launch)],
    groups: Math.ceil(total / (lanes * elements * taken)),
  });
}

const elementsPerLane = (packed: readonly Parameters<typeof perWord>[0][]): number =>
  packed.reduce((most, dtype) => Math.max(most, perWord(dtype)), 1);

function build({ kernel, axisOf, layout, lies, owned, given, rounds }: Variant): Shader {
  const { step, widths } = kernel;
  const k = new ShaderBuilder(kernel.name, lanes);
  const total = k.param("total");
  const sizes = axisOf.map((_, d) => k.param(`size${d}`));
  const { operands, errors } = declareOperands(k, layout);
  const scalars = given.map((isTensor, slot) =>
    isTensor
      ? null
      : k.param(`scalar${slot}`, scalarType((step.inputs[slot] as { kind: Kind }).kind, widths)),
  );
  const inputs = given.filter(Boolean).length;
  const outputs = operands.slice(inputs);
  const stores = step.passes.flatMap((pass) => pass.stores);
  const perLane = elementsPerLane(outputs.filter((_, i) => owned[i]).map((output) => output.dtype));
  const words = new OwnedWords(k, outputs, owned, perLane);

  const compute = (at: Value, e: number): void => {
    const coordinates = lazy(() => unravel(k, at, sizes));
    const where = (i: number): Value => {
      const operand = operands[i] as ShaderOperand;
      if (lies[i] === "still") return operand.offset;
      return lies[i] === "walk" ? operand.offset.add(at) : operand.index(coordinates());
    };
    const place: Place = {
      coordinate: (d) => (sizes.length === 1 ? at : (coordinates()[d] as Value)),
      input: (slot) => {
        const scalar = scalars[slot];
        if (scalar) return scalar;
        const i = given.slice(0, slot).filter(Boolean).length;
        return (operands[i] as ShaderOperand).load(where(i));
      },
    };
    const emitter = new Emitter(k, kernel.name, { step, widths, axisOf }, sizes, errors);
    for (const pass of step.passes) emitter.compute(pass.element, place);
    for (const { output, node } of stores) {
      const operand = outputs[output] as ShaderOperand;
      const value = toElement(emitter.value(node), operand);
      if (owned[output]) words.put(output, e, value);
      else operand.store(where(inputs + output), value);
    }
  };
  const guarded = (at: Value, e: number): void => k.if(at.lt(total), () => compute(at, e));

  if (perLane === 1 && rounds === 1) guarded(k.let(k.invocation, "at"), 0);
  else if (perLane === 1) {
    const start = k.let(k.group.mul(lanes * rounds).add(k.lane), "start");
    const end = k.let(start.add(lanes * rounds).min(total), "end");
    k.for(start, end, (at) => compute(at, 0), lanes);
  } else {
    const first = k.let(k.invocation.mul(perLane), "first");
    for (let e = 0; e < perLane; e++) guarded(k.let(first.add(e), "at"), e);
    words.flush(first);
  }
  return k.finish();
}

/** A node's value in the type its output's elements are stored from. */
export function toElement(value: Value, operand: ShaderOperand): Value {
  const { type } = operand;
  if (value.type === type) return value;
  if (type === "bool") return value.ne(0);
  return value.to(type);
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Collects the elements of packed outputs into words, and writes each whole; only a last, partial one is merged with what is there. */
class OwnedWords {
  private readonly words = new Map<number, { value: Variable; mask: Variable }[]>();

  constructor(
    private readonly k: ShaderBuilder,
    private readonly outputs: readonly ShaderOperand[],
    owned: readonly boolean[],
    perLane: number,
  ) {
    for (const [i, operand] of outputs.entries()) {
      if (!owned[i]) continue;
      const count = perLane / perWord(operand.dtype);
      const words = Array.from({ length: count }, () => ({
        value: k.variable(u32(0)),
        mask: k.variable(u32(0)),
      }));
      this.words.set(i, words);
    }
  }

  put(output: number, element: number, value: Value): void {
    const { dtype } = this.outputs[output] as ShaderOperand;
    const { width, encode } = codecOf(dtype);
    const each = perWord(dtype);
    const word = (this.words.get(output) as { value: Variable; mask: Variable }[])[
      Math.floor(element / each)
    ];
    const shift = (element % each) * width;
    word?.value.set(word.value.value.or(encode(value).shl(shift)));
    word?.mask.set(word.mask.value.or(literal("u32", ((2 ** width - 1) << shift) >>> 0)));
  }

  /** `first` is the invocation's first element. */
  flush(first: Value): void {
    const { k } = this;
    for (const [output, words] of this.words) {
      const operand = this.outputs[output] as ShaderOperand;
      const each = perWord(operand.dtype);
      for (const [w, { value, mask }] of words.entries()) {
        const at = operand.offset.add(first).div(each).add(w);
        k.if(
          mask.value.eq(0xffffffff),
          () => operand.storeWord(at, value.value),
          () => {
            k.if(mask.value.ne(0), () => {
              operand.storeWord(at, operand.loadWord(at).and(mask.value.not()).or(value.value));
            });
          },
        );
      }
    }
  }
}
