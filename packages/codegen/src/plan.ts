/** What a lowered launch asks of a GPU runtime. */
import type { DeviceBuffer } from "@flambeau/core";
import type { Shader } from "./ir/types.js";
import type { Choice } from "./tiles/tuner.js";

/** Memory a dispatch binds: a buffer of the launch, one of the launch's own scratch buffers, or the device's error record. */
export type Bound = DeviceBuffer | { readonly scratch: number } | "errors";

/** One dispatch. Equal keys mean equal shaders, so that a runtime compiles once per key. */
export interface Dispatch {
  readonly key: string;
  readonly build: () => Shader;
  /** In the order of the shader's buffers. */
  readonly buffers: readonly Bound[];
  /** In the order of the shader's parameters. */
  readonly params: readonly (number | bigint)[];
  /** Workgroups in all; a runtime may start some more, to fill a grid. */
  readonly groups: number;
}

export interface Plan {
  readonly dispatches: readonly Dispatch[];
  /** Bytes of each scratch buffer; their content is undefined at the start. */
  readonly scratch: readonly number[];
  /** What was chosen among ways to run the launch: a runtime that times it may tell the tuner. */
  readonly choice?: Choice;
}

/** What lowerings must know of a device. */
export interface DeviceTraits {
  /** Most invocations per workgroup. */
  readonly maxLanes: number;
  /** Bytes of workgroup memory. */
  readonly sharedBytes: number;
  /** Most buffers that one dispatch can bind, the error record included. */
  readonly maxBuffers: number;
  /** Whether invocations can exchange values in subgroups of at least four neighbouring lanes. */
  readonly subgroups?: boolean;
  /** Whether a processor stands in for the GPU, its vectors for invocations: workgroup memory and barriers only cost there. */
  readonly emulated?: boolean;
}

/** Workgroups that keep a GPU busy. */
export const groupsOfGpu = 96;
/** Workgroups that keep a device busy: those of a GPU, or the cores of a processor that stands in for one. */
export const enoughGroups = ({ emulated }: DeviceTraits): number => (emulated ? 8 : groupsOfGpu);

export const noDispatch: Plan = { dispatches: [], scratch: [] };
export const single = (dispatch: Dispatch): Plan => ({ dispatches: [dispatch], scratch: [] });
