/**
 * Bind groups by layout and blocks. Making one costs more than everything else about a dispatch, and programs bind the same
 * blocks again and again. Two generations bound their number: what was not asked for while the younger filled up goes.
 */
import { FlambeauError } from "@flambeau/core";
import type { Block } from "./memory.js";
import type { Layout } from "./pipelines.js";

interface Entry {
  readonly layout: Layout;
  readonly blocks: readonly Block[];
  readonly group: GPUBindGroup;
}

const generation = 4096;

export class BindGroups {
  private young = new Map<number, Entry>();
  private old = new Map<number, Entry>();

  /** `params` is the buffer behind binding 0. */
  constructor(
    private readonly device: GPUDevice,
    private readonly params: GPUBuffer,
  ) {}

  /** The group of a layout that binds `blocks`, which the caller may reuse. */
  get(layout: Layout, blocks: readonly Block[]): GPUBindGroup {
    const hash = hashOf(layout, blocks);
    const entry = this.young.get(hash);
    if (entry !== undefined && matches(entry, layout, blocks)) return entry.group;
    const older = this.old.get(hash);
    const found =
      older !== undefined && matches(older, layout, blocks) ? older : this.make(layout, [...blocks]);
    if (this.young.size >= generation) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(hash, found);
    return found.group;
  }

  /** Forgets groups that bind destroyed blocks. */
  sweep(): void {
    for (const groups of [this.young, this.old])
      for (const [hash, { blocks }] of groups)
        if (blocks.some((block) => block.destroyed)) groups.delete(hash);
  }

  get size(): number {
    return this.young.size + this.old.size;
  }

  private make(layout: Layout, blocks: readonly Block[]): Entry {
    checkAliasing(layout, blocks);
    const params = { binding: 0, resource: { buffer: this.params, size: layout.paramBytes } };
    const buffers = blocks.map(({ gpu }, i) => ({ binding: i + 1, resource: { buffer: gpu } }));
    const group = this.device.createBindGroup({ layout: layout.gpu, entries: [params, ...buffers] });
    return { layout, blocks, group };
  }
}

/** 30 bits, so that the map's keys are small integers in every engine. */
function hashOf(layout: Layout, blocks: readonly Block[]): number {
  let hash = layout.id;
  for (let i = 0; i < blocks.length; i++) {
    hash = Math.imul(hash ^ (blocks[i] as Block).id, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash & 0x3fffffff;
}

function matches(entry: Entry, layout: Layout, blocks: readonly Block[]): boolean {
  if (entry.layout !== layout) return false;
  for (let i = 0; i < blocks.length; i++) if (entry.blocks[i] !== blocks[i]) return false;
  return true;
}

/** WebGPU drops a whole batch when a dispatch binds a buffer twice and writes it. */
function checkAliasing({ writes }: Layout, blocks: readonly Block[]): void {
  for (const [i, block] of blocks.entries()) {
    const before = blocks.indexOf(block);
    if (before < i && (writes[i] || writes[before]))
      throw new FlambeauError("webgpu", `a dispatch binds one buffer at ${before} and ${i}, and writes it`);
  }
}
