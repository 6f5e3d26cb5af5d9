/**
 * The data of fused programs. A program is a graph of scalar expressions, hash-consed in an arena, in which every
 * node knows the set of logical axes it varies along and a reduction is a node like any other. Sizes, strides,
 * element widths and devices are not part of a program: they are bound at launch.
 */
import type { DType, Kind } from "../dtype.js";

export type { Kind };

/**
 * A set of logical axes as bits: bit 0 is the outermost axis. A logical axis stands for one or more neighbouring
 * tensor dimensions that every input either spans or is broadcast along, and that are all reduced or all kept.
 */
export type Axes = number;

/** The rows of `unary.ts`. */
export type UnaryOp =
  | "neg"
  | "abs"
  | "sign"
  | "floor"
  | "ceil"
  | "round"
  | "trunc"
  | "sqrt"
  | "rsqrt"
  | "reciprocal"
  | "exp"
  | "exp2"
  | "expm1"
  | "log"
  | "log2"
  | "log10"
  | "log1p"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "erf"
  | "erfc"
  | "erfinv"
  | "lgamma"
  | "digamma"
  | "sigmoid"
  | "relu"
  | "softplus"
  | "isnan"
  | "isinf"
  | "signbit"
  | "not"
  | "bitnot";

/** The rows of `binary.ts`. */
export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "floorDiv"
  | "truncDiv"
  | "fmod"
  | "remainder"
  | "pow"
  | "max"
  | "min"
  | "atan2"
  | "copysign"
  | "nextafter"
  | "hypot"
  | "logaddexp"
  | "gcd"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "shr";

/**
 * Leaves:  `const` (p: the value) · `input` (p: slot) · `index` (p: axes; position within them, row-major, kind i) ·
 *          `size` (p: axes; number of elements along them, kind i) · `linear` (row-major position in the whole launch, kind i)
 * Others:  unary, binary · `select` (condition, then, else) · `cast` (to `kind`) · `detach` (value without gradient) ·
 *          `rand` (args seed, offset; p: stream; uniform in [0, 1) for kind f, non-negative bits for kind i) ·
 *          `reduce` (p: "monoid.slot"; args the folded expressions; `over` the axes folded away)
 */
export type Op =
  | "const"
  | "input"
  | "index"
  | "size"
  | "linear"
  | UnaryOp
  | BinaryOp
  | "select"
  | "cast"
  | "detach"
  | "rand"
  | "reduce";

export interface Node {
  /** Dense within the arena; arguments always have lower ids than the node that uses them. */
  readonly id: number;
  readonly op: Op;
  readonly args: readonly Node[];
  readonly p: number | bigint | MonoidSlot | null;
  readonly axes: Axes;
  /** Axes a `reduce` folds away; 0 for every other op. */
  readonly over: Axes;
  readonly kind: Kind;
}

/**
 * Reductions. `sum prod max min any all` fold one value; `argmax argmin` give the first index of the extreme within
 * the folded axes (row-major) with its value; `welford` gives mean and m2 (sum of squared distances from the mean); `online` gives the
 * maximum and the sum of exp(x - maximum) in one pass. max and min propagate NaN.
 */
export type Monoid =
  | "sum"
  | "prod"
  | "max"
  | "min"
  | "any"
  | "all"
  | "argmax"
  | "argmin"
  | "welford"
  | "online";
export type MonoidSlot =
  | "sum"
  | "prod"
  | "max"
  | "min"
  | "any"
  | "all"
  | "argmax.value"
  | "argmax.index"
  | "argmin.value"
  | "argmin.index"
  | "welford.mean"
  | "welford.m2"
  | "online.max"
  | "online.sumexp"; // prettier-ignore

export interface ProgramInput {
  readonly axes: Axes;
  readonly kind: Kind;
}

export interface ProgramOutput {
  readonly name: string;
  readonly node: Node;
  readonly axes: Axes;
}

export interface Program {
  readonly name: string;
  readonly inputs: readonly ProgramInput[];
  readonly outputs: readonly ProgramOutput[];
  /** All axes of the launch, also those that no input varies along. */
  readonly axes: Axes;
}

/** Slots of the same (monoid, over, argument), accumulated together. */
export interface Fold {
  readonly monoid: Monoid;
  readonly arg: Node;
  /** The `reduce` nodes this fold produces, by slot. */
  readonly results: readonly Node[];
}

/**
 * One sweep over the `over` axes of a row. First every node of `element` is computed at each position, in order, the
 * folds take their arguments and full-size outputs are stored; when the sweep ends the fold results are known and the
 * nodes of `row` are computed once, in order, and row-size outputs are stored.
 */
export interface Pass {
  readonly element: readonly Node[];
  readonly folds: readonly Fold[];
  readonly stores: readonly Store[];
  readonly row: readonly Node[];
  readonly rowStores: readonly Store[];
}

export interface Store {
  /** Index into the schedule step's `outputs`. */
  readonly output: number;
  readonly node: Node;
}

/**
 * What a backend gets to run in one launch. Rows are indexed by the axes outside `over` and are independent of each
 * other. `over` = 0 is a pointwise kernel: one pass, everything in `element` and `stores`, nothing per row.
 * In a reducing kernel `element` holds the nodes that vary along `over`, `prologue` and `row` the others. Every node
 * that is used, leaves included, is listed before its use: a row node once, for all passes after it; an element node again in every pass that
 * needs it, since its value is gone when the pass ends. `reduce` nodes are listed in no list: they appear as `results` of their fold
 * and are known from the end of that pass.
 */
export interface Step {
  readonly axes: Axes;
  readonly over: Axes;
  /** Where each input slot's value comes from: a program input, or the output of an earlier step (an intermediate). */
  readonly inputs: readonly StepInput[];
  readonly outputs: readonly StepOutput[];
  /** Row nodes computed before the first pass. */
  readonly prologue: readonly Node[];
  readonly passes: readonly Pass[];
}

/**
 * `size` is the number of elements along axes of the launch that the step itself may not have: a scalar of kind i that
 * the caller works out.
 */
export type StepInput = ProgramInput & {
  readonly from:
    | { readonly program: number }
    | { readonly step: number; readonly output: number }
    | { readonly size: Axes };
};
export type StepOutput = {
  readonly axes: Axes;
  readonly kind: Kind;
  /** Index into the program's outputs, or null for an intermediate that lives only within the schedule. */
  readonly program: number | null;
};

/** In every step, `input` nodes have p = slot in this step's `inputs`. */
export type Schedule = readonly Step[];

/** The gradient of a program: `program`'s inputs are the saved values in order, then one cotangent per present output. */
export interface Derived {
  readonly saved: readonly Saved[];
  /**
   * Nodes of the forward program to be added as outputs, after its own, when it is run for differentiation;
   * `saved` refers to them as outputs. Empty when inputs and outputs suffice.
   */
  readonly hidden: readonly Node[];
  readonly program: Program;
}

/** A value the gradient reads: the forward's input `index`, or its output `index` (own outputs first, then hidden). */
export type Saved = { readonly from: "input" | "output"; readonly index: number };

/** Widths a program's kinds take in one kernel. float16 and bfloat16 are loaded to and stored from float32. */
export interface Widths {
  readonly f: "float32" | "float64";
  readonly i: "int32" | "int64";
}

export interface StepDTypes {
  readonly inputs: readonly DType[];
  readonly outputs: readonly DType[];
}
