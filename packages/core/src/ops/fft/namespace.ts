/** Operators on frequencies under the names of `torch.fft`. */
export * from "./frequencies.js";
export * from "./shift.js";
