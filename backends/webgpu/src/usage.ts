/** WebGPU's flags by value: the constants that carry them are globals in browsers only. */
const flags = { mapRead: 1, copySrc: 4, copyDst: 8, uniform: 64, storage: 128, queryResolve: 512 } as const;

/** What buffers are made for. */
export const usage = {
  storage: flags.storage | flags.copySrc | flags.copyDst,
  staging: flags.mapRead | flags.copyDst,
  /** Parameters of dispatches, and small writes on their way to a buffer. */
  upload: flags.uniform | flags.copySrc | flags.copyDst,
  queries: flags.queryResolve | flags.copySrc,
} as const;

export const mapRead = 1;
export const computeStage = 4;
