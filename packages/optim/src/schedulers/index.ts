/** Learning-rate schedulers (`torch.optim.lr_scheduler`). */
export { ChainedScheduler, SequentialLR } from "./combined.js";
export { CosineAnnealingLR, CosineAnnealingWarmRestarts } from "./cosine.js";
export { CyclicLR } from "./cyclic.js";
export { ExponentialLR, MultiStepLR, StepLR } from "./decay.js";
export { LambdaLR, type LrLambda, MultiplicativeLR } from "./lambda.js";
export { OneCycleLR } from "./oneCycle.js";
export { ReduceLROnPlateau } from "./plateau.js";
export { EpochScheduler, LRScheduler, type Moment, type Schedule, type SchedulerState } from "./scheduler.js";
export { ConstantLR, LinearLR, PolynomialLR } from "./warmup.js";
