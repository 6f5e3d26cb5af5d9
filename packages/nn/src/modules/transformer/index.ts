/** Transformers. */
export { TransformerDecoder, TransformerDecoderLayer } from "./decoder.js";
export { TransformerEncoder, TransformerEncoderLayer } from "./encoder.js";
export type { Activation } from "./layer.js";
export { Transformer } from "./transformer.js";
