/** Datasets, samplers and loaders. */
export { collateHost, defaultCollate } from "./collate/collate.js";
export { HostTensor, hostTensor } from "./collate/hostTensor.js";
export type { Collated } from "./collate/types.js";
export { ChainDataset, ConcatDataset } from "./datasets/concat.js";
export { type AnyDataset, ArrayDataset, type Dataset, type IterableDataset } from "./datasets/dataset.js";
export { mapDataset } from "./datasets/map.js";
export { type WorkerDatasetOptions, workerDataset } from "./datasets/recipe.js";
export { randomSplit, Subset } from "./datasets/subset.js";
export { type BatchedDataset, TensorDataset } from "./datasets/tensors.js";
export { DataLoader } from "./loader/loader.js";
export type { DataLoaderOptions } from "./loader/options.js";
export { RandomStream } from "./random/stream.js";
export { DistributedSampler, type DistributedSamplerOptions } from "./samplers/distributed.js";
export {
  RandomSampler,
  type RandomSamplerOptions,
  SubsetRandomSampler,
  WeightedRandomSampler,
  type WeightedRandomSamplerOptions,
} from "./samplers/random.js";
export { BatchSampler, type Sampler, SequentialSampler, type Sized } from "./samplers/sampler.js";
export { WorkerError, WorkerTimeoutError } from "./workers/errors.js";
export { getWorkerInfo, type WorkerInfo } from "./workers/info.js";
