/** Compiled shaders by key, and the layouts they share. */
import { type Dispatch, type ParamType, paramBytes, printWgsl, type Shader } from "@flambeau/codegen";
import { computeStage } from "./usage.js";

/** What a shader binds; shaders that bind alike share a layout and with it their bind groups. */
export interface Layout {
  readonly id: number;
  readonly gpu: GPUBindGroupLayout;
  readonly pipelines: GPUPipelineLayout;
  readonly paramBytes: number;
  /** By place of the buffer. */
  readonly writes: readonly boolean[];
}

export interface Pipeline {
  readonly name: string;
  readonly gpu: GPUComputePipeline;
  readonly layout: Layout;
  readonly params: readonly ParamType[];
}

export class Pipelines {
  private readonly byKey = new Map<string, Pipeline>();
  private readonly layouts = new Map<string, Layout>();

  /** `print` is shown the source of each new shader. */
  constructor(
    private readonly device: GPUDevice,
    private readonly print: ((source: string) => void) | null,
  ) {}

  get(dispatch: Dispatch): Pipeline {
    const known = this.byKey.get(dispatch.key);
    if (known !== undefined) return known;
    const made = this.compile(dispatch.build());
    this.byKey.set(dispatch.key, made);
    return made;
  }

  private compile(shader: Shader): Pipeline {
    const { device } = this;
    const { name } = shader;
    const code = printWgsl(shader);
    this.print?.(code);
    const layout = this.layoutOf(shader);
    const gpu = device.createComputePipeline({
      label: name,
      layout: layout.pipelines,
      compute: { module: device.createShaderModule({ label: name, code }), entryPoint: "main" },
    });
    return { name, gpu, layout, params: shader.params.map(({ type }) => type) };
  }

  private layoutOf(shader: Shader): Layout {
    const bytes = paramBytes(shader);
    const writes = shader.buffers.map(({ access }) => access !== "read");
    const key = `${bytes}:${writes.map(Number).join("")}`;
    let layout = this.layouts.get(key);
    if (layout === undefined) {
      layout = this.makeLayout(bytes, writes);
      this.layouts.set(key, layout);
    }
    return layout;
  }

  private makeLayout(bytes: number, writes: readonly boolean[]): Layout {
    const { device } = this;
    const visibility = computeStage;
    const params: GPUBindGroupLayoutEntry = {
      binding: 0,
      visibility,
      buffer: { type: "uniform", hasDynamicOffset: true, minBindingSize: bytes },
    };
    const buffers = writes.map(
      (writes, i): GPUBindGroupLayoutEntry => ({
        binding: i + 1,
        visibility,
        buffer: { type: writes ? "storage" : "read-only-storage" },
      }),
    );
    const gpu = device.createBindGroupLayout({ entries: [params, ...buffers] });
    const pipelines = device.createPipelineLayout({ bindGroupLayouts: [gpu] });
    return { id: this.layouts.size + 1, gpu, pipelines, paramBytes: bytes, writes };
  }
}
