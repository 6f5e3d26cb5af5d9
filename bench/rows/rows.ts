/** All benchmarks, in the order they run. */
import { fused } from "./fused.js";
import { overhead } from "./overhead.js";
import { products } from "./products.js";
import type { Row } from "./row.js";
import { start } from "./start.js";
import { training } from "./training.js";

export const rows: readonly Row[] = [...products, ...fused, ...training, ...overhead, ...start];
