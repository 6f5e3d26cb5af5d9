/** WebGPU moves whole words, and offsets of uniforms in larger steps. */
export const alignDown = (bytes: number, to: number): number => bytes - (bytes % to);
export const alignUp = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;
