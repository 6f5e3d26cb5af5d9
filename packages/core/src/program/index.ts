/** The public face of fused programs. */
export { type Definition, definePointwise, defineRowwise, makeProgram, type Outputs } from "./define.js";
export { differentiate, extend } from "./differentiate.js";
export { constant, Expr, type Scalar, select } from "./expr.js";
export { hashOf } from "./hash.js";
export { linear, rand, randBits } from "./leaves.js";
export { printProgram, printStep } from "./print.js";
export { Row } from "./row.js";
export { schedule } from "./schedule.js";
