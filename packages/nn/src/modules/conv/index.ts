/** Convolution layers. */
export { Conv1d, Conv2d, Conv3d, type PaddingMode } from "./conv.js";
export { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from "./transposed.js";
