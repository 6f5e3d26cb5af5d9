/** The case files as they are written: JSON in which `$` objects stand for everything JSON lacks. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface TensorJson {
  readonly $: "tensor";
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Base64 of the elements, row-major, little-endian; absent where only dtype and shape count. */
  readonly data?: string;
  readonly stride?: readonly number[];
  readonly offset?: number;
  readonly requiresGrad?: boolean;
}

export type Kwargs = { readonly [name: string]: Json };

export type Call = PlainCall | ClassCall;

export interface PlainCall {
  readonly kind: "function" | "method" | "attribute" | "inplace" | "setitem";
  readonly path: string;
}

export interface ClassCall {
  readonly kind: "class";
  readonly path: string;
  readonly constructor: Construction;
}

export interface Construction {
  readonly args: readonly Json[];
  readonly kwargs?: Kwargs;
}

export interface GradJson {
  /** One per output tensor in reading order; null where no gradient flows in. */
  readonly cotangents: readonly (TensorJson | null)[];
  readonly inputs: readonly { readonly path: string; readonly grad: TensorJson | null }[];
  readonly params?: { readonly [name: string]: TensorJson | null };
}

/** [rtol, atol] */
export type Tolerance = readonly [number, number];
export type TolJson = { readonly [what in "out" | "grad" | "after"]?: Tolerance };

export interface OpCase {
  readonly id: string;
  readonly args: readonly Json[];
  readonly kwargs?: Kwargs;
  readonly out?: Json;
  readonly via?: readonly string[];
  readonly call?: Call;
  readonly grad?: GradJson;
  readonly tol?: TolJson;
  readonly mutated?: { readonly [path: string]: TensorJson };
  readonly compare?: "meta" | "gauge";
  readonly gauge?: readonly string[];
  readonly hint?: string;
  readonly indices?: readonly string[];
  readonly error?: { readonly type: string; readonly message: string };
}

export interface ModuleRun {
  readonly modes: readonly ("train" | "eval")[];
  readonly out: Json;
  readonly stateAfter?: { readonly [name: string]: TensorJson };
  readonly grad?: GradJson;
  readonly tol?: TolJson;
}

export interface ModuleCase {
  readonly id: string;
  readonly constructor: Construction;
  readonly state: { readonly [name: string]: TensorJson };
  readonly parameters: readonly string[];
  readonly args: readonly Json[];
  readonly kwargs?: Kwargs;
  readonly runs: readonly ModuleRun[];
}

export interface OptimCase {
  readonly id: string;
  readonly options: Kwargs;
  readonly groups?: readonly { readonly params: readonly TensorJson[]; readonly options: Kwargs }[];
  readonly grads?: readonly (readonly (TensorJson | null)[])[];
  readonly after: readonly (readonly (TensorJson | null)[])[];
  readonly tol?: TolJson;
  /** LBFGS only. */
  readonly closure?: string;
  readonly params?: readonly TensorJson[];
  readonly data?: { readonly [name: string]: TensorJson };
  readonly losses?: readonly number[];
}

export interface SchedulerCase {
  readonly id: string;
  readonly groups: readonly { readonly lr: Json }[];
  readonly momentum: number;
  readonly options: Kwargs;
  readonly schedulers?: readonly { readonly class: string; readonly options: Kwargs }[];
  readonly metrics?: readonly Json[];
  readonly lrs: readonly (readonly Json[])[];
  readonly momenta?: readonly (readonly Json[])[];
}

export interface DistributionCase {
  readonly id: string;
  readonly constructor: Construction;
  readonly member: string;
  readonly isProperty: boolean;
  readonly args: readonly Json[];
  readonly out: Json;
  readonly grad?: GradJson;
  readonly tol?: TolJson;
}

export interface KlCase {
  readonly id: string;
  readonly class: string;
  readonly args: readonly Json[];
  readonly out: Json;
  readonly grad?: GradJson;
  readonly tol?: TolJson;
}

interface FileOf<K extends string, C> {
  readonly kind: K;
  readonly name: string;
  readonly class?: string;
  readonly cases: readonly C[];
}

export interface OpFile extends FileOf<"op", OpCase> {
  readonly call: Call;
  readonly method?: string | null;
  readonly inplace?: string | null;
}

export type CaseFile =
  | OpFile
  | FileOf<"nn", ModuleCase>
  | FileOf<"optim", OptimCase>
  | FileOf<"lr_scheduler", SchedulerCase>
  | FileOf<"distribution", DistributionCase>
  | FileOf<"distribution_kl", KlCase>
  | FileOf<"rng", { readonly id: string }>;

export const isTensorJson = (value: Json | TensorJson): value is TensorJson =>
  typeof value === "object" && value !== null && "$" in value && value.$ === "tensor";
