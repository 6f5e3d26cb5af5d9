/** Sequences of several lengths for recurrent layers (`torch.nn.utils.rnn`). */
export {
  PackedSequence,
  type PackOptions,
  type PadOptions,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
} from "./packedSequence.js";
