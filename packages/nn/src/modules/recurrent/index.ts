/** Recurrent layers. */
export { RNNBase } from "./base.js";
export { GRUCell, LSTMCell, RNNCell } from "./cells.js";
export { GRU } from "./gru.js";
export { LSTM } from "./lstm.js";
export { RNN } from "./rnn.js";
