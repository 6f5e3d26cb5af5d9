/** What a backend or an operator of Flambeau must pass. */
export type { Api, Subject, TensorLike } from "./conformance/api.js";
export type { Outcome, Status } from "./conformance/outcome.js";
export { Report } from "./conformance/report.js";
export { runFile } from "./conformance/run.js";
export type { NamedFile } from "./conformance/source.js";
export { caseFiles, packedCases } from "./conformance/source.js";
export type { Closeness } from "./kit/allclose.js";
export { allclose, closeness, difference } from "./kit/allclose.js";
export type { CompareOptions, Mismatch } from "./kit/compareBackends.js";
export { compareBackends, compareOnce, makeTrial } from "./kit/compareBackends.js";
export { leakCheck } from "./kit/leakCheck.js";
export type { Trial } from "./kit/trial.js";
export { ReferenceBackend } from "./reference/backend.js";
export { referenceFactory } from "./reference/register.js";
