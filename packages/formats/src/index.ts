export {
  decodeSafetensors,
  decodeSafetensorsHeader,
  encodeSafetensors,
  type LoadOptions,
  type Metadata,
} from "./safetensors/bytes.js";
export {
  loadSafetensors,
  openSafetensors,
  type ReadOptions,
  SafetensorsFile,
  saveSafetensors,
} from "./safetensors/file.js";
export type { SafetensorsHeader, TensorEntry } from "./safetensors/header.js";
export { decodeState, encodeState, loadState, saveState } from "./state/state.js";
export type { StateValue } from "./state/tree.js";
